// Reads the reports of vitest, and of the runtimes, which have the same form.
import { existsSync, readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const reports = {
  test: 'reports/test.json',
  deep: 'reports/deep.json',
  runtimes: 'tests/runtimes/reports/runtimes.json',
}

/**
 * @typedef {{ status: string, fullName: string, failureMessages: string[] }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} TestFile
 * @typedef {{ success: boolean, testResults: TestFile[] }} Report
 */

/** @param {keyof typeof reports} suite @returns {Report | undefined} undefined where it did not run */
export function readReport(suite) {
  const path = new URL(reports[suite], root)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** How many tests were left out for each reason. @param {Report | undefined} report @returns {Map<string, number>} */
export function leftOut(report) {
  const reasons = new Map()
  for (const { status, fullName } of report?.testResults.flatMap((file) => file.assertionResults) ?? []) {
    if (status === 'passed' || status === 'failed') continue
    const [, reason = 'no reason in the name'] = /left out: ([^)]+)/.exec(fullName) ?? []
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return reasons
}
