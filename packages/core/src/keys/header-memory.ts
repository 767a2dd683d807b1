import { LRUCache } from 'lru-cache'
import { standaloneCopy } from '../compact/segments.js'
import { type KeySet, mayStand } from './key-selection.js'

interface Remembered<T> {
  readonly choice: T
  readonly generation: number
}

/** Beside the latest; more headers than the keys of a few issuers have. */
const maxEntries = 63
/** Longer headers are read each time: whoever has a public key can put one of their own onto every envelope. */
const longestKept = 4_096

/**
 * Remembers what a policy made of protected header segments: a second token under the same key skips
 * parsing its header, checking it and choosing the key. Keep only headers that were authentic, so that
 * nobody but an issuer can fill it. Forgets when a key of the set goes.
 */
export class HeaderMemory<T extends object> {
  readonly #keys: KeySet
  #latestSegment = ''
  #latest: Remembered<T> | undefined
  /** Made when there is a second header; most policies see one. */
  #entries: LRUCache<string, Remembered<T>> | undefined

  constructor(keys: KeySet) {
    this.#keys = keys
  }

  get(segment: string): T | undefined {
    const remembered = segment === this.#latestSegment ? this.#latest : this.#entries?.get(segment)
    return remembered !== undefined && mayStand(this.#keys, remembered.generation)
      ? remembered.choice
      : undefined
  }

  /** @param generation That of the keys when the choice was made. */
  keep(segment: string, choice: T, generation: number): void {
    if (segment.length > longestKept) return
    if (this.#latest !== undefined) {
      this.#entries ??= new LRUCache({ max: maxEntries })
      this.#entries.set(this.#latestSegment, this.#latest)
    }
    this.#latestSegment = standaloneCopy(segment)
    this.#latest = { choice, generation }
  }
}
