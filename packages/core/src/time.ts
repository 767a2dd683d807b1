import type { MaybePromise } from './maybe-promise.js'

/** Where time comes from; replace it in tests. */
export type Clock = () => Date

/**
 * Turns the `now` option into a function that returns the time in seconds since the epoch, fractions
 * included (RFC 7519 §2, NumericDate). The one place where time is read.
 */
export function secondsClock(now: Clock | undefined): () => number {
  if (now === undefined) return () => Date.now() / 1000
  if (typeof now !== 'function') {
    throw new TypeError('now: must be a function that returns a Date, such as () => new Date()')
  }
  return () => {
    // A number, as Date.now returns, would be read as NaN: then every comparison is false, and a token never expires.
    const date: unknown = now()
    const seconds = date instanceof Date ? date.getTime() / 1000 : Number.NaN
    if (!Number.isFinite(seconds)) throw new TypeError('now: returned no valid Date; use () => new Date()')
    return seconds
  }
}

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

/** Some 3,000 years: longer ones are milliseconds or without end, and their end is no date. */
const longestSeconds = 100_000_000_000

/** The duration in seconds, or `undefined` for what is not one: negative, too long or not understood. */
export function parseDuration(duration: unknown): number | undefined {
  const seconds = typeof duration === 'string' ? secondsOfText(duration) : duration
  // A tolerance without end would be a check that never fails, and the sum of a time and a duration has to be one.
  return typeof seconds === 'number' && seconds >= 0 && seconds <= longestSeconds ? seconds : undefined
}

function secondsOfText(duration: string): number {
  const [, amount, unit = ''] = form.exec(duration) ?? []
  return Number(amount) * (unitSeconds.get(unit.toLowerCase()) ?? Number.NaN)
}

/**
 * Limits the time of work. When it is over the signal is aborted, and nobody waits for the work any longer, whether
 * it heeds the signal or not.
 *
 * @param late What to fail with then.
 */
export async function withinTime<T>(
  seconds: number,
  late: () => Error,
  work: (signal: AbortSignal) => MaybePromise<T>,
): Promise<T> {
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000)
  })
  try {
    return await Promise.race([work(abort.signal), over])
  } catch (error) {
    // Ends what was begun and is not needed any more: a body half read, a connection.
    abort.abort()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
