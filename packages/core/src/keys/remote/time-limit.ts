import type { MaybePromise } from '../../maybe-promise.js'

/**
 * Gives work a time to end in. When it is over the work is told so by the signal, and left alone whether
 * it heeds that or not.
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
