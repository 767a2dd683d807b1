import { expect, test } from 'vitest'
import type { Gap } from './gaps.js'
import { outcomesOn } from './outcome.js'
import type { RunResult, TestResult } from './run-result.js'

const gaps: readonly Gap[] = [
  {
    runtime: 'deno',
    suite: 'attacks',
    titles: ['no cipher'],
    error: /Unknown cipher/,
    reason: 'it has none',
  },
]
const good: TestResult = { name: 'good', state: 'passed' }
const inGap: TestResult = { name: 'family > no cipher', state: 'failed', error: 'Error: Unknown cipher' }

/** What failed of the attacks on Deno. */
function failures(attacks: readonly TestResult[], engine: 'node' | 'web' = 'web'): readonly string[] {
  const result: RunResult = {
    engine,
    suites: { vectors: [good], attacks, conformance: [good], served: [good] },
  }
  const outcomes = outcomesOn({ name: 'deno', engine: 'web' }, result, gaps)
  return outcomes.find(({ suite }) => suite === 'attacks')?.failed.map(({ error }) => error) ?? []
}

test('nothing failed where all passed, or failed as a gap says', () => {
  expect(failures([good, inGap])).toEqual([])
})

test.each<[string, readonly TestResult[], string]>([
  ['a test', [good, inGap, { name: 'bad', state: 'failed', error: 'wrong' }], 'wrong'],
  ['a test that was skipped', [inGap, { ...good, state: 'skipped' }], 'skipped'],
  ['an invalid gap', [good, { ...inGap, state: 'passed' }], 'passed, though it has a gap'],
  ['a gap with another error', [good, { ...inGap, error: 'accepted' }], 'accepted'],
  ['a gap whose test was not there', [good], 'has a gap, and did not run'],
])('fails: %s', (_, attacks, error) => {
  expect(failures(attacks)).toEqual([error])
})

test('fails: nothing ran', () => {
  expect(failures([])).toContain('nothing ran')
})

test('fails: the other implementation of the cryptography ran', () => {
  expect(failures([good, inGap], 'node')).toEqual(['ran on the implementation "node", not on "web"'])
})

test('a gap of one runtime is not one on another', () => {
  const result: RunResult = {
    engine: 'web',
    suites: { vectors: [good], attacks: [good, inGap], conformance: [good], served: [good] },
  }
  const [, attacks] = outcomesOn({ name: 'workerd', engine: 'web' }, result, gaps)
  expect(attacks?.failed).toEqual([{ name: inGap.name, error: inGap.error }])
})
