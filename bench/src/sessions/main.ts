import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from '../report/machine.js'
import { markdownTable } from '../report/markdown-table.js'
import { digits } from '../report/numbers.js'
import { memoryFigures, renewalFigures, revocationFigure } from './measures.js'
import { type BoundFigures, boundFigures } from './peers/bound-requests.js'
import { type PeerFigures, peerFigures } from './peers/renewals.js'
import { inMemory, inRedis } from './setup.js'

const args = process.argv.slice(2).filter((arg) => arg !== '--')
if (args.some((arg) => !['--quick', '--peers'].includes(arg))) {
  throw new TypeError('pnpm bench:sessions -- [--quick] [--peers]')
}
const share = args.includes('--quick') ? 0.01 : 1
const { REDIS_URL: redisUrl } = process.env

const places = [inMemory(), ...(redisUrl === undefined ? [] : [await inRedis(redisUrl)])]
if (redisUrl === undefined) console.log('Redis is left out: set REDIS_URL, such as redis://localhost')
const figures = [...(await memoryFigures(share)), await revocationFigure(share)]
for (const place of places) {
  figures.push(...(await renewalFigures(place, share)))
  await place.close()
}

const isBesidePeers = args.includes('--peers')
const peers = isBesidePeers ? await peerFigures(share, redisUrl) : []
const bound = isBesidePeers ? await boundFigures(share) : []

const { cpu, cores, os, date } = machine()
const rows = figures.map(({ title, value, unit }) => [title, digits(value), unit])
const table = markdownTable(
  [
    ['what', 'text'],
    ['figure', 'number'],
    ['unit', 'text'],
  ],
  rows,
)
const introduction = `${date}, ${cpu}, ${cores} cores, ${os}. ES256, one process.`
const report = `# Sessions\n\n${introduction}\n\n${table}\n${peerSection(peers)}${boundSection(bound)}`
const reports = new URL('../../reports/', import.meta.url)
mkdirSync(reports, { recursive: true })
const file = new URL('SESSIONS.md', reports)
writeFileSync(file, report)
console.log(`${report}\nWritten to ${fileURLToPath(file)}`)

/** Over HTTP, with the client on the same cores: slower than the calls above. */
function peerSection(peers: readonly PeerFigures[]): string {
  if (peers.length === 0) return ''
  const table = markdownTable(
    [
      ['library', 'text'],
      ['store', 'text'],
      ['one client, renewals a second', 'number'],
      ['50 clients, renewals a second', 'number'],
      ['µs of processor time', 'number'],
    ],
    peers.map(({ title, place, oneClient, manyClients, processorTime }) => [
      ...[title, place, digits(oneClient), digits(manyClients), digits(processorTime)],
    ]),
  )
  return `\n## Beside its peers\n\nEach at its token endpoint, over HTTP on loopback: an ES256 access token of 15 minutes and a rotated refresh token.\n\n${table}\n`
}

function boundSection(peers: readonly BoundFigures[]): string {
  if (peers.length === 0) return ''
  const table = markdownTable(
    [
      ['library', 'text'],
      ['one client, requests a second', 'number'],
      ['50 clients, requests a second', 'number'],
      ['µs of processor time', 'number'],
    ],
    peers.map(({ title, oneClient, manyClients, processorTime }) => [
      ...[title, digits(oneClient), digits(manyClients), digits(processorTime)],
    ]),
  )
  return `\n## Tokens bound to a key\n\nEach at a resource of its own, over HTTP on loopback: a token and a new DPoP proof, checked for replay in memory.\n\n${table}\n`
}
