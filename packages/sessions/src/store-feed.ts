import { SealbearerError } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { Revocation, RevocationStore } from '@sealbearer/core/stores'

/** Follows the revocations of a store. */
export interface StoreFeed {
  readonly connected: boolean
  /** Seconds since this process had everything that the store has. */
  lag(): number
  /** Whether the revocations have been loaded once. */
  readonly isLoaded: boolean
  /**
   * Resolves when they have been loaded, and again when they are not current.
   *
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`
   */
  ready(isCurrent?: () => boolean): Promise<void>
  /** Adds an entry to the store; if that fails, it is tried again. @throws {SealbearerError} `SB_STORE_UNAVAILABLE` */
  append(revocation: Revocation): Promise<void>
  close(): void
}

export interface FeedOptions {
  readonly store: RevocationStore
  /** Seconds between two reads. */
  readonly interval: number
  /** Maximum time in seconds to wait for the store. */
  readonly timeLimit: number
  /** Maximum number of entries that wait for the store. */
  readonly maxWaiting: number
  /** Called with the entries that were read. */
  readonly onEntries: (revocations: readonly Revocation[]) => void
  /** Called when the store starts to respond, with the lag until then in seconds, and when it stops. */
  readonly onConnection: (connected: boolean, lag: number) => void
  /** Seconds by the injected clock, which counts only while the store is lost. */
  readonly now: () => number
}

const unavailable = (): SealbearerError => new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')

/**
 * Reads the store at the start, at each interval, and when the store reports a change. The lag is measured by the monotonic
 * clock.
 */
export function createStoreFeed({
  store,
  interval,
  timeLimit,
  maxWaiting,
  onEntries,
  onConnection,
  now,
}: FeedOptions): StoreFeed {
  let position: string | undefined
  let connected = false
  let reported: boolean | undefined
  let isLoaded = false
  let isClosed = false
  let synced = { monotonic: performance.now(), now: now() }
  let timer: ReturnType<typeof setTimeout> | undefined
  let reading: Promise<void> | undefined
  let readAgain = false

  /** A late response is ignored: another read may be in progress. */
  const answered = <T>(operation: () => Promise<T>): Promise<T> =>
    withinTime(timeLimit, unavailable, operation)

  const retries = createRetries((revocation) => answered(() => store.append(revocation)), maxWaiting, now)

  const lag = (): number => {
    const measured = (performance.now() - synced.monotonic) / 1000
    return Math.max(0, connected ? measured : Math.max(measured, now() - synced.now))
  }

  function setConnected(isConnected: boolean): void {
    const missed = isConnected ? lag() : 0
    connected = isConnected && !isClosed
    if (isClosed || isConnected === reported) return
    reported = isConnected
    onConnection(isConnected, missed)
  }

  async function read(): Promise<void> {
    try {
      const begun = { monotonic: performance.now(), now: now() }
      const changes = await answered(() => store.snapshot(position))
      onEntries(changes.entries)
      position = changes.position
      setConnected(true)
      synced = begun
      isLoaded = true
    } catch {
      setConnected(false)
      return
    }
    await retries.run()
  }

  /** One read at a time. A call during a read starts another after it. */
  function sync(): Promise<void> {
    if (isClosed) return Promise.resolve()
    readAgain = reading !== undefined
    // Deferred, since a store may notify its subscribers while it appends.
    reading ??= Promise.resolve()
      .then(read)
      .finally(() => {
        reading = undefined
        if (readAgain) void sync()
        else schedule()
      })
    return reading
  }

  function schedule(): void {
    clearTimeout(timer)
    if (isClosed) return
    timer = setTimeout(() => void sync(), interval * 1000)
    // The timer does not keep the process running.
    if (typeof timer === 'object') timer.unref?.()
  }

  const unsubscribe = store.subscribe(() => void sync())
  const first = sync()

  return {
    get connected() {
      return connected
    },
    get isLoaded() {
      return isLoaded
    },
    lag,
    async ready(isCurrent = () => true) {
      await first
      if (!isLoaded || !isCurrent()) await sync()
      if (!isLoaded || !isCurrent()) throw unavailable()
    },
    async append(revocation) {
      try {
        await answered(() => store.append(revocation))
      } catch {
        setConnected(false)
        retries.add(revocation)
        throw unavailable()
      }
    },
    close() {
      isClosed = true
      connected = false
      clearTimeout(timer)
      unsubscribe()
    },
  }
}

/** Entries that could not be appended yet. */
interface Retries {
  add(revocation: Revocation): void
  /** Appends them, up to the first that fails: the next attempt begins with the others, and reads do not wait for it. */
  run(): Promise<void>
}

/** @param now Seconds; expired entries are dropped. */
function createRetries(
  append: (revocation: Revocation) => Promise<void>,
  maxWaiting: number,
  now: () => number,
): Retries {
  const waiting = new Set<Revocation>()
  return {
    add(revocation) {
      if (waiting.size < maxWaiting) waiting.add(revocation)
    },
    async run() {
      for (const revocation of waiting) {
        waiting.delete(revocation)
        if (now() * 1000 >= revocation.expiresAt) continue
        try {
          await append(revocation)
        } catch {
          waiting.add(revocation)
          return
        }
      }
    },
  }
}
