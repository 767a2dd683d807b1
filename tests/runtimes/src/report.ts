import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Gap } from './gaps.js'
import type { SuiteOutcome } from './outcome.js'
import { own } from './places.js'
import { suiteNames } from './suites.js'

export interface RuntimeReport {
  readonly name: string
  readonly version: string
  readonly engine: string
  readonly seconds: number
  readonly suites: readonly SuiteOutcome[]
}

/** Failures that are shown in full; more of them seldom say more. */
const shown = 10

const countsOf = ({ passed, gaps, failed }: SuiteOutcome): string =>
  [
    `${passed.length} passed`,
    `${failed.length} failed`,
    ...(gaps.length > 0 ? [`${gaps.length} in gaps`] : []),
  ].join(', ')

/** A line for each runtime. Each attack is refused twice, with its twin accepted between. */
export function tableText(reports: readonly RuntimeReport[], gaps: readonly Gap[]): string {
  const rows = [
    ['runtime', 'version', 'engine', ...suiteNames, 'seconds'],
    ...reports.map(({ name, version, engine, seconds, suites }) => [
      name,
      version,
      engine,
      ...suites.map(countsOf),
      seconds.toFixed(1),
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '))
  const reasons = gaps
    .filter(({ runtime }) => reports.some(({ name }) => name === runtime))
    .map(({ runtime, titles, reason }) => `gap on ${runtime}: ${titles.join('; ')}: ${reason}`)
  return [...lines.map((line) => line.trimEnd()), ...reasons, ''].join('\n')
}

/** What failed, where and how. */
export const failuresText = (reports: readonly RuntimeReport[]): string =>
  reports
    .flatMap(({ name, suites }) =>
      suites.flatMap(({ suite, failed }) =>
        failed.slice(0, shown).map((test) => `\n${name}, ${suite}: ${test.name}\n${test.error}\n`),
      ),
    )
    .join('')

/** Leaves the results in the form of Vitest's, for `.ci/run` to add up. A gap has been checked, and passes. */
export function writeReport(reports: readonly RuntimeReport[]): void {
  const testResults = reports.flatMap(({ name, suites }) =>
    suites.map(({ suite, passed, gaps, failed }) => ({
      name: `${name}, ${suite}`,
      status: failed.length > 0 ? 'failed' : 'passed',
      assertionResults: [
        ...[...passed, ...gaps].map((fullName) => ({ fullName, status: 'passed' })),
        ...failed.map((test) => ({ fullName: test.name, status: 'failed', failureMessages: [test.error] })),
      ],
    })),
  )
  const success = testResults.every(({ status }) => status === 'passed')
  mkdirSync(join(own, 'reports'), { recursive: true })
  writeFileSync(join(own, 'reports', 'runtimes.json'), JSON.stringify({ success, testResults }))
}
