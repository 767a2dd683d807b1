import type { SkippedKey } from '../keys/jwk-set.js'
import { FetchFailure, type FetchFailureReason } from './fetch-json.js'

const firstPauseMilliseconds = 100

const mayPass = ({ reason, facts: { status = 0 } }: FetchFailure): boolean =>
  reason === 'network' || (reason === 'status' && (status >= 500 || status === 429))

/**
 * Retries temporary failures, after a short pause that grows and varies.
 *
 * @param seconds Time limit for all attempts.
 * @param attempt Called with the remaining seconds.
 * @throws {FetchFailure} of the last attempt.
 */
export async function withRetries<T>(
  seconds: number,
  retries: number,
  attempt: (secondsLeft: number) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000
  for (let failures = 0; ; failures++) {
    try {
      return await attempt((deadline - performance.now()) / 1000)
    } catch (error) {
      const pause = firstPauseMilliseconds * 2 ** failures * (0.5 + Math.random())
      const isLast = failures >= retries || performance.now() + pause >= deadline
      if (isLast || !(error instanceof FetchFailure) || !mayPass(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/**
 * The condition of a key set: `empty` (never loaded), `fresh`, `due` (fresh, to be reloaded soon), `stale` (past its
 * freshness, still usable) or `expired` (past `maxStale`).
 */
type KeySetCondition = 'empty' | 'fresh' | 'due' | 'stale' | 'expired'

/** Seconds. */
interface ScheduleOptions {
  readonly cooldown: number
  readonly maxStale: number
}

/** Fraction of its freshness after which a set is reloaded; the rest is time for a slow response. */
const aheadAfter = 0.75
/** Prevents the servers of a fleet from reloading all at once. */
const aheadSpread = 0.1

const firstRetrySeconds = 1
const maxRetrySeconds = 60

/** Whether this much time has passed; a clock that was set back must not stop everything. */
const isOver = (since: number | undefined, span: number, now: number): boolean =>
  since === undefined || now - since >= span || now < since

/** The times of a remote key set, in seconds. Reads no clock and starts nothing. */
export class RefreshSchedule {
  readonly #options: ScheduleOptions
  #loadedAt: number | undefined
  #freshFor = 0
  #dueAfter = 0
  #failures = 0
  #failedAt: number | undefined
  #retryAfter = 0
  #soughtAt: number | undefined

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  get loadedAt(): number | undefined {
    return this.#loadedAt
  }

  get freshUntil(): number | undefined {
    return this.#loadedAt === undefined ? undefined : this.#loadedAt + this.#freshFor
  }

  get usableUntil(): number | undefined {
    return this.#loadedAt === undefined ? undefined : this.#loadedAt + this.#options.maxStale
  }

  /** Failed loads since the last successful one. */
  get failures(): number {
    return this.#failures
  }

  get retryAt(): number | undefined {
    return this.#failedAt === undefined ? undefined : this.#failedAt + this.#retryAfter
  }

  condition(now: number): KeySetCondition {
    if (this.#loadedAt === undefined) return 'empty'
    if (now - this.#loadedAt >= this.#options.maxStale) return 'expired'
    if (isOver(this.#loadedAt, this.#freshFor, now)) return 'stale'
    return now - this.#loadedAt >= this.#dueAfter ? 'due' : 'fresh'
  }

  /** Whether the pause after the last failure, if any, is over. */
  mayTry(now: number): boolean {
    return isOver(this.#failedAt, this.#retryAfter, now)
  }

  /** Whether an unknown key may cause a load. */
  maySeek(now: number): boolean {
    return this.mayTry(now) && isOver(this.#soughtAt, this.#options.cooldown, now)
  }

  /** Records that the set was loaded for an unknown key. */
  sought(now: number): void {
    this.#soughtAt = now
  }

  succeeded(loadedAt: number, freshFor: number, random: number = Math.random()): void {
    this.#loadedAt = loadedAt
    this.#freshFor = Math.min(freshFor, this.#options.maxStale)
    this.#dueAfter = this.#freshFor * (aheadAfter + aheadSpread * random)
    this.#failures = 0
    this.#failedAt = undefined
  }

  failed(now: number, random: number = Math.random()): void {
    const maxWait = Math.min(firstRetrySeconds * 2 ** this.#failures, maxRetrySeconds)
    this.#failures++
    this.#failedAt = now
    // A clock that was ahead and has been corrected must not let keys be used for longer.
    if (this.#loadedAt !== undefined && now < this.#loadedAt) this.#loadedAt = now
    this.#retryAfter = maxWait * (0.5 + random / 2)
  }
}

/** Why a load failed. */
export interface LoadFailure {
  readonly reason: FetchFailureReason
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** The runtime's own code, such as ECONNREFUSED, ENOTFOUND or DEPTH_ZERO_SELF_SIGNED_CERT. */
  readonly code: string | undefined
  /** The media type that was received, or the error in an issuer's metadata, including both issuer names. */
  readonly detail: string | undefined
  /** The keys of a set without a usable one, and why. */
  readonly skipped: readonly SkippedKey[] | undefined
}

/** An event of a remote key set. Contains no part of any token. */
export type RemoteKeySetEvent =
  | {
      readonly type: 'loaded'
      readonly url: string
      /** Whether the keys come from the store and not from the provider. */
      readonly restored: boolean
      readonly keys: number
      readonly skipped: readonly SkippedKey[]
      /** Whether a previous key was removed. */
      readonly removed: boolean
      /** Seconds. */
      readonly freshFor: number
    }
  | ({
      readonly type: 'load-failed'
      readonly url: string
      /** Failed loads since the last successful one, including this one. */
      readonly failures: number
      readonly retryAt: Date
    } & LoadFailure)
  | { readonly type: 'store-failed'; readonly url: string; readonly operation: 'load' | 'save' }

/** The state of a remote key set. */
export interface RemoteKeySetStatus {
  /** Without its query. */
  readonly url: string
  /**
   * `empty`: never loaded. `fresh`, `due` (fresh, to be reloaded soon), `stale` (past its freshness, used while the
   * provider fails). `expired`: past `maxStale`, not used.
   */
  readonly condition: KeySetCondition
  readonly kids: readonly (string | undefined)[]
  /** Published keys that are not used. */
  readonly skipped: readonly SkippedKey[]
  readonly loadedAt: Date | undefined
  readonly freshUntil: Date | undefined
  /** When the keys expire, unless they are reloaded before. */
  readonly usableUntil: Date | undefined
  /** Failed loads since the last good one. */
  readonly failures: number
  readonly lastFailure: LoadFailure | undefined
  /** Until when no request is sent to a provider that failed. */
  readonly retryAt: Date | undefined
}
