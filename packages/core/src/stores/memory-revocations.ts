import { SealbearerError } from '../errors.js'
import type { Revocation, RevocationStore } from './revocation-store.js'

interface Entry {
  readonly number: number
  readonly revocation: Revocation
}

/** Revocations in the memory of one process. */
export function createMemoryRevocations(clock: () => number, maxEntries: number): RevocationStore {
  /** A position of another store is not taken for one of this. */
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
      // Each call is a subscription of its own, also of the same function.
      const listener = (): void => changed()
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** How many entries have a number of at most `number`: numbers ascend, and mostly the last few are asked for. */
function entriesUpTo(entries: readonly Entry[], number: number): number {
  let count = entries.length
  while (count > 0 && (entries[count - 1]?.number ?? 0) > number) count--
  return count
}
