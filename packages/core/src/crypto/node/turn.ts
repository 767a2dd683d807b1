/** RSA private-key operations of one turn of the event loop that are done on the spot. */
const operationsPerTurn = 16

let done = 0

/**
 * Says whether a slow operation may be done on the spot, without the trip to the thread pool.
 *
 * Alone, it is quicker so. Of several that are asked for at once, all but the first go to the pool, where
 * they use the other cores; and however they come, no turn of the event loop is held up by more than a few
 * milliseconds.
 */
export function mayRunOnTheSpot(): boolean {
  if (askedTogether || done >= operationsPerTurn) return false
  askedTogether = true
  queueMicrotask(endOfRun)
  if (done++ === 0) setImmediate(endOfTurn)
  return true
}

/** Set until the code that asked gives way to microtasks: a second request before that came along with it. */
let askedTogether = false

const endOfRun = (): void => {
  askedTogether = false
}

const endOfTurn = (): void => {
  done = 0
}
