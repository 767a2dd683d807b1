import { SealbearerError } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import { withinTime } from '../time.js'
import type { PinnedRingOptions } from './options.js'

/** Seconds before what failed in the background is tried again, where no `reloadEvery` sets it. */
const pauseAfterFailure = 5

/** Seconds that a request waits for the store while the last state that was read can still be used. */
const longestWait = 0.5

const late = (): SealbearerError => new SealbearerError('SB_RING_BUSY')

/** Keeps a ring up to date: in the background before requests have to wait, and never twice at a time. */
export class Maintenance {
  readonly #options: PinnedRingOptions
  readonly #now: () => number
  readonly #update: () => Promise<void>
  #timer: ReturnType<typeof setInterval> | undefined
  #checkedAt = Number.NEGATIVE_INFINITY
  #failedAt = Number.NEGATIVE_INFINITY
  /** The last update failed or was slow: requests do not wait for the next. */
  #isTroubled = false
  #background: Promise<void> | undefined
  #shortWait: Promise<void> | undefined
  #slowUpdate: Promise<void> | undefined

  /** @param update Reads the store and does what is due; it calls `checked` once it has read it. */
  constructor(options: PinnedRingOptions, now: () => number, update: () => Promise<void>) {
    this.#options = options
    this.#now = now
    this.#update = update
  }

  /** Starts a timer that keeps no process alive. */
  start(): void {
    if (this.#timer !== undefined) return
    const { lead, reloadEvery } = this.#options.timing
    const seconds = Math.min(lead || 1, reloadEvery || lead || 1, 60) / 2
    const timer = setInterval(() => void this.bringUpToDate(), seconds * 1000)
    // Where timers are numbers, none of them keeps a process alive.
    if (typeof timer === 'object') timer.unref()
    this.#timer = timer
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** The ring is now what its store held when reading it began. */
  checked(readAt: number): void {
    this.#checkedAt = readAt
    this.#isTroubled = false
  }

  /** Returns whether the store has to be read again before the ring is used. */
  isStale(now: number): boolean {
    const { reloadEvery } = this.#options.timing
    return reloadEvery > 0 && this.#age(now) >= reloadEvery
  }

  /** Returns whether the ring may be used without waiting for the store. */
  isUsable(now: number): boolean {
    return !this.isStale(now) || (this.#isTroubled && !this.#isExpired(now))
  }

  /**
   * Reads the store where that is due: waits for it briefly while the last state can still be used, and until it has
   * answered or failed where it cannot.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` (as a rejection) where the last state is older than `maxStale`.
   */
  ready(now: number): MaybePromise<void> {
    if (!this.isStale(now)) return undefined
    const pauses = this.#pauses(now)
    if (!this.#isExpired(now)) return pauses ? undefined : this.#waitBriefly()
    return this.#refreshExpired(pauses)
  }

  async #refreshExpired(pauses: boolean): Promise<void> {
    if (!pauses) await this.bringUpToDate()
    // It may have begun before the process was suspended, and then it says nothing of now.
    if (!pauses && !this.#isTroubled && this.#isExpired(this.#now())) await this.bringUpToDate()
    if (this.#isExpired(this.#now())) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  }

  /** Begins, in the background, what is due or will be soon. */
  begin(now: number, needsTending: boolean): void {
    const { reloadEvery } = this.#options.timing
    const isAgeing = reloadEvery > 0 && this.#age(now) >= reloadEvery / 2
    if ((isAgeing || needsTending) && !this.#pauses(now)) void this.bringUpToDate()
  }

  /** One at a time; the ring goes on with its last state when it fails. */
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
    // One wait for each update: later requests must not be delayed by a store that is known not to answer.
    if (this.#slowUpdate === update) return undefined
    this.#shortWait ??= withinTime(longestWait, late, () => update)
      .catch(() => {
        this.#slowUpdate = update
        this.#isTroubled = true
      })
      .finally(() => {
        this.#shortWait = undefined
      })
    return this.#shortWait
  }

  // A distance, not a difference: a clock that was ahead and has been put right must not stop the ring for long.
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
