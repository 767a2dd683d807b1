import { SealbearerError } from '../errors.js'
import { CandidateSet } from '../keys/candidate-set.js'
import { withinTime } from '../time.js'
import { FetchFailure, type FetchLimits, fetchJson } from './fetch-json.js'
import { type KeySetStore, readStored } from './key-set-store.js'
import { type PublishedKeys, readPublishedKeys, type SkippedKey } from './published-keys.js'
import { type CheckedRemoteOptions, type FreshnessBounds, freshSeconds } from './remote-key-set-options.js'
import { RefreshSchedule, withRetries } from './schedule.js'
import type { LoadFailure, RemoteKeySetStatus } from './status.js'

/** Published keys with how long they are fresh. */
interface LoadedKeys extends PublishedKeys {
  /** Seconds. */
  readonly freshFor: number
}

/** Loads a key set from its address. @throws {FetchFailure} */
async function loadKeys(url: URL, limits: FetchLimits, bounds: FreshnessBounds): Promise<LoadedKeys> {
  const { document, headers } = await fetchJson(url, limits)
  const published = await readPublishedKeys(document)
  if (published === undefined) throw new FetchFailure('malformed', 200)
  // More likely a fault than the wish that every token be refused, and then it must not harm the last good set.
  if (published.candidates.length === 0) throw new FetchFailure('no-usable-key', 200)
  return { ...published, freshFor: freshSeconds(headers, bounds) }
}

/** Of a load that nothing could be done without; with keys at hand, the next request tries again. */
const retriesWhenEmpty = 2

function dateOf(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000)
}

/** The last good keys of an address, and what is known of their age. Loads when told to. */
export class RemoteKeys {
  readonly held: CandidateSet = new CandidateSet([])
  readonly schedule: RefreshSchedule
  readonly #url: URL
  /** For reports; a query can hold a secret. */
  readonly #label: string
  readonly #options: CheckedRemoteOptions
  readonly #now: () => number
  #skipped: readonly SkippedKey[] = []
  #lastFailure: LoadFailure | undefined
  #loadsBegun = 0
  #loadHeld = 0

  constructor(url: URL, options: CheckedRemoteOptions, now: () => number) {
    this.#url = url
    this.#label = url.origin + url.pathname
    this.#options = options
    this.#now = now
    this.schedule = new RefreshSchedule(options)
  }

  /** Whether there are keys young enough to be used. */
  isUsable(now: number): boolean {
    const condition = this.schedule.condition(now)
    return condition !== 'empty' && condition !== 'expired'
  }

  /** Loads the keys; a failure leaves those alone that are there. Never rejects. */
  async load(beganAt: number, save: (work: Promise<void>) => Promise<void> | undefined): Promise<void> {
    const order = ++this.#loadsBegun
    const { timeout, maxBytes, bounds, fetch } = this.#options
    const retries = this.isUsable(beganAt) ? 0 : retriesWhenEmpty
    try {
      const loaded = await withRetries(timeout, retries, (secondsLeft) =>
        loadKeys(this.#url, { fetch, maxBytes, timeout: secondsLeft }, bounds),
      )
      // Where loads overlap, an older answer must not bring back what a newer one took away.
      if (order < this.#loadHeld) return
      this.#loadHeld = order
      this.#hold(loaded, beganAt, false)
      await save(this.#save(loaded, beganAt))
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Takes what the store has kept, unless keys are there already. Never rejects. */
  async restore(store: KeySetStore): Promise<void> {
    try {
      const stored = await withinTime(this.#options.timeout, storeIsLate, () => store.load())
      const now = this.#now()
      const restored = await readStored(stored, this.#url.href, now)
      if (
        restored &&
        now - restored.loadedAt < this.#options.maxStale &&
        this.schedule.loadedAt === undefined
      ) {
        const { minAge, maxAge } = this.#options.bounds
        const freshFor = Math.min(Math.max(restored.freshFor, minAge), maxAge)
        this.#hold({ ...restored, freshFor }, restored.loadedAt, true)
      }
    } catch {
      this.#options.emit({ type: 'store-failed', url: this.#label, operation: 'load' })
    }
  }

  /** @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` */
  checkUsable(now: number): void {
    if (!this.isUsable(now)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  }

  status(): RemoteKeySetStatus {
    const { schedule } = this
    return Object.freeze({
      url: this.#label,
      condition: schedule.condition(this.#now()),
      kids: Object.freeze(this.held.kids()),
      skipped: this.#skipped,
      loadedAt: dateOf(schedule.loadedAt),
      freshUntil: dateOf(schedule.freshUntil),
      usableUntil: dateOf(schedule.usableUntil),
      failures: schedule.failures,
      lastFailure: this.#lastFailure,
      retryAt: dateOf(schedule.retryAt),
    })
  }

  #hold({ candidates, skipped, freshFor }: LoadedKeys, loadedAt: number, restored: boolean): void {
    const { generation } = this.held
    this.held.hold(candidates)
    this.schedule.succeeded(loadedAt, freshFor)
    this.#skipped = Object.freeze(skipped.map((key) => Object.freeze(key)))
    this.#options.emit({
      type: 'loaded',
      url: this.#label,
      restored,
      keys: candidates.length,
      skipped: this.#skipped,
      removed: this.held.generation !== generation,
      freshFor,
    })
  }

  #fail(error: unknown): void {
    const now = this.#now()
    this.schedule.failed(now)
    const { reason, status } = error instanceof FetchFailure ? error : new FetchFailure('network')
    this.#lastFailure = Object.freeze({ reason, status })
    const { failures, retryAt = now } = this.schedule
    this.#options.emit({
      type: 'load-failed',
      url: this.#label,
      failures,
      retryAt: new Date(retryAt * 1000),
      reason,
      status,
    })
  }

  async #save({ used, freshFor }: LoadedKeys, loadedAt: number): Promise<void> {
    const { store, timeout } = this.#options
    if (store === undefined) return
    const { href: url } = this.#url
    try {
      await withinTime(timeout, storeIsLate, () => store.save({ url, loadedAt, freshFor, keys: used }))
    } catch {
      this.#options.emit({ type: 'store-failed', url: this.#label, operation: 'save' })
    }
  }
}

const storeIsLate = (): Error => new Error('the store takes too long')
