import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withinTime } from './time.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const late = (): Error => new Error('late')

test('gives what came in time, and leaves no timer behind that keeps a process alive', async () => {
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
])('fails with what %s in time', async (_, work) => {
  await expect(withinTime(5, late, work)).rejects.toThrow(/^failed$/)
  expect(vi.getTimerCount()).toBe(0)
})

test('ends what is late, at the very time', async () => {
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
