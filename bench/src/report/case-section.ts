import type { MeasuredCase } from '../measure/rounds.js'
import { median, spread } from '../measure/statistics.js'
import { oursOf, rawOf, timeRatio } from './comparisons.js'
import { type Column, markdownTable } from './markdown-table.js'
import { digits, percent, times } from './numbers.js'

const columns: readonly Column[] = [
  ['contender', 'text'],
  ['one by one µs', 'number'],
  ['±', 'number'],
  ['× raw', 'number'],
  ['our rate to its', 'number'],
  ['64 at once µs', 'number'],
  ['CPU µs', 'number'],
]

/** All contenders of a case, side by side. */
export function caseSection(from: MeasuredCase): string {
  const [raw, ours] = [rawOf(from), oursOf(from)]
  const rows = from.contenders.map((contender) => {
    const { name, role, sequential, together } = contender
    return [
      role === 'ours' ? `**${name}**` : name,
      digits(median(sequential.wall)),
      percent(spread(sequential.wall)),
      raw === undefined ? '–' : times(timeRatio(contender, raw)),
      ours === undefined || (role !== 'peer' && role !== 'baseline')
        ? '–'
        : times(timeRatio(contender, ours)),
      digits(median(together.wall)),
      digits(median(together.cpu)),
    ]
  })
  return `#### ${from.name}\n\n${markdownTable(columns, rows)}`
}
