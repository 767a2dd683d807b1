import { withinTime } from '@sealbearer/core/internal'
import type { Revocation, RevocationStore } from '@sealbearer/core/stores'
import { singleFlight } from './single-flight.js'
import { createStoreConnection, type StoreConnection, unavailable } from './store-connection.js'
import { createStoreReader, type StoreReaderOptions } from './store-reader.js'

/** Follows the revocations of a store. */
export interface StoreFeed extends Pick<StoreConnection, 'connected' | 'lag'> {
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

export interface FeedOptions extends Omit<StoreReaderOptions, 'snapshot'> {
  readonly store: RevocationStore
  /** Seconds between two reads. */
  readonly interval: number
  /** Maximum time in seconds to wait for the store. */
  readonly timeLimit: number
  /** Maximum number of entries that wait for the store. */
  readonly maxWaiting: number
  /** As for {@link createStoreConnection}. */
  readonly onConnection: Parameters<typeof createStoreConnection>[1]
}

/** Reads the store at the start, at each interval, and when the store reports a change. */
export function createStoreFeed({
  store,
  interval,
  timeLimit,
  maxWaiting,
  onEntries,
  onConnection,
  now,
}: FeedOptions): StoreFeed {
  const connection = createStoreConnection(now, onConnection)
  let isLoaded = false

  /** A late response is ignored: another read may be in progress. */
  const answered = <T>(operation: () => Promise<T>): Promise<T> =>
    withinTime(timeLimit, unavailable, operation)

  const retries = createRetries((revocation) => answered(() => store.append(revocation)), maxWaiting, now)

  const reader = createStoreReader({
    snapshot: (after) => answered(() => store.snapshot(after)),
    onEntries,
    now,
  })
  const loop = createReadLoop(interval, async () => {
    try {
      connection.synced(await reader.read(connection.begin))
      isLoaded = true
    } catch {
      connection.lost()
      return
    }
    retries.run()
  })
  const unsubscribe = store.subscribe(() => void loop.read())
  const first = loop.read()

  return {
    get connected() {
      return connection.connected
    },
    get isLoaded() {
      return isLoaded
    },
    lag: connection.lag,
    async ready(isCurrent = () => true) {
      await first
      if (!isLoaded || !isCurrent()) await loop.read()
      if (!isLoaded || !isCurrent()) throw unavailable()
    },
    async append(revocation) {
      try {
        await answered(() => store.append(revocation))
      } catch {
        connection.lost()
        retries.add(revocation)
        throw unavailable()
      }
    },
    close() {
      connection.close()
      loop.close()
      unsubscribe()
    },
  }
}

interface ReadLoop {
  /** One read at a time. A call during a read starts another after it. */
  read(): Promise<void>
  /** Nothing is read afterwards. */
  close(): void
}

/** Reads again after each interval. @param interval Seconds. */
function createReadLoop(interval: number, readOnce: () => Promise<void>): ReadLoop {
  let timer: ReturnType<typeof setTimeout> | undefined
  let reading: Promise<void> | undefined
  let readAgain = false
  let isClosed = false

  function read(): Promise<void> {
    if (isClosed) return Promise.resolve()
    readAgain = reading !== undefined
    // Deferred, since a store may notify its subscribers while it appends.
    reading ??= Promise.resolve()
      .then(readOnce)
      .finally(() => {
        reading = undefined
        if (readAgain) void read()
        else schedule()
      })
    return reading
  }

  function schedule(): void {
    clearTimeout(timer)
    if (isClosed) return
    timer = setTimeout(() => void read(), interval * 1000)
    // The timer does not keep the process running.
    if (typeof timer === 'object') timer.unref?.()
  }

  return {
    read,
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

/** Entries that could not be appended yet. */
interface Retries {
  add(revocation: Revocation): void
  /**
   * Appends them until one fails: the next attempt begins with the others. Nobody waits for it, because reads must not be
   * late after an outage.
   */
  run(): void
}

/** Many entries can wait, and other processes do not know them yet. */
const maxParallel = 50

/** An entry that waits, and until when it matters, in milliseconds of the monotonic clock. */
interface Waiting {
  readonly revocation: Revocation
  readonly until: number
}

/** @param now Seconds by the clock of `expiresAt`, which can be set while entries wait. */
function createRetries(
  append: (revocation: Revocation) => Promise<void>,
  maxWaiting: number,
  now: () => number,
): Retries {
  const waiting = new Set<Waiting>()

  function takeSome(): readonly Waiting[] {
    const taken: Waiting[] = []
    for (const entry of waiting) {
      if (taken.length >= maxParallel) break
      waiting.delete(entry)
      if (performance.now() < entry.until) taken.push(entry)
    }
    return taken
  }

  const runOnce = singleFlight(async () => {
    while (waiting.size > 0) {
      const taken = takeSome()
      const results = await Promise.allSettled(taken.map(({ revocation }) => append(revocation)))
      const failed = taken.filter((_, i) => results[i]?.status === 'rejected')
      for (const entry of failed) waiting.add(entry)
      if (failed.length > 0) return
    }
  })

  return {
    add(revocation) {
      if (waiting.size >= maxWaiting) return
      waiting.add({ revocation, until: performance.now() + revocation.expiresAt - now() * 1000 })
    },
    run: () => void runOnce(),
  }
}
