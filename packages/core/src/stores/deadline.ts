/** The answer of a store to an operation that reached it after its deadline: nothing was changed. */
export class TooLate {
  /** The time of the store, in milliseconds since the epoch. */
  readonly storeTime: number

  constructor(storeTime: number) {
    this.storeTime = storeTime
  }
}

/** Milliseconds for which the clock of a store is taken to go as fast as that of this process. */
const maxAge = 60_000

/**
 * Gives each operation of a store a deadline by the clock of the store. A client library, a pool or the network can deliver a
 * command long after its operation has failed, and a renewal that runs then looks like a stolen token.
 *
 * @param seconds Time limit of an operation.
 * @param late Creates the error for an operation that is too late twice.
 * @returns A function that sends an operation. `deadline` is in milliseconds since the epoch, and `undefined` while the clock
 *   of the store is unknown: then the answer must be {@link TooLate}.
 */
export function createDeadlines(
  seconds: number,
  late: () => Error,
): <Reply>(send: (deadline: number | undefined) => Promise<Reply | TooLate>) => Promise<Reply> {
  /** How far the clock of the store is ahead of `performance.now()`, less the time that its answer took. */
  let offset = 0
  let knownUntil = Number.NEGATIVE_INFINITY

  return async (send) => {
    const start = performance.now()
    const end = start + seconds * 1000
    const first = await send(start < knownUntil ? Math.floor(end + offset) : undefined)
    if (!(first instanceof TooLate)) return first
    // Or the clock was set, or it is that of another server.
    const now = performance.now()
    offset = first.storeTime - now
    knownUntil = now + maxAge
    const second = await send(Math.floor(end + offset))
    if (second instanceof TooLate) throw late()
    return second
  }
}

const limited = new WeakSet<object>()

/** Marks a store that ends each operation within its option `timeout`, and does nothing afterwards. */
export function markTimeLimited<Store extends object>(store: Store): Store {
  limited.add(store)
  return store
}

/** Whether a store is so marked. Another time limit would let an operation fail and be done later. */
export const isTimeLimited = (store: object): boolean => limited.has(store)
