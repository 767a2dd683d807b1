import { ignoreRejection, type MaybePromise } from './maybe-promise.js'

/** The clock; replace it in tests. */
export type Clock = () => Date

/**
 * Reads the option `now` as a function that returns the time in seconds since the epoch, with fractions (RFC 7519 §2,
 * NumericDate). The only place where time is read.
 */
export function secondsClock(now: Clock | undefined): () => number {
  if (now === undefined) return () => Date.now() / 1000
  if (typeof now !== 'function') {
    throw new TypeError('now: must be a function that returns a Date, such as () => new Date()')
  }
  return () => {
    // A number, as returned by Date.now, would be read as NaN: every comparison would be false, and no token would
    // expire.
    const date: unknown = now()
    const seconds = secondsOfDate(date)
    if (Number.isFinite(seconds)) return seconds
    ignoreRejection(date)
    throw new TypeError('now: must return a valid Date; use () => new Date()')
  }
}

/** Seconds since the epoch of a `Date`, also one of another realm, such as a `vm` context; `NaN` for anything else. */
export function secondsOfDate(value: unknown): number {
  if (value instanceof Date) return value.getTime() / 1000
  try {
    return Date.prototype.getTime.call(value) / 1000
  } catch {
    return Number.NaN
  }
}

/**
 * Reads the option `now` of a store as a function that returns milliseconds since the epoch; `undefined` without the
 * option, when the store's own clock counts.
 *
 * @throws {TypeError} for a `now` that is not a function.
 */
export function storeClock(now: Clock | undefined): () => number | undefined {
  if (now === undefined) return () => undefined
  const seconds = secondsClock(now)
  return () => Math.round(seconds() * 1000)
}

/**
 * Whether a copy that was made at a time may still be used. Not while a clock that was ahead, and has been corrected, is
 * behind that time: the copy would be used for longer.
 */
export const isBetween = (now: number, since: number, until: number): boolean => now >= since && now < until

/** Seconds, or text such as `'30s'`, `'15m'`, `'2h'`, `'7d'`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`

const form = /^\+? ?(\d+(?:\.\d+)?) ?([a-z]+)(?: from now)?$/i

const unitSeconds = new Map<string, number>(
  Object.entries({
    1: ['s', 'sec', 'secs', 'second', 'seconds'],
    60: ['m', 'min', 'mins', 'minute', 'minutes'],
    3_600: ['h', 'hr', 'hrs', 'hour', 'hours'],
    86_400: ['d', 'day', 'days'],
    604_800: ['w', 'week', 'weeks'],
    31_557_600: ['y', 'yr', 'yrs', 'year', 'years'],
  }).flatMap(([seconds, names]) => names.map((name): [string, number] => [name, Number(seconds)])),
)

/** About 3,000 years. Longer durations are milliseconds or infinite, and their end is not a valid date. */
const maxSeconds = 100_000_000_000

/** The duration in seconds; `undefined` if it is negative, too long or invalid. */
export function parseDuration(duration: unknown): number | undefined {
  const seconds = typeof duration === 'string' ? secondsOfText(duration) : duration
  // With an infinite tolerance, a check would never fail, and the sum of a time and a duration must be a time.
  return typeof seconds === 'number' && seconds >= 0 && seconds <= maxSeconds ? seconds : undefined
}

function secondsOfText(duration: string): number {
  const [, amount, unit = ''] = form.exec(duration) ?? []
  return Number(amount) * (unitSeconds.get(unit.toLowerCase()) ?? Number.NaN)
}

/**
 * Limits the time of an operation. After that the result is ignored.
 *
 * @param late Creates the error for a timeout.
 */
export function withinTime<T>(seconds: number, late: () => Error, work: () => MaybePromise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const pass =
      <V>(on: (value: V) => void) =>
      (value: V): void => {
        isOver = true
        if (timer !== undefined) clearTimeout(timer)
        on(value)
      }
    Promise.resolve(work()).then(pass(resolve), pass(reject))
    // Many answers are already there, and a timer takes longer than a small store.
    queueMicrotask(() => {
      if (!isOver) timer = setTimeout(() => reject(late()), seconds * 1000)
    })
  })
}
