import type { PinnedRingOptions } from './options.js'

/** A timer that keeps no process alive. */
class Heartbeat {
  readonly #seconds: number
  readonly #beat: () => Promise<void>
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(seconds: number, beat: () => Promise<void>) {
    this.#seconds = seconds
    this.#beat = beat
  }

  start(): void {
    if (this.#timer !== undefined) return
    const timer = setInterval(() => void this.#beat(), this.#seconds * 1000)
    // Where timers are numbers, none of them keeps a process alive.
    if (typeof timer === 'object') timer.unref()
    this.#timer = timer
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** Seconds before what failed in the background is tried again, where no `reloadEvery` says so. */
const pauseAfterFailure = 5

/** Keeps a ring up to date: in the background before it must be, and never twice at a time. */
export class Upkeep {
  readonly #options: PinnedRingOptions
  readonly #now: () => number
  readonly #update: () => Promise<void>
  readonly #heartbeat: Heartbeat
  #checkedAt = Number.NEGATIVE_INFINITY
  #failedAt = Number.NEGATIVE_INFINITY
  #background: Promise<void> | undefined

  /** @param update Reads the store and does what is due; it calls `checked` once it has. */
  constructor(options: PinnedRingOptions, now: () => number, update: () => Promise<void>) {
    this.#options = options
    this.#now = now
    this.#update = update
    const { lead, reloadEvery } = options.timing
    this.#heartbeat = new Heartbeat(Math.min(lead || 1, reloadEvery || lead || 1, 60) / 2, () =>
      this.bringUpToDate(),
    )
  }

  start(): void {
    this.#heartbeat.start()
  }

  stop(): void {
    this.#heartbeat.stop()
  }

  /** The ring is now what its store holds. */
  checked(): void {
    this.#checkedAt = this.#now()
  }

  // Distances, not differences: a clock that was ahead and has been put right must not stop the ring for long.
  isStale(now: number): boolean {
    const { reloadEvery } = this.#options.timing
    return reloadEvery > 0 && Math.abs(now - this.#checkedAt) >= reloadEvery && !this.#pauses(now)
  }

  /** Begins, in the background, what will soon have to be done, or is due. */
  begin(now: number, needsTending: boolean): void {
    const { reloadEvery } = this.#options.timing
    const isAgeing = reloadEvery > 0 && Math.abs(now - this.#checkedAt) >= reloadEvery / 2
    if ((isAgeing || needsTending) && !this.#pauses(now)) void this.bringUpToDate()
  }

  /** One at a time; the ring goes on with its last good state when it fails. */
  bringUpToDate(): Promise<void> {
    this.#background ??= this.#update()
      .catch((error: unknown) => {
        this.#failedAt = this.#now()
        this.#options.onError(error)
      })
      .finally(() => {
        this.#background = undefined
      })
    return this.#background
  }

  #pauses(now: number): boolean {
    const { reloadEvery } = this.#options.timing
    return Math.abs(now - this.#failedAt) < (reloadEvery > 0 ? reloadEvery / 2 : pauseAfterFailure)
  }
}
