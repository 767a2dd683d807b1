import type { Gap } from './gaps.js'
import type { RunResult, TestResult } from './run-result.js'
import type { Runtime } from './runtimes.js'
import { type SuiteName, suiteNames } from './suites.js'

/** How one suite went on one runtime. */
export interface SuiteOutcome {
  readonly suite: SuiteName
  readonly passed: readonly string[]
  /** Names of tests that failed as their gap says. */
  readonly gaps: readonly string[]
  readonly failed: readonly { readonly name: string; readonly error: string }[]
}

/** Holds results against the gaps of the runtime. Nothing run, skipped or passed in spite of a gap is a failure too. */
export function outcomesOn(
  { name: runtime, engine }: Pick<Runtime, 'name' | 'engine'>,
  result: RunResult,
  gaps: readonly Gap[],
): readonly SuiteOutcome[] {
  return suiteNames.map((suite) => {
    const own = gaps.filter((gap) => gap.runtime === runtime && gap.suite === suite)
    const results = result.suites[suite] ?? []
    const outcome = outcomeOf(suite, results, own)
    const missing = own.flatMap(({ titles }) =>
      titles.filter((title) => !results.some(({ name }) => name.endsWith(title))),
    )
    const failed = [
      ...outcome.failed,
      ...missing.map((name) => ({ name, error: 'has a gap, and did not run' })),
      ...(results.length === 0 ? [{ name: suite, error: 'nothing ran' }] : []),
      ...(result.engine === engine
        ? []
        : [{ name: suite, error: `ran on the implementation "${result.engine}", not on "${engine}"` }]),
    ]
    return { ...outcome, failed }
  })
}

function outcomeOf(suite: SuiteName, results: readonly TestResult[], gaps: readonly Gap[]): SuiteOutcome {
  const [passed, inGap]: [string[], string[]] = [[], []]
  const failed: { name: string; error: string }[] = []
  for (const { name, state, error = state } of results) {
    const gap = gaps.find(({ titles }) => titles.some((title) => name.endsWith(title)))
    if (gap === undefined && state === 'passed') passed.push(name)
    else if (gap !== undefined && state === 'failed' && gap.error.test(error)) inGap.push(name)
    else failed.push({ name, error: state === 'passed' ? 'passed, though it has a gap' : error })
  }
  return { suite, passed, gaps: inGap, failed }
}
