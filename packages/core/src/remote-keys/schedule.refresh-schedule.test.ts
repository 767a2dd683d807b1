import { describe, expect, test } from 'vitest'
import { RefreshSchedule } from './schedule.js'

const start = 1_000_000
const loaded = (freshFor = 1_000): RefreshSchedule => {
  const schedule = new RefreshSchedule({ cooldown: 30, maxStale: 5_000 })
  schedule.succeeded(start, freshFor, 0)
  return schedule
}

describe('the condition', () => {
  test.each([
    { age: 0, condition: 'fresh' },
    { age: 749, condition: 'fresh' },
    { age: 750, condition: 'due' },
    { age: 999, condition: 'due' },
    { age: 1_000, condition: 'stale' },
    { age: 4_999, condition: 'stale' },
    { age: 5_000, condition: 'expired' },
    { age: -1, condition: 'stale' },
  ])('$age s after a load: $condition', ({ age, condition }) => {
    expect(loaded().condition(start + age)).toBe(condition)
  })

  test('before any load: empty', () => {
    expect(new RefreshSchedule({ cooldown: 30, maxStale: 5_000 }).condition(start)).toBe('empty')
  })

  test('is expired after maxStale', () => {
    expect(loaded(10_000).freshUntil).toBe(start + 5_000)
  })

  test('the time of the next load varies, and leaves time for a response', () => {
    const schedule = new RefreshSchedule({ cooldown: 30, maxStale: 5_000 })
    schedule.succeeded(start, 1_000, 0.999)
    expect(schedule.condition(start + 849)).toBe('fresh')
    expect(schedule.condition(start + 850)).toBe('due')
  })
})

describe('after a clock that was ahead has been corrected', () => {
  test.each([1, 3_600, 86_400 * 365])(
    'by %d s, keys are used up to maxStale while the provider fails',
    (ahead) => {
      const schedule = loaded()
      const now = start - ahead
      expect(schedule.condition(now)).toBe('stale')
      schedule.failed(now)
      expect(schedule.condition(now + 4_999)).not.toBe('expired')
      expect(schedule.condition(now + 5_000)).toBe('expired')
      expect(schedule.usableUntil).toBe(now + 5_000)
    },
  )

  test('a failure does not prolong it otherwise', () => {
    const schedule = loaded()
    schedule.failed(start + 4_000)
    expect(schedule.usableUntil).toBe(start + 5_000)
  })
})

describe('pauses after failures', () => {
  test('grow, vary and end growing', () => {
    const schedule = loaded()
    const pauses = Array.from({ length: 8 }, () => {
      schedule.failed(start, 1)
      return (schedule.retryAt ?? 0) - start
    })
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    schedule.failed(start, 0)
    expect(schedule.retryAt).toBe(start + 30)
  })

  test('end with a successful load', () => {
    const schedule = loaded()
    schedule.failed(start, 1)
    expect(schedule.mayTry(start + 0.9)).toBe(false)
    expect(schedule.mayTry(start + 1)).toBe(true)
    schedule.succeeded(start, 1_000)
    expect(schedule).toMatchObject({ failures: 0, retryAt: undefined })
    expect(schedule.mayTry(start)).toBe(true)
  })

  test('end when the clock is set back', () => {
    const schedule = loaded()
    schedule.failed(start, 1)
    expect(schedule.mayTry(start - 86_400)).toBe(true)
  })
})

test('unknown keys cause one load per cooldown', () => {
  const schedule = loaded()
  expect(schedule.maySeek(start)).toBe(true)
  schedule.sought(start)
  expect(schedule.maySeek(start + 29)).toBe(false)
  expect(schedule.maySeek(start + 30)).toBe(true)
  schedule.failed(start + 30, 1)
  expect(schedule.maySeek(start + 30)).toBe(false)
})

test('returns its times, if there are any', () => {
  const schedule = new RefreshSchedule({ cooldown: 30, maxStale: 1_000 })
  const times = () => [schedule.loadedAt, schedule.freshUntil, schedule.usableUntil, schedule.retryAt]
  expect(times()).toEqual([undefined, undefined, undefined, undefined])
  schedule.succeeded(100, 60)
  expect(times()).toEqual([100, 160, 1_100, undefined])
  schedule.failed(170, 1)
  expect(times()).toEqual([100, 160, 1_100, 171])
  schedule.succeeded(200, 5_000)
  expect(times()).toEqual([200, 1_200, 1_200, undefined])
})
