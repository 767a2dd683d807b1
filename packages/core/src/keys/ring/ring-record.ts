import { SealbearerError } from '../../errors.js'
import { withinTime } from '../../time.js'
import { emptyRing, type RingState } from './ring-entry.js'
import type { KeyRingStore } from './ring-store.js'
import { readRing, writeRing } from './ring-text.js'

/** Somebody comes first only by having changed the ring, so this many losses in a row mean something else. */
const mostAttempts = 20

/** A plan made longer ago than this is made anew: a process can be suspended between two of its steps. */
const leastSlack = 10

/**
 * Seconds. Requests wait for a ring that reads its store again, and all its changes for one another, so a store that
 * answers no more must not keep them for good. Others may hold the lock of a file for half a minute.
 */
const longest = { load: 10, save: 60 }

const busy = (): SealbearerError => new SealbearerError('SB_RING_BUSY')

/** The ring in its store, changed by one caller after another. */
export class RingRecord {
  readonly #store: KeyRingStore
  readonly #now: () => number
  readonly #slack: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: KeyRingStore, now: () => number, clockTolerance: number) {
    this.#store = store
    this.#now = now
    this.#slack = Math.max(clockTolerance, leastSlack)
  }

  /**
   * Reads the ring, changes it and saves it, unless somebody else came first: then all over again.
   *
   * @returns What the store holds in the end.
   */
  update(change: (state: RingState) => Promise<RingState>): Promise<RingState> {
    const turn = this.#last.then(() => this.#attempt(change))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #attempt(change: (state: RingState) => Promise<RingState>): Promise<RingState> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const start = this.#now()
      const stored = await withinTime(longest.load, busy, () => this.#store.load())
      const changed = await change(stored === undefined ? emptyRing : await readRing(stored.text))
      const text = await writeRing(changed)
      if (text === stored?.text) return changed
      if (Math.abs(this.#now() - start) > this.#slack) continue
      const save = () => this.#store.save(text, stored?.version)
      if ((await withinTime(longest.save, busy, save)) !== undefined) return changed
    }
    throw busy()
  }
}
