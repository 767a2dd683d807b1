import type { Duration } from '@sealbearer/core'
import { durationOption } from '@sealbearer/core/internal'

/** A clock that only moves when a test moves it. Pass `now` to everything that reads the time. */
export interface TestClock {
  readonly now: () => Date
  /** Moves the clock on by seconds, or by text such as `'15m'`. @throws {TypeError} for an invalid duration */
  advance(by: Duration): void
  /** Sets the clock, forwards or back. @throws {TypeError} for an invalid date */
  set(to: Date): void
}

/** Creates a clock that starts at the current second. */
export function createTestClock(): TestClock {
  let milliseconds = Math.floor(Date.now() / 1000) * 1000
  return {
    now: () => new Date(milliseconds),
    advance(by) {
      milliseconds += (durationOption('advance', by) ?? 0) * 1000
    },
    set(to) {
      if (!(to instanceof Date) || Number.isNaN(to.getTime()))
        throw new TypeError('set: must be a valid Date')
      milliseconds = to.getTime()
    },
  }
}
