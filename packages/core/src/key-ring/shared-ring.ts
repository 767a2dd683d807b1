import { SealbearerError } from '../errors.js'
import { withinTime } from '../time.js'
import { emptyRing, type RingDocument, type RingState, readRing, writeRing } from './ring-state.js'
import type { KeyRingStore, StoredRing } from './store.js'

/** A save fails only if another process has changed the ring, so this many in a row have another cause. */
const maxAttempts = 20

/** A change that took longer than this is computed again: a process can be suspended between two steps. */
const minSlack = 10

/**
 * Seconds. Changes of a ring are sequential, so a store that does not respond must not block them forever. Another
 * process may hold the lock of a file for half a minute.
 */
const maxWait = { load: 10, save: 60 }

const busy = (): SealbearerError => new SealbearerError('SB_RING_BUSY')

/** Which ring a store must contain. */
export interface SharedRingOptions {
  readonly store: KeyRingStore
  readonly name: string | undefined
  /** Whether a ring is created if the store is empty. */
  readonly create: boolean
  readonly clockTolerance: number
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

/** Computes the next state from the one that was read. @param readAt When reading started. */
export type RingChange = (state: RingState, readAt: number) => Promise<RingState>

/** A ring in a store. Changes are sequential. */
export class SharedRing {
  readonly #options: SharedRingOptions
  readonly #slack: number
  /** The newest state that this process has read or written. */
  #seen: { readonly document: RingDocument; readonly text: string } | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: SharedRingOptions) {
    this.#options = options
    this.#slack = Math.max(options.clockTolerance, minSlack)
  }

  /**
   * Reads, changes and saves the ring; starts again if another process has saved in between.
   *
   * @returns The state in the store afterwards.
   */
  update(change: RingChange): Promise<RingState> {
    const done = this.#last.then(() => this.#attempt(change))
    this.#last = done.catch(() => {})
    return done
  }

  async #attempt(change: RingChange): Promise<RingState> {
    const { store, now } = this.#options
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const start = now()
      const stored = await withinTime(maxWait.load, busy, () => store.load())
      const current = await this.#current(stored)
      const state = await change(current.state, start)
      if ((await writeRing({ ...current, state })) === stored?.text) return state
      if (Math.abs(now() - start) > this.#slack) continue
      const document = { ...current, revision: current.revision + 1, state }
      const text = await writeRing(document)
      const version = await withinTime(maxWait.save, busy, () => store.save(text, stored?.version))
      if (version === undefined) continue
      this.#seen = { document, text }
      return state
    }
    throw busy()
  }

  /**
   * Parses the result of a store, and rejects one that cannot follow the last state seen.
   *
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`
   */
  async #current(stored: StoredRing | undefined): Promise<RingDocument> {
    const { name, create, onError } = this.#options
    const seen = this.#seen
    if (stored === undefined) {
      // A volume that is not mounted looks like an empty store, and in a new ring revoked keys could be active again.
      if (seen !== undefined || !create) throw new SealbearerError('SB_RING_MISSING')
      return { id: crypto.randomUUID(), name, revision: 0, state: emptyRing }
    }
    const document = await readRing(stored.text)
    if (document.name !== name) throw new SealbearerError('SB_RING_REPLACED', 'name')
    if (seen !== undefined && document.id !== seen.document.id) {
      throw new SealbearerError('SB_RING_REPLACED', 'id')
    }
    // The last state seen may be older than the one that was lost, so it must not replace this one.
    if (stored.isOutdated) throw new SealbearerError('SB_RING_REPLACED')
    if (seen !== undefined && isBefore(document, stored.text, seen)) {
      // A failover can lose the last write. This process writes its state back, including revocations.
      onError(new SealbearerError('SB_RING_REPLACED', 'revision'))
      return seen.document
    }
    this.#seen = { document, text: stored.text }
    return document
  }
}

/** Whether a ring is older than the last one seen, or a different change of the same revision. */
function isBefore(
  { revision }: RingDocument,
  text: string,
  seen: { readonly document: RingDocument; readonly text: string },
): boolean {
  const { document } = seen
  return revision < document.revision || (revision === document.revision && text !== seen.text)
}
