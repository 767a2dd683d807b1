import type { MaybePromise } from '../../maybe-promise.js'

/** How long the RSA private-key operations of one turn of the event loop may hold it up. */
const millisecondsPerTurn = 8

let turnBegan = 0

/** Set until the code that asked gives way to microtasks: a second request before that came along with it. */
let askedTogether = false

/** Set while an operation waits for the next turn. */
let isOneDeferred = false

/**
 * Does a slow operation where it is done soonest.
 *
 * Alone, that is on the spot, without the trip to the thread pool. Of several asked for at once, all but the
 * first go to the pool, where they use the other cores. However they come, a turn of the event loop is held
 * up by some milliseconds at most, and by one operation: the next one waits for the next turn, and those
 * behind it go to the pool.
 */
export function runWithoutHoldup<T>(
  onTheSpot: () => MaybePromise<T>,
  onThePool: () => Promise<T>,
): MaybePromise<T> {
  if (askedTogether) return onThePool()
  askedTogether = true
  queueMicrotask(endOfRun)
  if (isTimeLeft()) return onTheSpot()
  if (isOneDeferred) return onThePool()
  isOneDeferred = true
  return nextTurn().then(() => {
    isOneDeferred = false
    isTimeLeft()
    return onTheSpot()
  })
}

function isTimeLeft(): boolean {
  const now = performance.now()
  if (turnBegan !== 0) return now - turnBegan < millisecondsPerTurn
  turnBegan = now
  setImmediate(endOfTurn)
  return true
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const endOfRun = (): void => {
  askedTogether = false
}

const endOfTurn = (): void => {
  turnBegan = 0
}
