import { FetchFailure } from './fetch-json.js'

const firstPauseMilliseconds = 100

const mayPass = ({ reason, facts: { status = 0 } }: FetchFailure): boolean =>
  reason === 'network' || (reason === 'status' && (status >= 500 || status === 429))

/**
 * Tries again, after a short pause that grows and varies, where a failure may pass by itself.
 *
 * @param seconds For all of it.
 * @param attempt Called with the seconds that are left.
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
 * How a key set stands:
 * `empty` never loaded; `fresh`; `due` fresh, and better asked for again soon; `stale` past its freshness,
 * still usable; `expired` past `maxStale`.
 */
export type Condition = 'empty' | 'fresh' | 'due' | 'stale' | 'expired'

/** Seconds. */
interface ScheduleOptions {
  readonly cooldown: number
  readonly maxStale: number
}

/** Part of its freshness after which a set is asked for again; the rest is time for a slow answer. */
const aheadAfter = 0.75
/** Keeps the servers of a fleet from asking all at once. */
const aheadSpread = 0.1

const firstRetrySeconds = 1
const longestRetrySeconds = 60

/** Whether so much time is over; a clock that was set back must not stop everything. */
const isOver = (since: number | undefined, span: number, now: number): boolean =>
  since === undefined || now - since >= span || now < since

/** Keeps the times of a remote key set. All in seconds; reads no clock and starts nothing. */
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

  /** Failed loads since the last good one. */
  get failures(): number {
    return this.#failures
  }

  get retryAt(): number | undefined {
    return this.#failedAt === undefined ? undefined : this.#failedAt + this.#retryAfter
  }

  condition(now: number): Condition {
    if (this.#loadedAt === undefined) return 'empty'
    if (now - this.#loadedAt >= this.#options.maxStale) return 'expired'
    if (isOver(this.#loadedAt, this.#freshFor, now)) return 'stale'
    return now - this.#loadedAt >= this.#dueAfter ? 'due' : 'fresh'
  }

  /** Whether the pause after the last failure, if there was one, is over. */
  mayTry(now: number): boolean {
    return isOver(this.#failedAt, this.#retryAfter, now)
  }

  /** Whether a key that is not in the set is worth a request. */
  maySeek(now: number): boolean {
    return this.mayTry(now) && isOver(this.#soughtAt, this.#options.cooldown, now)
  }

  /** Notes that the set was loaded for a request which asked for a key that was not there. */
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
    const longest = Math.min(firstRetrySeconds * 2 ** this.#failures, longestRetrySeconds)
    this.#failures++
    this.#failedAt = now
    this.#retryAfter = longest * (0.5 + random / 2)
  }
}
