import { LRUCache } from 'lru-cache'
import { SealbearerError } from '../errors.js'
import { chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'

/** How lookups are bounded. Seconds. */
export interface IssuerLookupOptions<T> {
  readonly find: (iss: string) => MaybePromise<T | undefined>
  readonly now: () => number
  /** Issuers that are kept, and as many more of which is kept that there are none. */
  readonly maxIssuers: number
  readonly keepFor: number
  readonly unknownFor: number
  /** Whether requests may wait for a lookup that another began. */
  readonly share: boolean
  readonly onError: (error: unknown) => void
}

interface Kept<T> {
  readonly value: T
  readonly until: number
}

/** Lookups at the same time of issuers that are not known: invented names must not keep known ones waiting. */
const maxPending = 100
/** A lookup that failed is not repeated at once. */
const pauseSeconds = 5
/** Longer names are looked up each time, so that names cannot fill the memory. */
const longestKept = 2_048

/**
 * Looks issuers up, once for all requests that ask at the same time, and keeps what was found. Known and
 * unknown ones are kept apart, so that invented names push none of the real ones out.
 */
export class IssuerLookup<T extends object> {
  readonly #options: IssuerLookupOptions<T>
  readonly #known: LRUCache<string, Kept<T>>
  readonly #unknown: LRUCache<string, Kept<'none' | 'failed'>>
  readonly #pending = new Map<string, Promise<T | undefined>>()
  /** Lookups at the moment of issuers that were not known before. */
  #strangers = 0
  /** Moves with `forget`, whose word is not to be undone by a lookup that began before. */
  #forgotten = 0

  constructor(options: IssuerLookupOptions<T>) {
    this.#options = options
    this.#known = new LRUCache({ max: options.maxIssuers })
    this.#unknown = new LRUCache({ max: options.maxIssuers })
  }

  /** @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` where the lookup fails, or too many run already. */
  get(iss: string): MaybePromise<T | undefined> {
    const now = this.#options.now()
    const known = this.#known.get(iss)
    if (known !== undefined && now < known.until) return known.value
    const unknown = this.#unknown.get(iss)
    if (unknown !== undefined && now < unknown.until) {
      if (unknown.value === 'none') return undefined
      throw new SealbearerError('SB_KEYS_UNAVAILABLE')
    }
    return this.#pending.get(iss) ?? this.#lookUp(iss)
  }

  forget(iss: string): void {
    this.#forgotten++
    this.#known.delete(iss)
    this.#unknown.delete(iss)
    this.#pending.delete(iss)
  }

  #lookUp(iss: string): MaybePromise<T | undefined> {
    const isStranger = this.#known.peek(iss) === undefined
    if (isStranger && this.#strangers >= maxPending) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
    const begun = this.#forgotten
    const isCurrent = (): boolean => begun === this.#forgotten && iss.length <= longestKept
    if (isStranger) this.#strangers++
    const ended = (): void => {
      if (isStranger) this.#strangers--
    }
    const found = chainOrRecover<T | undefined, T | undefined>(
      () => this.#options.find(iss),
      (value) => {
        ended()
        return this.#keep(iss, value, isCurrent())
      },
      (error) => {
        ended()
        return this.#recover(iss, error, isCurrent())
      },
    )
    if (isPromise(found) && this.#options.share) {
      this.#pending.set(iss, found)
      const settled = (): void => {
        if (this.#pending.get(iss) === found) this.#pending.delete(iss)
      }
      found.then(settled, settled)
    }
    return found
  }

  #keep(iss: string, value: T | undefined, isCurrent: boolean): T | undefined {
    if (!isCurrent) return value
    const { now, keepFor, unknownFor } = this.#options
    if (value === undefined) {
      this.#known.delete(iss)
      this.#unknown.set(iss, { value: 'none', until: now() + unknownFor })
    } else {
      this.#unknown.delete(iss)
      this.#known.set(iss, { value, until: now() + keepFor })
    }
    return value
  }

  /** An issuer that was known stays so while nobody can say otherwise. */
  #recover(iss: string, error: unknown, isCurrent: boolean): T {
    this.#options.onError(error)
    const until = this.#options.now() + pauseSeconds
    const known = this.#known.peek(iss)
    if (known !== undefined) {
      this.#known.set(iss, { value: known.value, until })
      return known.value
    }
    if (isCurrent) this.#unknown.set(iss, { value: 'failed', until })
    throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  }
}
