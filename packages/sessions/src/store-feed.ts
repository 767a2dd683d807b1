import { SealbearerError } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { Revocation, RevocationStore } from '@sealbearer/core/stores'
import { createStoreConnection, type StoreConnection } from './store-connection.js'

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
  /** As for {@link createStoreConnection}. */
  readonly onConnection: Parameters<typeof createStoreConnection>[1]
  /** Seconds by the injected clock. */
  readonly now: () => number
}

const unavailable = (): SealbearerError => new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')

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
  let position: string | undefined
  let isLoaded = false

  /** A late response is ignored: another read may be in progress. */
  const answered = <T>(operation: () => Promise<T>): Promise<T> =>
    withinTime(timeLimit, unavailable, operation)

  const retries = createRetries((revocation) => answered(() => store.append(revocation)), maxWaiting, now)

  const loop = createReadLoop(interval, async () => {
    try {
      const begun = connection.begin()
      const changes = await answered(() => store.snapshot(position))
      onEntries(changes.entries)
      position = changes.position
      connection.synced(begun)
      isLoaded = true
    } catch {
      connection.lost()
      return
    }
    await retries.run()
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
