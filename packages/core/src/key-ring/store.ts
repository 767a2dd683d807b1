/** A stored text and its version. */
export interface StoredRing {
  readonly text: string
  /** Identifies this text: another text has another version. */
  readonly version: string
  /** `true` if the store detects that this is not the last saved text, such as a file from a backup. */
  readonly isOutdated?: boolean
}

/**
 * Where a ring is stored: one text of some kilobytes, replaced as a whole. Processes that share it use compare-and-set,
 * so a store needs one atomic operation and no lock beyond it.
 *
 * Reads must return the newest text: read from the primary, not from a replica. A store may throw any error; it is
 * passed to the ring's `onError`.
 */
export interface KeyRingStore {
  /** Returns the last saved text; `undefined` if there is none. */
  load(): Promise<StoredRing | undefined>
  /**
   * Replaces the text with the version `replaces`; `undefined` means that there is none yet.
   *
   * @returns The new version; `undefined` if the stored version is another one, and nothing was changed.
   */
  save(text: string, replaces: string | undefined): Promise<string | undefined>
}

/** Maximum length of a stored text in characters, and of a file in bytes: a sealed ring. */
export const maxStoredRing = 4_194_304

/** Whether a value has the methods of a {@link KeyRingStore}. */
export const isKeyRingStore = (value: unknown): value is KeyRingStore =>
  typeof value === 'object' &&
  value !== null &&
  'load' in value &&
  typeof value.load === 'function' &&
  'save' in value &&
  typeof value.save === 'function'

/** Creates a store in memory, which rings of one process can share. */
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
