/** A timer that keeps no process alive. */
export class Heartbeat {
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
