import { ignoreRejection } from '../maybe-promise.js'
import type { RevocationStore } from './revocation-store.js'

/** Subscriptions to a store that is polled. */
export interface PolledChanges extends Pick<RevocationStore, 'subscribe'> {
  /** Ends all subscriptions. */
  close(): void
}

/**
 * Calls the subscribers of a store after its last entry has changed. Does not poll without subscribers.
 *
 * @param last Returns an identifier of the last entry. Retried if it rejects.
 * @param interval Milliseconds between polls.
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
    // Does not keep the process alive.
    if (typeof timer === 'object') timer.unref?.()
  }

  return {
    subscribe(changed) {
      // Each call creates its own subscription, even for the same function.
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
