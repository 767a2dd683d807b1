import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from '../report/machine.js'
import { isUnexpected } from './difference.js'
import { measureEngine } from './measure-engine.js'
import { timingReport } from './timing-report.js'

const args = process.argv.slice(2).filter((arg) => arg !== '--')
const isQuick = args.includes('--quick')
if (args.some((arg) => arg !== '--quick')) throw new TypeError('pnpm timing -- [--quick]')

const reports = new URL('../../reports/', import.meta.url)
mkdirSync(reports, { recursive: true })

const start = performance.now()
const share = isQuick ? 0.02 : 1
const engines = { node: measureEngine('node', share), web: measureEngine('web', share) }
const { node, openssl } = process.versions
const minutes = (performance.now() - start) / 60_000
const file = new URL('TIMING.md', reports)
writeFileSync(file, timingReport({ machine: machine(), node, openssl, minutes, engines }))
console.log(`Written to ${fileURLToPath(file)}`)

const unexpected = [
  ...engines.node.filter((finding) => isUnexpected('node', finding)),
  ...engines.web.filter((finding) => isUnexpected('web', finding)),
]
for (const { pair } of unexpected) console.error(`Not as expected: ${pair.title}: ${pair.one}, ${pair.other}`)
process.exitCode = unexpected.length > 0 ? 1 : 0
