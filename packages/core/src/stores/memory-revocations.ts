import { SealbearerError } from '../errors.js'
import type { Revocation, RevocationStore } from './revocation-store.js'

interface Entry {
  readonly number: number
  readonly revocation: Revocation
}

/** Revocations in the memory of one process. */
export function createMemoryRevocations(clock: () => number, maxEntries: number): RevocationStore {
  /** Distinguishes positions of this store from those of another. */
  const epoch = crypto.randomUUID()
  const listeners = new Set<() => void>()
  let entries: Entry[] = []
  let last = 0
  let sweepAt = 0

  function sweep(): void {
    const now = clock()
    entries = entries.filter(({ revocation }) => now < revocation.expiresAt)
    sweepAt = Math.min(2 * entries.length + 1024, maxEntries)
  }

  return {
    async append(revocation) {
      if (entries.length >= sweepAt) sweep()
      if (entries.length >= maxEntries) throw new SealbearerError('SB_STORE_UNAVAILABLE', 'maxEntries')
      entries.push({ number: ++last, revocation })
      for (const changed of listeners) changed()
    },
    async snapshot(after) {
      const [afterEpoch, number] = after?.split(':') ?? []
      const complete = afterEpoch !== epoch
      const from = complete ? 0 : entriesUpTo(entries, Number(number))
      return {
        entries: entries.slice(from).map(({ revocation }) => revocation),
        position: `${epoch}:${last}`,
        complete,
      }
    },
    subscribe(changed) {
      // Each call creates its own subscription, even for the same function.
      const listener = (): void => changed()
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Number of entries with a number of at most `number`. Numbers ascend, and usually only the latest are requested. */
function entriesUpTo(entries: readonly Entry[], number: number): number {
  let count = entries.length
  while (count > 0 && (entries[count - 1]?.number ?? 0) > number) count--
  return count
}
