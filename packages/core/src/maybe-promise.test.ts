import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { adopt, chain, chainOrRecover, ignoreRejection } from './maybe-promise.js'

const double = (value: number): number => value * 2

/** A promise as other libraries and realms have them. */
const foreign = <T>(value: T): PromiseLike<T> => ({
  // biome-ignore lint/suspicious/noThenProperty: the very thing under test
  then: (...handlers) => Promise.resolve(value).then(...handlers),
})

test('continues synchronously with a value, and later with a promise', async () => {
  expect(chain(2, double)).toBe(4)
  expect(await chain(Promise.resolve(2), double)).toBe(4)
})

test('a foreign promise is adopted, and a value is left alone', async () => {
  const value = { n: 1 }
  expect(adopt(value)).toBe(value)
  const promise = Promise.resolve(1)
  expect(adopt(promise)).toBe(promise)
  expect(await chain(adopt(foreign(2)), double)).toBe(4)
})

test('an ignored promise may reject', async () => {
  ignoreRejection(1)
  ignoreRejection(Promise.reject(new Error('bad')))
  // biome-ignore lint/suspicious/noThenProperty: the very thing under test
  ignoreRejection({ then: (_: unknown, reject: (error: Error) => void) => reject(new Error('bad')) })
  // An unhandled rejection would fail the run here.
  await setImmediate()
})

test.each([
  [
    'throws',
    () => {
      throw new Error('bad')
    },
  ],
  ['rejects', () => Promise.reject(new Error('bad'))],
])('recovers when the attempt %s', async (_title, attempt: () => number | Promise<number>) => {
  expect(await chainOrRecover(attempt, double, () => -1)).toBe(-1)
})

test('does not recover a later failure', () => {
  const fail = (): never => {
    throw new Error('later')
  }
  expect(() =>
    chainOrRecover(
      () => 1,
      fail,
      () => -1,
    ),
  ).toThrow('later')
})
