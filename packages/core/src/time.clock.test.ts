import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { untyped } from '../test-kit/untyped.js'
import { serializeCookie } from './http/cookie.js'
import { type Clock, secondsClock, secondsOfDate, storeClock } from './time.js'

test('reads the system clock by default', () => {
  const before = Date.now() / 1000
  const seconds = secondsClock(undefined)()
  expect(seconds).toBeGreaterThanOrEqual(before)
  expect(seconds).toBeLessThanOrEqual(Date.now() / 1000)
})

test('returns seconds with fractions', () => {
  expect(secondsClock(() => new Date(1_700_000_000_500))()).toBe(1_700_000_000.5)
})

test('reads the clock each time', () => {
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
])('names the option if the clock returns %s', (_, now) => {
  const seconds = secondsClock(untyped(now))
  expect(() => seconds()).toThrow(/^now: .*new Date\(\)/)
})

test('a clock that returns a promise does not end the process', async () => {
  const seconds = secondsClock(untyped(() => Promise.reject(new Error('late'))))
  expect(() => seconds()).toThrow(/^now: must return a valid Date/)
  await new Promise(setImmediate)
})

test('a store has its own clock, unless one is given', () => {
  expect(storeClock(undefined)()).toBeUndefined()
  expect(storeClock(() => new Date(1_700_000_000_123))()).toBe(1_700_000_000_123)
})

describe('a Date of another realm, such as the one of a test environment', () => {
  const inOtherRealm = (text: string): unknown => runInNewContext(text)

  test('is a Date', () => {
    expect(secondsOfDate(inOtherRealm('new Date(1500)'))).toBe(1.5)
    const now = inOtherRealm('() => new Date(1500)') as Clock
    expect(secondsClock(now)()).toBe(1.5)
    expect(serializeCookie('a', 'b', { expires: inOtherRealm('new Date(1e12)') as Date })).toContain(
      'Expires=Sun, 09 Sep 2001 01:46:40 GMT',
    )
  })

  test.each(['new Date(NaN)', '({ getTime: () => 1500 })', '1500', 'Object.create(Date.prototype)', 'null'])(
    '%s is not',
    (text) => {
      expect(secondsOfDate(inOtherRealm(text))).toBeNaN()
      expect(() => secondsClock((() => inOtherRealm(text)) as Clock)()).toThrow(
        /^now: must return a valid Date/,
      )
      const expires = inOtherRealm(text) as Date
      expect(() => serializeCookie('a', 'b', { expires })).toThrow(/^expires: must be a valid Date/)
    },
  )
})
