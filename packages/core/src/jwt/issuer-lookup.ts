import { LRUCache } from 'lru-cache'
import { SealbearerError } from '../errors.js'
import { chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { PendingLoads } from '../remote-keys/shared-loads.js'
import { isBetween, withinTime } from '../time.js'

/** How long issuers are cached, and how many. Seconds. */
export interface LookupPolicy {
  readonly now: () => number
  /** Maximum number of cached issuers, and of cached negative results. */
  readonly maxIssuers: number
  readonly keepFor: number
  /** How long a known issuer is used while repeated lookups fail, from the last successful one. */
  readonly maxStale: number
  readonly unknownFor: number
  /** Whether requests may wait for a lookup that another request started. */
  readonly share: boolean
  readonly onError: (error: unknown) => void
}

/** Options of {@link IssuerLookup}. */
export interface IssuerLookupOptions<T> extends LookupPolicy {
  readonly find: (iss: string) => MaybePromise<T | undefined>
}

/** A resolved issuer. */
interface KnownIssuer<T> {
  readonly value: T
  readonly foundAt: number
  /** Until then it is used without a lookup. */
  readonly until: number
}

/** The result of a lookup that found nothing. */
interface Negative {
  readonly value: 'none' | 'failed'
  readonly since: number
  readonly until: number
}

const negative = (value: Negative['value'], since: number, seconds: number): Negative => ({
  value,
  since,
  until: since + seconds,
})

/** A lookup in progress. */
interface Lookup {
  /** `false` once its issuer has been removed: the result is used once and not cached. */
  isCurrent: boolean
}

/** Maximum concurrent lookups of unknown issuers: made-up names must not delay known ones. */
const maxPending = 100
/** A failed lookup is not repeated immediately. */
const pauseSeconds = 5
/** Longer names are not cached, so that names cannot fill the memory. */
const maxKeptLength = 2_048
/** Seconds that a request waits for a lookup of an issuer that it can still use. */
const maxWait = 0.5

/**
 * Looks up issuers, once for all concurrent requests, and caches the results.
 *
 * Anyone can write any name into a token. So only a verified token moves an issuer to the long-lived cache or counts as
 * a use; an unverified name, even of a real tenant, evicts none of them.
 */
export class IssuerLookup<T extends object> {
  readonly #options: IssuerLookupOptions<T>
  /** Issuers of verified tokens. */
  readonly #proven: LRUCache<string, KnownIssuer<T>>
  /** Resolved issuers without a verified token so far. */
  readonly #unproven: LRUCache<string, KnownIssuer<T>>
  readonly #unknown: LRUCache<string, Negative>
  readonly #pending = new PendingLoads<KnownIssuer<T> | undefined>()
  readonly #lookups = new Map<string, Set<Lookup>>()
  readonly #slow = new WeakSet<Promise<unknown>>()
  /** Values of issuers that were removed, or resolved again, while they may still be in use. */
  readonly #superseded = new WeakSet<T>()
  /** Lookups in progress of unknown issuers. */
  #pendingUnknown = 0

  constructor(options: IssuerLookupOptions<T>) {
    this.#options = options
    this.#proven = new LRUCache({ max: options.maxIssuers })
    this.#unproven = new LRUCache({ max: Math.ceil(options.maxIssuers / 10) })
    this.#unknown = new LRUCache({ max: options.maxIssuers })
  }

  /** @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` if the lookup fails, or too many are in progress. */
  get(iss: string): MaybePromise<KnownIssuer<T> | undefined> {
    const now = this.#options.now()
    const known = this.#known(iss)
    if (known !== undefined && isBetween(now, known.foundAt, known.until)) return known
    const unknown = this.#unknown.get(iss)
    if (unknown !== undefined && isBetween(now, unknown.since, unknown.until)) {
      if (unknown.value === 'none') return undefined
      throw new SealbearerError('SB_KEYS_UNAVAILABLE')
    }
    const found = this.#pending.get(iss) ?? this.#lookUp(iss)
    const isUsable = known !== undefined && now < known.foundAt + this.#options.maxStale
    return isUsable && isPromise(found) ? this.#waitBriefly(iss, found, known) : found
  }

  /** Records that a token of this issuer was verified: from now on it is cached as one in use. */
  verified(iss: string, known: KnownIssuer<T>): void {
    // `get` marks it as most recently used.
    if (this.#proven.get(iss) !== undefined) return
    if (this.#superseded.has(known.value) || iss.length > maxKeptLength) return
    this.#proven.set(iss, this.#unproven.peek(iss) ?? known)
    this.#unproven.delete(iss)
  }

  /** Whether a lookup would now return this value at once. */
  isCurrent(iss: string, value: T): boolean {
    const known = this.#known(iss)
    return known?.value === value && isBetween(this.#options.now(), known.foundAt, known.until)
  }

  /** Whether an issuer was removed, or resolved again, since this value was returned. */
  isSuperseded(value: T): boolean {
    return this.#superseded.has(value)
  }

  forget(iss: string): void {
    for (const lookup of this.#lookups.get(iss) ?? []) lookup.isCurrent = false
    this.#lookups.delete(iss)
    this.#pending.forget(iss)
    this.#unknown.delete(iss)
    this.#drop(iss)
  }

  #known(iss: string): KnownIssuer<T> | undefined {
    return this.#proven.peek(iss) ?? this.#unproven.peek(iss)
  }

  #drop(iss: string): void {
    const known = this.#known(iss)
    if (known !== undefined) this.#superseded.add(known.value)
    this.#proven.delete(iss)
    this.#unproven.delete(iss)
  }

  #lookUp(iss: string): MaybePromise<KnownIssuer<T> | undefined> {
    const isUnknown = this.#known(iss) === undefined
    if (isUnknown && this.#pendingUnknown >= maxPending) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
    if (isUnknown) this.#pendingUnknown++
    const lookup = this.#begin(iss)
    const ended = (): void => {
      if (isUnknown) this.#pendingUnknown--
      this.#end(iss, lookup)
    }
    const startedAt = this.#options.now()
    const found = chainOrRecover<T | undefined, KnownIssuer<T> | undefined>(
      () => this.#options.find(iss),
      (value) => {
        ended()
        return this.#keep(iss, value, startedAt, lookup)
      },
      (error) => {
        ended()
        return this.#recover(iss, error, lookup)
      },
    )
    return isPromise(found) && this.#options.share ? this.#pending.add(iss, found) : found
  }

  #begin(iss: string): Lookup {
    const lookup = { isCurrent: true }
    const all = this.#lookups.get(iss)
    if (all === undefined) this.#lookups.set(iss, new Set([lookup]))
    else all.add(lookup)
    return lookup
  }

  #end(iss: string, lookup: Lookup): void {
    const all = this.#lookups.get(iss)
    if (all?.delete(lookup) && all.size === 0) this.#lookups.delete(iss)
  }

  /** Waits for a lookup as long as it may delay a request, then continues with the cached result. */
  #waitBriefly(
    iss: string,
    found: Promise<KnownIssuer<T> | undefined>,
    known: KnownIssuer<T>,
  ): MaybePromise<KnownIssuer<T> | undefined> {
    if (this.#slow.has(found)) return known
    let isLate = false
    const failure = (): SealbearerError => {
      isLate = true
      return new SealbearerError('SB_KEYS_UNAVAILABLE')
    }
    return withinTime(maxWait, failure, () => found).catch((error: unknown) => {
      const current = this.#known(iss)
      if (!isLate || current === undefined) throw error
      if (this.#slow.has(found)) return current
      this.#slow.add(found)
      return this.#useLonger(iss, current)
    })
  }

  /** Uses a known issuer a little longer without a lookup. */
  #useLonger(iss: string, known: KnownIssuer<T>): KnownIssuer<T> {
    const now = this.#options.now()
    const foundAt = Math.min(known.foundAt, now)
    const until = Math.min(now + pauseSeconds, foundAt + this.#options.maxStale)
    const longer = { ...known, foundAt, until }
    this.#tierOf(iss).set(iss, longer)
    return longer
  }

  #tierOf(iss: string): LRUCache<string, KnownIssuer<T>> {
    return this.#proven.peek(iss) === undefined ? this.#unproven : this.#proven
  }

  #keep(
    iss: string,
    value: T | undefined,
    foundAt: number,
    { isCurrent }: Lookup,
  ): KnownIssuer<T> | undefined {
    const { now, keepFor, unknownFor } = this.#options
    const isKept = isCurrent && iss.length <= maxKeptLength
    if (value === undefined) {
      if (!isKept) return undefined
      this.#drop(iss)
      this.#unknown.set(iss, negative('none', now(), unknownFor))
      return undefined
    }
    const known = { value, foundAt, until: foundAt + keepFor }
    if (!isCurrent) this.#superseded.add(value)
    if (!isKept) return known
    const before = this.#known(iss)
    if (before !== undefined && before.value !== value) this.#superseded.add(before.value)
    this.#unknown.delete(iss)
    this.#tierOf(iss).set(iss, known)
    return known
  }

  /** A known issuer remains in use, up to `maxStale`: a failure does not mean that it was removed. */
  #recover(iss: string, error: unknown, { isCurrent }: Lookup): KnownIssuer<T> {
    const { now, maxStale, onError } = this.#options
    onError(error)
    const known = this.#known(iss)
    if (known !== undefined && now() < known.foundAt + maxStale) return this.#useLonger(iss, known)
    if (isCurrent && iss.length <= maxKeptLength) {
      this.#unknown.set(iss, negative('failed', now(), pauseSeconds))
    }
    throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  }
}
