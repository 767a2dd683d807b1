import type { MeasuredFlood } from '../flood/flood.js'
import type { GrowthTable } from '../growth/growth-tables.js'
import type { MemoryUse } from '../growth/memory.js'
import { type Column, markdownTable } from './markdown-table.js'
import { digits } from './numbers.js'

/** A row for each contender, a column for each size, and what they make of it. */
export function growthSection({ title, unit, note, sizes, rows }: GrowthTable): string {
  const columns: readonly Column[] = [
    [unit, 'text'],
    ...sizes.map((size): Column => [size.toLocaleString('en'), 'number']),
    ['growth', 'text'],
  ]
  const cells = rows.map(({ name, costs, growth }) => [name, ...costs.map(digits), growth])
  return `#### ${title}\n\n${note}\n\n${markdownTable(columns, cells)}`
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

export function memorySection(memory: readonly MemoryUse[]): string {
  const columns: readonly Column[] = [
    ['reader', 'text'],
    ['distinct tokens', 'number'],
    ['heap kept MiB', 'number'],
    ['resident, more MiB', 'number'],
  ]
  const rows = memory.map(({ reader, tokens, heapBytes, residentBytes }) => [
    reader,
    tokens.toLocaleString('en'),
    mebibytes(heapBytes),
    mebibytes(residentBytes),
  ])
  return markdownTable(columns, rows)
}

export function floodSection(flood: readonly MeasuredFlood[]): string {
  const columns: readonly Column[] = [
    ['opened by', 'text'],
    ['requests/s', 'number'],
    ['late p50 ms', 'number'],
    ['late p99 ms', 'number'],
    ['late at most ms', 'number'],
  ]
  const rows = flood.map(({ reader, requestsPerSecond, delay }) => [
    reader,
    digits(requestsPerSecond),
    digits(delay.p50),
    digits(delay.p99),
    digits(delay.max),
  ])
  return markdownTable(columns, rows)
}
