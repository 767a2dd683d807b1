import { SealbearerError } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import type { PinnedRingOptions } from './options.js'

/** Seconds before a failed background update is retried, unless `reloadEvery` is set. */
const pauseAfterFailure = 5

/** Seconds that a request waits for the store while the last state can still be used. */
const maxWait = 0.5

const late = (): SealbearerError => new SealbearerError('SB_RING_BUSY')

/** Keeps a ring up to date, in the background before requests have to wait. Only one update runs at a time. */
export class Maintenance {
  readonly #options: PinnedRingOptions
  readonly #now: () => number
  readonly #update: () => Promise<void>
  #timer: ReturnType<typeof setInterval> | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #failedAt = Number.NEGATIVE_INFINITY
  /** The last update failed or was slow: requests do not wait for the next one. */
  #isTroubled = false
  #background: Promise<void> | undefined
  #shortWait: Promise<void> | undefined
  #slowUpdate: Promise<void> | undefined

  /** @param update Reads the store and does what is due; calls `checked` after reading. */
  constructor(options: PinnedRingOptions, now: () => number, update: () => Promise<void>) {
    this.#options = options
    this.#now = now
    this.#update = update
  }

  /** Starts a timer that does not keep the process alive. */
  start(): void {
    if (this.#timer !== undefined) return
    const { lead, reloadEvery } = this.#options.timing
    const seconds = Math.min(lead || 1, reloadEvery || lead || 1, 60) / 2
    const timer = setInterval(() => void this.bringUpToDate(), seconds * 1000)
    // On runtimes where timers are numbers, they do not keep a process alive.
    if (typeof timer === 'object') timer.unref()
    this.#timer = timer
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Records that the ring has the state that the store had at this time. */
  checked(readAt: number): void {
    this.#checkedAt = readAt
    this.#isTroubled = false
  }

  /** Whether the store must be read again before the ring is used. */
  isStale(now: number): boolean {
    const { reloadEvery } = this.#options.timing
    return reloadEvery > 0 && this.#age(now) >= reloadEvery
  }

  /** Whether the ring may be used without waiting for the store. */
  isUsable(now: number): boolean {
    return !this.isStale(now) || (this.#isTroubled && !this.#isExpired(now))
  }

  /**
   * Reads the store if that is due: waits briefly while the last state can still be used, and otherwise until the store
   * has responded or failed.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` (as a rejection) if the last state is older than `maxStale`.
   */
  ready(now: number): MaybePromise<void> {
    if (!this.isStale(now)) return undefined
    const pauses = this.#pauses(now)
    if (!this.#isExpired(now)) return pauses ? undefined : this.#waitBriefly()
    return this.#refreshExpired(pauses)
  }

  async #refreshExpired(pauses: boolean): Promise<void> {
    if (!pauses) await this.bringUpToDate()
    // It may have started before the process was suspended, and then its result is outdated.
    if (!pauses && !this.#isTroubled && this.#isExpired(this.#now())) await this.bringUpToDate()
    if (this.#isExpired(this.#now())) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  }

  /** Starts, in the background, what is due or will be soon. */
  begin(now: number, needsMaintenance: boolean): void {
    const { reloadEvery } = this.#options.timing
    const isAgeing = reloadEvery > 0 && this.#age(now) >= reloadEvery / 2
    if ((isAgeing || needsMaintenance) && !this.#pauses(now)) void this.bringUpToDate()
  }

  /** One at a time; if it fails, the ring continues with its last state. */
  bringUpToDate(): Promise<void> {
    this.#background ??= this.#update()
      .catch((error: unknown) => {
        this.#failedAt = this.#now()
        this.#isTroubled = true
        this.#options.onError(error)
      })
      .finally(() => {
        this.#background = undefined
      })
    return this.#background
  }

  #waitBriefly(): MaybePromise<void> {
    const update = this.bringUpToDate()
    // Only the first requests wait for an update: later ones must not be delayed by a store that is known not to
    // respond.
    if (this.#slowUpdate === update) return undefined
    this.#shortWait ??= withinTime(maxWait, late, () => update)
      .catch(() => {
        this.#slowUpdate = update
        this.#isTroubled = true
      })
      .finally(() => {
        this.#shortWait = undefined
      })
    return this.#shortWait
  }

  // Absolute: a clock that was ahead and has been corrected must not stop the ring for long.
  #age(now: number): number {
    return Math.abs(now - this.#checkedAt)
  }

  #isExpired(now: number): boolean {
    return this.isStale(now) && this.#age(now) >= this.#options.maxStale
  }

  #pauses(now: number): boolean {
    const { reloadEvery } = this.#options.timing
    return Math.abs(now - this.#failedAt) < (reloadEvery > 0 ? reloadEvery / 2 : pauseAfterFailure)
  }
}
