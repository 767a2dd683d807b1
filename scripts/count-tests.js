// Adds up `npm test`, `test:deep` and every runtime; names what failed and what was left out, and prints the sum, alone
// on the last line. A suite without a report, a test file that is in none, and a file that broke before its first test
// count as one failure each: silence is no success.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { leftOut, readReport } from './test-report.js'

const root = fileURLToPath(new URL('../', import.meta.url))

/** How many failed tests of a file are named. */
const named = 10

const sum = { passed: 0, failed: 0, skipped: 0 }
/** @type {Set<string>} */
const reported = new Set()

/** @param {string} message */
function fail(message) {
  console.error(message)
  sum.failed++
}

for (const suite of /** @type {const} */ (['test', 'deep', 'runtimes'])) {
  const report = readReport(suite)
  if (report === undefined) fail(`${suite}: its tests did not run`)
  else addUp(suite, report)
}
for (const group of ['packages', 'apps', 'tests', '.']) {
  for (const name of readdirSync(`${root}${group}`)) {
    const folder = join(root, group, name, 'src')
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
    const expected = files.filter((path) => path.endsWith('.test.ts'))
    for (const file of expected.map((path) => join(folder, path))) {
      if (!reported.has(file)) fail(`${file}: did not run`)
    }
  }
}

/**
 * @param {string} suite
 * @param {import('./test-report.js').Report} report
 */
function addUp(suite, report) {
  const before = sum.failed
  for (const { name: file, status, message, assertionResults } of report.testResults) {
    reported.add(join(file))
    const failed = assertionResults.filter((test) => test.status === 'failed')
    for (const { fullName, failureMessages } of failed.slice(0, named)) {
      console.error(`${file}: ${fullName}\n${failureMessages.join('\n')}`)
    }
    if (status === 'failed' && failed.length === 0) fail(`${file}: failed outside its tests\n${message}`)
    const passed = assertionResults.filter((test) => test.status === 'passed').length
    sum.passed += passed
    sum.failed += failed.length
    sum.skipped += assertionResults.length - passed - failed.length
  }
  if (!report.success && sum.failed === before) fail(`${suite}: failed outside its tests`)
  for (const [reason, count] of leftOut(report))
    console.log(`${suite}: ${count} tests were left out: ${reason}`)
}

const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`)
if (sum.failed > 0) process.exitCode = 1
