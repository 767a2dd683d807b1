import { createExpiringMap } from './expiring-map.js'
import type { ReplayStore } from './replay-store.js'

/** Claims in the memory of one process: another process would grant them again. */
export function createMemoryReplay(clock: () => number, maxEntries: number): ReplayStore {
  const claims = createExpiringMap<string, number>(maxEntries, (until) => until)
  return {
    async claim(key, seconds) {
      const now = clock()
      if (claims.get(key, now) !== undefined) return false
      claims.set(key, now + seconds * 1000, now)
      return true
    },
  }
}
