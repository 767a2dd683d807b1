import type { KeySetStore, StoredKeySet } from '../remote-keys/key-set-store.js'
import { createExpiringMap } from './expiring-map.js'

/** The last good keys of remote sets, in the memory of one process. A set loaded earlier never replaces a later one. */
export function createMemoryKeySets(clock: () => number, maxEntries: number): KeySetStore {
  const sets = createExpiringMap<string, StoredKeySet>(maxEntries, () => Number.POSITIVE_INFINITY)
  return {
    load: async (url) => sets.get(url, clock()),
    async save(stored) {
      const now = clock()
      const kept = sets.get(stored.url, now)
      // A time in the future comes from a wrong clock.
      const isLater = kept !== undefined && kept.loadedAt > stored.loadedAt && kept.loadedAt * 1000 <= now
      if (!isLater) sets.set(stored.url, stored, now)
    },
  }
}
