import { expect, test } from 'vitest'
import { allPairs } from './all-pairs.js'
import { controlPairs } from './control-pairs.js'
import { differenceOf, isUnexpected } from './difference.js'
import { encryptedPairs } from './encrypted-pairs.js'
import { macPairs } from './mac-pairs.js'
import type { TimingPair } from './timing-pair.js'

const find = (pairs: readonly TimingPair[]): TimingPair => {
  const [pair] = pairs
  if (pair === undefined) throw new Error('no pair')
  return pair
}

const finding = (pair: TimingPair, t: number, difference: number) => ({
  pair,
  rounds: 1000,
  median: 20,
  comparison: { t, difference, share: 1 },
})

test.each([
  [0, 0, 'none'],
  [-4.4, -5, 'none'],
  [4.6, 0.199, 'negligible'],
  [-90, -0.199, 'negligible'],
  [4.6, 0.2, 'found'],
  [Number.POSITIVE_INFINITY, 3, 'found'],
] as const)('t = %d and %d µs of 20: %s', (t, difference, found) => {
  expect(differenceOf(finding(find(macPairs), t, difference))).toBe(found)
})

test('a difference is unexpected but in a control, which has to have one', () => {
  const [mac, control, encryption] = [macPairs, controlPairs, encryptedPairs].map(find)
  if (!mac || !control || !encryption) throw new Error('no pair')
  for (const engine of ['node', 'web'] as const) {
    expect(isUnexpected(engine, finding(mac, 9, 3))).toBe(true)
    expect(isUnexpected(engine, finding(mac, 1, 3))).toBe(false)
    expect(isUnexpected(engine, finding(control, 9, 3))).toBe(false)
    expect(isUnexpected(engine, finding(control, 1, 3))).toBe(true)
  }
  expect(isUnexpected('node', finding(encryption, 9, 3))).toBe(true)
  expect(isUnexpected('web', finding(encryption, 9, 3))).toBe(false)
})

test.each(allPairs.map((pair) => [`${pair.title}: ${pair.one}, ${pair.other}`, pair] as const))(
  '%s: both ways fail, at the same length',
  async (_, pair) => {
    const { attempt, one, other } = await pair.prepare()
    for (const token of [one(), other()]) await expect((async () => attempt(token))()).rejects.toThrow()
    expect(one()).toHaveLength(other().length)
    expect(one()).not.toBe(one())
  },
)
