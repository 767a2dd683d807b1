import type { MaybePromise } from '../../maybe-promise.js'

/** How long RSA private-key operations may block one iteration of the event loop. */
const millisecondsPerTurn = 8

let turnBegan = 0

/** Set until microtasks run: a second request before that is concurrent. */
let isConcurrent = false

/** Set while an operation waits for the next iteration. */
let isOneDeferred = false

/**
 * Runs a slow operation where it completes soonest.
 *
 * A single operation runs synchronously, without the round trip to the thread pool. Of several concurrent ones,
 * all but the first run on the pool, which uses the other cores. An iteration of the event loop is blocked by a
 * few milliseconds at most, and by at most one operation: the next one waits for the next iteration, and those
 * behind it go to the pool.
 */
export function runWithoutBlocking<T>(
  synchronous: () => MaybePromise<T>,
  onPool: () => Promise<T>,
): MaybePromise<T> {
  if (isConcurrent) return onPool()
  isConcurrent = true
  queueMicrotask(endOfRun)
  if (isTimeLeft()) return synchronous()
  if (isOneDeferred) return onPool()
  isOneDeferred = true
  return nextTurn().then(() => {
    isOneDeferred = false
    isTimeLeft()
    return synchronous()
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
  isConcurrent = false
}

const endOfTurn = (): void => {
  turnBegan = 0
}

/** Whether the runtime is Node 22 or later with OpenSSL, from the reported versions. */
export const isOnNode22OrLater = (versions: { readonly node: string; readonly openssl: string }): boolean =>
  Number.parseInt(versions.node, 10) >= 22 && Number.parseInt(versions.openssl, 10) >= 3

/**
 * Node 22 introduced OpenSSL 3.5, whose performance reverses some choices. Bun reports itself as such a Node,
 * but uses BoringSSL, which lacks some of the options.
 */
export const isNode22OrLater: boolean = isOnNode22OrLater(process.versions)
