/** What a store holds, and the version it has there. */
export interface StoredRing {
  readonly text: string
  /** Names exactly this text: another text has another version. */
  readonly version: string
  /** `true` where the store can tell that this is not what was saved last, such as a file from a backup. */
  readonly isOutdated?: boolean
}

/**
 * Where a ring is kept: one text of some kilobytes, replaced as a whole. Processes that share it agree by
 * compare-and-set, so a store needs one atomic step and no lock that outlives it.
 *
 * Reads must return the newest text: read from the primary, not from a replica. Errors of a store may be of any kind;
 * they reach the `onError` of the ring.
 */
export interface KeyRingStore {
  /** Returns what was saved last; `undefined` where nothing has been. */
  load(): Promise<StoredRing | undefined>
  /**
   * Replaces the text that has the version `replaces` (`undefined`: where there is none yet).
   *
   * @returns The new version, or `undefined` when another version is there by now; then nothing has changed.
   */
  save(text: string, replaces: string | undefined): Promise<string | undefined>
}

/** Returns whether a value has the methods of a {@link KeyRingStore}. */
export const isKeyRingStore = (value: unknown): value is KeyRingStore =>
  typeof value === 'object' &&
  value !== null &&
  'load' in value &&
  typeof value.load === 'function' &&
  'save' in value &&
  typeof value.save === 'function'

/** A store in memory: rings of one process can share it, and it ends with the process. */
export function createMemoryRings(): KeyRingStore {
  let stored: StoredRing | undefined
  let count = 0
  return Object.freeze({
    load: async () => stored,
    async save(text: string, replaces: string | undefined) {
      if (stored?.version !== replaces) return undefined
      const version = String(++count)
      stored = { text, version }
      return version
    },
  })
}
