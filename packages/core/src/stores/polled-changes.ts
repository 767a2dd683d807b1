import { ignoreRejection } from '../maybe-promise.js'
import type { RevocationStore } from './revocation-store.js'

/** Subscriptions to a store that is asked now and then. */
export interface PolledChanges extends Pick<RevocationStore, 'subscribe'> {
  /** Ends all of them. */
  close(): void
}

/**
 * Calls the subscribers of a store after its last entry has changed. While nobody subscribes, nothing is asked.
 *
 * @param last Reads what names the last entry. Where it rejects, it is asked again.
 * @param interval Milliseconds between two reads.
 */
export function createPolledChanges(last: () => Promise<string>, interval: number): PolledChanges {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let seen: string | undefined

  async function look(): Promise<void> {
    try {
      const now = await last()
      if (seen !== undefined && now !== seen) for (const changed of listeners) changed()
      seen = now
    } finally {
      schedule()
    }
  }

  function schedule(): void {
    clearTimeout(timer)
    if (listeners.size === 0) return
    timer = setTimeout(() => ignoreRejection(look()), interval)
    // A process that has nothing else to do may end.
    if (typeof timer === 'object') timer.unref?.()
  }

  return {
    subscribe(changed) {
      // Each call is a subscription of its own, also of the same function.
      const listener = (): void => changed()
      listeners.add(listener)
      if (listeners.size === 1) {
        seen = undefined
        ignoreRejection(look())
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearTimeout(timer)
      }
    },
    close() {
      listeners.clear()
      clearTimeout(timer)
    },
  }
}
