import { SealbearerError } from '@sealbearer/core'

/** The error while the store does not respond. */
export const unavailable = (): SealbearerError => new SealbearerError('SB_STORE_UNAVAILABLE', 'revocations')

/** A moment by the monotonic clock, in milliseconds, and by the injected one, in seconds. */
interface Moment {
  readonly monotonic: number
  readonly now: number
}

/** Whether a store responds, and how far behind it this process is. */
export interface StoreConnection {
  readonly connected: boolean
  /** Seconds since this process had everything that the store has. */
  lag(): number
  /** The moment for {@link StoreConnection.synced}, before a read begins. */
  begin(): Moment
  /** This process has everything that the store had at that moment. */
  synced(begun: Moment): void
  lost(): void
  /** Nothing is reported afterwards. */
  close(): void
}

/**
 * The lag is measured by the monotonic clock.
 *
 * @param now Seconds by the injected clock, which counts only while the store is lost.
 * @param onChange Called when the store starts to respond, with the lag until then in seconds, and when it stops.
 */
export function createStoreConnection(
  now: () => number,
  onChange: (connected: boolean, lag: number) => void,
): StoreConnection {
  const begin = (): Moment => ({ monotonic: performance.now(), now: now() })
  let connected = false
  let reported: boolean | undefined
  let isClosed = false
  let last = begin()

  const lag = (): number => {
    const measured = (performance.now() - last.monotonic) / 1000
    return Math.max(0, connected ? measured : Math.max(measured, now() - last.now))
  }

  function report(isConnected: boolean): void {
    if (isClosed) return
    const missed = isConnected ? lag() : 0
    connected = isConnected
    if (isConnected === reported) return
    reported = isConnected
    onChange(isConnected, missed)
  }

  return {
    get connected() {
      return connected
    },
    lag,
    begin,
    synced(begun) {
      report(true)
      last = begun
    },
    lost: () => report(false),
    close() {
      isClosed = true
      connected = false
    },
  }
}
