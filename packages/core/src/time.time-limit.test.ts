import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withinTime } from './time.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const late = (): Error => new Error('late')

test('gives what came in time, and leaves no timer behind that keeps a process alive', async () => {
  let signal: AbortSignal | undefined
  const work = async (given: AbortSignal): Promise<string> => {
    signal = given
    return 'done'
  }
  expect(await withinTime(5, late, work)).toBe('done')
  expect(signal?.aborted).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
})

test('fails with what failed in time, and ends what else was begun', async () => {
  let signal: AbortSignal | undefined
  const work = (given: AbortSignal): Promise<never> => {
    signal = given
    return Promise.reject(new Error('failed'))
  }
  await expect(withinTime(5, late, work)).rejects.toThrow(/^failed$/)
  expect(signal?.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

test('ends what is late, at the very time', async () => {
  let signal: AbortSignal | undefined
  let outcome = 'waiting'
  const limited = withinTime(5, late, (given) => {
    signal = given
    return new Promise<never>(() => {})
  }).catch((error: Error) => {
    outcome = error.message
  })
  await vi.advanceTimersByTimeAsync(4_999)
  expect([outcome, signal?.aborted]).toEqual(['waiting', false])
  await vi.advanceTimersByTimeAsync(1)
  expect([outcome, signal?.aborted]).toEqual(['late', true])
  await limited
})
