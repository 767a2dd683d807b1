import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine } from '../report/machine.js'
import { markdownTable } from '../report/markdown-table.js'
import { listenerFigures } from './listeners.js'

const args = process.argv.slice(2).filter((arg) => arg !== '--')
if (args.some((arg) => arg !== '--quick')) throw new TypeError('pnpm bench:events -- [--quick]')

const figures = await listenerFigures(args.includes('--quick') ? 2_000 : 100_000)
const microseconds = (value: number): string => value.toFixed(2)
const table = markdownTable(
  [
    ['who listens', 'text'],
    ['a decision, µs of CPU', 'number'],
    ['more, µs', 'number'],
  ],
  figures.map(({ title, decision, more }) => [title, microseconds(decision), microseconds(more)]),
)
const { cpu, cores, os, date } = machine()
const report = `# Events\n\n${date}, ${cpu}, ${cores} cores, ${os}. A remembered HS256 token, in one process.\n\n${table}\n`
const reports = new URL('../../reports/', import.meta.url)
mkdirSync(reports, { recursive: true })
const file = new URL('EVENTS.md', reports)
writeFileSync(file, report)
console.log(`${report}\nWritten to ${fileURLToPath(file)}`)
