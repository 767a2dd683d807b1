// Adds up the vitest reports of all packages and of all runtimes, names what failed, and prints the sum, alone on the
// last line. A package whose tests left no report, and a file that broke before its first test, count as one failure
// each: silence is no success.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const folders = ['packages/', 'apps/', 'tests/']
  .flatMap((group) => readdirSync(new URL(group, root)).map((name) => new URL(`${group}${name}/`, root)))
  .concat(new URL('bench/', root))
  .filter((folder) => existsSync(new URL('package.json', folder)))

/** How many failed tests of a file are named. */
const named = 10

const sum = { passed: 0, failed: 0, skipped: 0 }
for (const folder of folders) {
  const { name, scripts } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  if (!scripts?.test) continue
  expect(name, new URL('reports/vitest.json', folder))
}
expect('every runtime', new URL('tests/runtimes/reports/runtimes.json', root))

/**
 * @param {string} name
 * @param {URL} report
 */
function expect(name, report) {
  if (existsSync(report)) return addUp(name, report)
  console.error(`${name}: its tests did not run`)
  sum.failed++
}

/**
 * @param {string} name
 * @param {URL} report
 */
function addUp(name, report) {
  const { testResults, success } = JSON.parse(readFileSync(report, 'utf8'))
  let failed = 0
  for (const { name: file, status, assertionResults } of testResults) {
    const ended = (/** @type {string} */ wanted) =>
      assertionResults.filter((/** @type {{ status: string }} */ test) => test.status === wanted)
    const bad = ended('failed')
    if (status === 'failed' && bad.length === 0) console.error(`${file}: failed outside its tests`)
    for (const { fullName, failureMessages } of bad.slice(0, named)) {
      console.error(`${file}: ${fullName}\n${failureMessages.join('\n')}`)
    }
    const passed = ended('passed').length
    failed += status === 'failed' ? Math.max(bad.length, 1) : bad.length
    sum.passed += passed
    sum.skipped += assertionResults.length - passed - bad.length
  }
  if (!success && failed === 0) {
    console.error(`${name}: failed outside its tests`)
    failed = 1
  }
  sum.failed += failed
}

const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`)
if (sum.failed > 0) process.exitCode = 1
