import { SealbearerError } from '../errors.js'
import { CandidateSet } from '../keys/candidate-set.js'
import { type JwkSetContent, type JwkSetRules, readJwkSet, type SkippedKey } from '../keys/jwk-set.js'
import { isPromise, type MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import { FetchFailure, fetchJson } from './fetch-json.js'
import { type KeySetStore, readStored } from './key-set-store.js'
import { type CheckedRemoteOptions, freshSeconds } from './remote-key-set-options.js'
import { type LoadFailure, RefreshSchedule, type RemoteKeySetStatus, withRetries } from './schedule.js'

/** Where keys come from. */
export interface RemoteSource {
  /** Identifies the source in events and in its store, without the query, which can contain a secret. */
  readonly label: string
  /** The URL under which the keys of this source are stored. */
  readonly storedAs: string
  /** The URL of the keys. May reject with {@link FetchFailure}. */
  locate(): MaybePromise<URL>
}

/** Published keys and how long they are fresh. */
interface LoadedKeys extends JwkSetContent {
  /** Seconds. */
  readonly freshFor: number
}

/** Retries of a load that requests wait for; with existing keys, the next request retries. */
const retriesWhenEmpty = 2

const reportOf = ({ reason, facts }: FetchFailure): LoadFailure => ({
  reason,
  status: facts.status,
  code: facts.code,
  detail: facts.detail,
  skipped: facts.skipped,
})

/** Why none of the keys can be used, by the first one. */
function summaryOf([first]: readonly SkippedKey[]): string {
  return first === undefined ? 'the set is empty' : `keys[${first.index}] ${first.detail ?? first.reason}`
}

function dateOf(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000)
}

/** The last good keys of a URL and their age. Loads only on request. */
export class RemoteKeys {
  readonly held: CandidateSet = new CandidateSet([])
  readonly schedule: RefreshSchedule
  readonly #source: RemoteSource
  readonly #options: CheckedRemoteOptions
  readonly #now: () => number
  #skipped: readonly SkippedKey[] = []
  #lastFailure: FetchFailure | undefined
  #loadsBegun = 0
  #loadHeld = 0

  constructor(source: RemoteSource, options: CheckedRemoteOptions, now: () => number) {
    this.#source = source
    this.#options = options
    this.#now = now
    this.schedule = new RefreshSchedule(options)
  }

  /** Whether there are keys that may still be used. */
  isUsable(now: number): boolean {
    const condition = this.schedule.condition(now)
    return condition !== 'empty' && condition !== 'expired'
  }

  /** Loads the keys; a failure leaves the existing ones unchanged. Never rejects. */
  async load(beganAt: number, save: (work: Promise<void>) => Promise<void> | undefined): Promise<void> {
    const order = ++this.#loadsBegun
    const { timeout } = this.#options
    const retries = this.isUsable(beganAt) ? 0 : retriesWhenEmpty
    try {
      const located = this.#source.locate()
      const url = isPromise(located) ? await located : located
      const loaded = await withRetries(timeout, retries, (secondsLeft) => this.#fetchKeys(url, secondsLeft))
      // If loads overlap, an older response must not restore keys that a newer one removed.
      if (order < this.#loadHeld) return
      this.#loadHeld = order
      this.#hold(loaded, beganAt, false)
      await save(this.#save(loaded, beganAt))
    } catch (error) {
      this.#fail(error)
    }
  }

  async #fetchKeys(url: URL, timeout: number): Promise<LoadedKeys> {
    const { fetch, maxBytes, bounds } = this.#options
    const { document, headers } = await fetchJson(url, { fetch, maxBytes, timeout, mediaType: 'any' })
    const published = await readJwkSet(document, this.#rules())
    if (published === undefined) throw new FetchFailure('malformed', { status: 200, detail: 'not a JWK Set' })
    if (published.candidates.length > 0) return { ...published, freshFor: freshSeconds(headers, bounds) }
    // More likely a mistake than the intention to reject every token, so the last good set is kept.
    const { skipped } = published
    throw new FetchFailure('no-usable-key', { status: 200, detail: summaryOf(skipped), skipped })
  }

  /** Existing keys are not imported again. */
  #rules(): JwkSetRules {
    return { isPublished: true, algorithms: this.#options.algorithms, known: this.held.candidates }
  }

  /**
   * Uses the stored keys, unless keys have already been loaded. Never rejects.
   *
   * @returns Whether the store responded.
   */
  async restore(store: KeySetStore): Promise<boolean> {
    try {
      const stored = await withinTime(this.#options.timeout, storeIsLate, () =>
        store.load(this.#source.storedAs),
      )
      const now = this.#now()
      const restored = await readStored(stored, this.#source.storedAs, now, this.#rules())
      if (
        restored &&
        now - restored.loadedAt < this.#options.maxStale &&
        this.schedule.loadedAt === undefined
      ) {
        const { minAge, maxAge } = this.#options.bounds
        const freshFor = Math.min(Math.max(restored.freshFor, minAge), maxAge)
        this.#hold({ ...restored, freshFor }, restored.loadedAt, true)
      }
      return true
    } catch {
      this.#options.emit({ type: 'store-failed', url: this.#source.label, operation: 'load' })
      return false
    }
  }

  /** @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` */
  checkUsable(now: number): void {
    if (!this.isUsable(now)) throw this.unavailable()
  }

  /** The error if a key is unavailable; names the last failure for operators. */
  unavailable(): SealbearerError {
    return new SealbearerError('SB_KEYS_UNAVAILABLE', this.#lastFailure?.summary)
  }

  status(): RemoteKeySetStatus {
    const { schedule } = this
    return Object.freeze({
      url: this.#source.label,
      condition: schedule.condition(this.#now()),
      kids: Object.freeze(this.held.kids()),
      skipped: this.#skipped,
      loadedAt: dateOf(schedule.loadedAt),
      freshUntil: dateOf(schedule.freshUntil),
      usableUntil: dateOf(schedule.usableUntil),
      failures: schedule.failures,
      lastFailure: this.#lastFailure && Object.freeze(reportOf(this.#lastFailure)),
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
      url: this.#source.label,
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
    const failure = error instanceof FetchFailure ? error : new FetchFailure('network')
    this.#lastFailure = failure
    const { failures, retryAt = now } = this.schedule
    this.#options.emit({
      type: 'load-failed',
      url: this.#source.label,
      failures,
      retryAt: new Date(retryAt * 1000),
      ...reportOf(failure),
    })
  }

  async #save({ used, freshFor }: LoadedKeys, loadedAt: number): Promise<void> {
    const { store, timeout } = this.#options
    if (store === undefined) return
    const { storedAs: url } = this.#source
    try {
      await withinTime(timeout, storeIsLate, () => store.save({ url, loadedAt, freshFor, keys: used }))
    } catch {
      this.#options.emit({ type: 'store-failed', url: this.#source.label, operation: 'save' })
    }
  }
}

const storeIsLate = (): Error => new Error('the store is too slow')
