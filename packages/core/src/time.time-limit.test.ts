import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withinTime } from './time.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const late = (): Error => new Error('late')

test('returns a result that is in time, and leaves no timer that keeps the process alive', async () => {
  expect(await withinTime(5, late, async () => 'done')).toBe('done')
  expect(await withinTime(5, late, () => 'at once')).toBe('at once')
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['rejects', () => Promise.reject(new Error('failed'))],
  [
    'throws',
    () => {
      throw new Error('failed')
    },
  ],
])('fails with the error of an operation that %s in time', async (_, work) => {
  await expect(withinTime(5, late, work)).rejects.toThrow(/^failed$/)
  expect(vi.getTimerCount()).toBe(0)
})

test('fails at the exact time limit', async () => {
  let outcome = 'waiting'
  const limited = withinTime(5, late, () => new Promise<never>(() => {})).catch((error: Error) => {
    outcome = error.message
  })
  await vi.advanceTimersByTimeAsync(4_999)
  expect(outcome).toBe('waiting')
  await vi.advanceTimersByTimeAsync(1)
  expect(outcome).toBe('late')
  await limited
})
