import type { Revocation, RevocationStore } from '@sealbearer/core/stores'
import { unavailable } from './store-connection.js'

/** Maximum number of snapshots of one read: a store that always has more must not be read forever. */
const maxSnapshots = 1000

/** Seconds. Entries are kept for longer than that. */
const minSetBack = 60

export interface StoreReaderOptions {
  /** Reads the store within a time limit. */
  readonly snapshot: RevocationStore['snapshot']
  /** Called with the entries that were read, and whether they were added since the last read. */
  readonly onEntries: (revocations: readonly Revocation[], areNew: boolean) => void
  /** Seconds by the injected clock. */
  readonly now: () => number
}

/** Reads the entries that a store has added since the last read, at first all. */
export interface StoreReader {
  /**
   * @param begin Called before each snapshot.
   * @returns Its result before the last one: then this process has everything that the store had at that moment.
   */
  read<Moment>(begin: () => Moment): Promise<Moment>
}

export function createStoreReader({ snapshot, onEntries, now }: StoreReaderOptions): StoreReader {
  let position: string | undefined
  /** Whether the entries that follow are all that the store has, not only new ones. */
  let isReadingAll = false
  let latest = now()

  /** What had expired when it was read may matter again after the clock was set back: everything is read again. */
  function forgetIfSetBack(): void {
    const time = now()
    const isSetBack = time < latest - minSetBack
    if (isSetBack) position = undefined
    latest = isSetBack ? time : Math.max(latest, time)
  }

  return {
    async read(begin) {
      forgetIfSetBack()
      for (let count = 0; count < maxSnapshots; count++) {
        const begun = begin()
        const changes = await snapshot(position)
        isReadingAll ||= changes.complete
        onEntries(changes.entries, !isReadingAll)
        position = changes.position
        if (changes.more === true) continue
        isReadingAll = false
        return begun
      }
      throw unavailable()
    },
  }
}
