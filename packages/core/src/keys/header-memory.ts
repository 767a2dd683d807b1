import { LRUCache } from 'lru-cache'
import { standaloneCopy } from '../compact/segments.js'
import { type KeySet, mayStand } from './key-selection.js'

interface Remembered<T> {
  readonly choice: T
  readonly generation: number
}

/** In addition to the latest; more headers than the keys of a few issuers have. */
const maxEntries = 63
/** Longer headers are not cached: anyone with a public key can create encrypted tokens with arbitrary headers. */
const longestKept = 4_096

/**
 * Caches the result of a policy for protected header segments: a second token under the same key skips parsing the
 * header, checking it and selecting the key. Only authentic headers are cached, so that only an issuer can fill the
 * cache. Cleared when a key is removed from the set.
 */
export class HeaderMemory<T extends object> {
  readonly #keys: KeySet
  #latestSegment = ''
  #latest: Remembered<T> | undefined
  /** Created for the second header; most policies see only one. */
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

  /** @param generation That of the keys when the key was selected. */
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
