import { expect, test } from 'vitest'
import { chain, chainOrRecover } from './maybe-promise.js'

const fails = (message: string) => (): never => {
  throw new Error(message)
}
const recovered = (error: unknown): string => `recovered from ${String(error)}`

test('goes on at once with a value', () => {
  expect(chain(1, (value) => value + 1)).toBe(2)
})

test('goes on when a promise settles', async () => {
  const result = chain(Promise.resolve(1), (value) => value + 1)
  expect(result).toBeInstanceOf(Promise)
  expect(await result).toBe(2)
})

test('hands a rejection on', async () => {
  await expect(chain(Promise.reject(new Error('no')), () => 'next')).rejects.toThrow('no')
})

test.each([
  ['a value', () => 1],
  ['a promise', () => Promise.resolve(1)],
])('needs no recovery after %s', async (_, attempt) => {
  expect(await chainOrRecover<number, string>(attempt, (value) => `got ${value}`, recovered)).toBe('got 1')
})

test.each([
  ['a throw', fails('no')],
  ['a rejection', () => Promise.reject(new Error('no'))],
])('recovers from %s', async (_, attempt) => {
  expect(await chainOrRecover<string, string>(attempt, (value) => value, recovered)).toBe(
    'recovered from Error: no',
  )
})

test('recovers at once from a throw', () => {
  expect(chainOrRecover<string, string>(fails('no'), String, recovered)).toBe('recovered from Error: no')
})

test('does not recover from what comes next', async () => {
  expect(() => chainOrRecover<number, string>(() => 1, fails('next'), recovered)).toThrow('next')
  const later = chainOrRecover<number, string>(() => Promise.resolve(1), fails('next'), recovered)
  await expect(later).rejects.toThrow('next')
})
