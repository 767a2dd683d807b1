import { median, ratioOfRounds } from '../measure/statistics.js'
import type { MeasuredRuntime } from '../runtimes/measure.js'
import { caseSection } from './case-section.js'
import { type Column, markdownTable } from './markdown-table.js'
import { digits, percent } from './numbers.js'

const columns: readonly Column[] = [
  ['guard', 'text'],
  ['requests/s', 'number'],
  ['kept', 'number'],
]

function serverTable({ servers }: MeasuredRuntime): string {
  const rows = servers.flatMap(({ alg, guards }) => {
    const bare = guards[0]?.rates ?? []
    return guards.map(({ name, rates }) => [
      `${alg}, ${name}`,
      digits(median(rates)),
      percent(ratioOfRounds(rates, bare)),
    ])
  })
  return markdownTable(columns, rows)
}

/** What was measured on a runtime other than Node. */
export const runtimeSection = (runtime: MeasuredRuntime): readonly string[] => [
  `## ${runtime.name} ${runtime.version}`,
  ...runtime.verification.map(caseSection),
  '#### Requests per second',
  'Hono, one token again and again over 32 connections; "kept" is the share of the bare rate.',
  serverTable(runtime),
]
