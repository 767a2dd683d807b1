import { baselineName } from '../baseline.js'
import { ratioOfRounds } from '../measure/statistics.js'
import { type Column, markdownTable } from './markdown-table.js'
import { times } from './numbers.js'
import type { RuntimeResults } from './results.js'

type Row = readonly [work: string, ratio: number]

const caseRows = ({ primitives }: RuntimeResults): readonly Row[] =>
  primitives.flatMap(({ name, contenders }) =>
    contenders.flatMap((ours): readonly Row[] => {
      const before = contenders.find((other) => other.name === baselineName(ours.name))
      if (before === undefined) return []
      return [[`${name}, ${ours.name}`, ratioOfRounds(before.sequential.wall, ours.sequential.wall)]]
    }),
  )

const serverRows = ({ servers }: RuntimeResults): readonly Row[] =>
  servers.flatMap(({ framework, alg, pattern, apps }) =>
    apps.flatMap((ours): readonly Row[] => {
      const before = apps.find((other) => other.name === baselineName(ours.name))
      if (before === undefined) return []
      return [[`${framework} ${alg}, ${pattern}, ${ours.name}`, ratioOfRounds(before.cpu, ours.cpu)]]
    }),
  )

const columns: readonly Column[] = [
  ['work', 'text'],
  ['rate beside the baseline', 'number'],
]

/** What became faster, over 1, and what slower, under 1; servers by their CPU time. Empty without a baseline. */
export function baselineSection(run: RuntimeResults): readonly string[] {
  const rows = [...caseRows(run), ...serverRows(run)]
  if (rows.length === 0) return []
  return [
    `## Node ${run.runtime.version} beside the baseline`,
    markdownTable(
      columns,
      rows.map(([work, ratio]) => [work, times(ratio)]),
    ),
  ]
}
