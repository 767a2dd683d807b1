import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { atDeadline, deadlineCount } from './deadlines.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
})

test('each runs at its time, whatever the order of creation', () => {
  const happened: number[] = []
  const times = Array.from({ length: 200 }, (_, i) => ((i * 7919) % 200) * 10)
  for (const time of times) atDeadline(time, () => happened.push(time))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(995)
  expect(happened).toEqual(times.filter((time) => time <= 995).sort((a, b) => a - b))
  vi.advanceTimersByTime(1000)
  expect(happened).toEqual(times.toSorted((a, b) => a - b))
  expect([deadlineCount(), vi.getTimerCount()]).toEqual([0, 0])
})

test('a cancelled one does not run', () => {
  const happened: string[] = []
  const cancel = atDeadline(10, () => happened.push('a'))
  atDeadline(20, () => happened.push('b'))
  cancel()
  cancel()
  vi.advanceTimersByTime(30)
  expect(happened).toEqual(['b'])
})

test('a million cancelled ones leave few in memory', () => {
  let most = 0
  for (let i = 0; i < 1_000_000; i++) {
    atDeadline(900_000, () => {})()
    most = Math.max(most, deadlineCount())
  }
  expect(most).toBeLessThanOrEqual(2002)
})

test('one beyond the maximum of a timer runs at its time', () => {
  const act = vi.fn()
  atDeadline(2_500_000_000, act)
  vi.advanceTimersByTime(2_400_000_000)
  expect(act).not.toHaveBeenCalled()
  vi.advanceTimersByTime(100_000_000)
  expect(act).toHaveBeenCalledOnce()
})

test('one created by another runs too', () => {
  const act = vi.fn()
  atDeadline(10, () => void atDeadline(10, act))
  vi.advanceTimersByTime(20)
  expect(act).toHaveBeenCalledOnce()
})
