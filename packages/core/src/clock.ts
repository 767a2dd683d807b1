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
    const seconds = now().getTime() / 1000
    // With NaN every comparison is false, and a token could live for ever.
    if (!Number.isFinite(seconds)) throw new TypeError('now: returned an invalid Date')
    return seconds
  }
}
