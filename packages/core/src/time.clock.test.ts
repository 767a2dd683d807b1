import { expect, test } from 'vitest'
import { untyped } from '../test-kit/untyped.js'
import { secondsClock, storeClock } from './time.js'

test('reads the system clock where none is given', () => {
  const before = Date.now() / 1000
  const seconds = secondsClock(undefined)()
  expect(seconds).toBeGreaterThanOrEqual(before)
  expect(seconds).toBeLessThanOrEqual(Date.now() / 1000)
})

test('says seconds with their fractions', () => {
  expect(secondsClock(() => new Date(1_700_000_000_500))()).toBe(1_700_000_000.5)
})

test('asks the clock at each reading', () => {
  let milliseconds = 1000
  const seconds = secondsClock(() => new Date(milliseconds))
  expect(seconds()).toBe(1)
  milliseconds = 2000
  expect(seconds()).toBe(2)
})

test.each([[1_700_000_000], ['now'], [null], [new Date()]])('refuses the clock %j', (now) => {
  expect(() => secondsClock(untyped(now))).toThrow(/^now: must be a function .*new Date\(\)/)
})

test.each([
  ['a number', () => Date.now()],
  ['nothing', () => undefined],
  ['an invalid Date', () => new Date(Number.NaN)],
])('names the option when the clock says %s', (_, now) => {
  const seconds = secondsClock(untyped(now))
  expect(() => seconds()).toThrow(/^now: .*new Date\(\)/)
})

test('a store has its own clock, unless one is given', () => {
  expect(storeClock(undefined)()).toBeUndefined()
  expect(storeClock(() => new Date(1_700_000_000_123))()).toBe(1_700_000_000_123)
})
