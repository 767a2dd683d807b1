import { caseTargets } from './case-targets.js'
import { type Column, markdownTable } from './markdown-table.js'
import type { RuntimeResults } from './results.js'
import { serverTargets } from './server-targets.js'
import { resultOf, type Target, targetText } from './target.js'

const cell = (target: Target, results: RuntimeResults): string => {
  const result = resultOf(target, results)
  if (result === undefined) return '–'
  return result.isReached ? `${result.text} reached` : `**${result.text} not reached**`
}

/** Every figure to reach, and what was reached under each Node. */
export function targetSection(runs: readonly RuntimeResults[]): string {
  const columns: readonly Column[] = [
    ['work', 'text'],
    ['to reach', 'text'],
    ...runs.map(({ runtime }): Column => [`Node ${runtime.version}`, 'text']),
  ]
  const targets = [...caseTargets, ...serverTargets]
  const rows = targets.map((target) => [
    target.work,
    targetText(target),
    ...runs.map((results) => cell(target, results)),
  ])
  return markdownTable(columns, rows)
}
