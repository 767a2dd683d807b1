import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from '../report/machine.js'
import { markdownTable } from '../report/markdown-table.js'
import { digits } from '../report/numbers.js'
import { memoryFigures, renewalFigures, revocationFigure } from './measures.js'
import { inMemory, inRedis } from './setup.js'

const args = process.argv.slice(2).filter((arg) => arg !== '--')
if (args.some((arg) => arg !== '--quick')) throw new TypeError('pnpm bench:sessions -- [--quick]')
const share = args.includes('--quick') ? 0.01 : 1
const { REDIS_URL: redisUrl } = process.env

const places = [inMemory(), ...(redisUrl === undefined ? [] : [await inRedis(redisUrl)])]
if (redisUrl === undefined) console.log('Redis is left out: set REDIS_URL, such as redis://localhost')
const figures = [...(await memoryFigures(share)), await revocationFigure(share)]
for (const place of places) {
  figures.push(...(await renewalFigures(place, share)))
  await place.close()
}

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
const report = `# Sessions\n\n${date}, ${cpu}, ${cores} cores, ${os}. ES256, one process.\n\n${table}\n`
const reports = new URL('../../reports/', import.meta.url)
mkdirSync(reports, { recursive: true })
const file = new URL('SESSIONS.md', reports)
writeFileSync(file, report)
console.log(`${report}\nWritten to ${fileURLToPath(file)}`)
