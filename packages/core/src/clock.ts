/** Where time comes from; replace it in tests. */
export type Clock = () => Date

/**
 * Turns the `now` option into a function that says the time in seconds since the epoch, fractions
 * included (RFC 7519 §2, NumericDate). The one place where time is read.
 */
export function secondsClock(now: Clock | undefined): () => number {
  if (now === undefined) return () => Date.now() / 1000
  if (typeof now !== 'function') {
    throw new TypeError('now: must be a function that returns a Date, such as () => new Date()')
  }
  return () => {
    // A number, as Date.now gives, would be read as NaN: then every comparison is false, and a token lives for ever.
    const date: unknown = now()
    const seconds = date instanceof Date ? date.getTime() / 1000 : Number.NaN
    if (!Number.isFinite(seconds)) throw new TypeError('now: returned no valid Date; use () => new Date()')
    return seconds
  }
}
