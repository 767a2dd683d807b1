import { SealbearerError } from '../errors.js'
import type { ListedKeySet } from '../keys/candidate-set.js'
import type { KeySelector } from '../keys/key-selection.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { secondsClock } from '../time.js'
import type { KeySetStore } from './key-set-store.js'
import { RemoteChoice } from './remote-choice.js'
import { checkRemoteOptions, type RemoteKeySetOptions } from './remote-key-set-options.js'
import { RemoteKeys } from './remote-keys.js'
import { type Flights, separateFlights, sharedFlights } from './shared-loads.js'
import type { RemoteKeySetStatus } from './status.js'
import { trustedUrlOption } from './trusted-url.js'

/** A {@link KeySet} that somebody else publishes. */
export interface RemoteKeySet extends ListedKeySet {
  /** Says that a remembered verdict is used again; see {@link KeySet}. */
  use(): boolean
  /**
   * Loads the keys now, whatever their age: at the start of a process, or when told of a change.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` when that fails; keys that are there stay in use.
   */
  refresh(): Promise<void>
  /** How the set stands, for health checks and operators. */
  status(): RemoteKeySetStatus
}

/**
 * Makes a key set of what an address publishes (RFC 7517 §5), loaded when first asked for a key.
 *
 * - Loads only over HTTPS (HTTP is for loopback), follows no redirect, and reads key by key: one that is bad,
 *   not supported or not public is left out and reported, the good ones work.
 * - `Cache-Control` says how long the keys are fresh, within `minAge` and `maxAge`. Shortly before they are not,
 *   the next request has them loaded anew without waiting. Only the first request after a pause waits.
 * - A key ID that is not in the set has it loaded again, at most once per `cooldown` for all requests together.
 * - While the provider fails, the last good keys serve up to `maxStale`, and failed loads are repeated after
 *   growing pauses. Then, and for key IDs not known until the provider answers again, requests are
 *   answered 503 and never 401.
 *
 * Does not check who is behind the address beyond TLS, and takes no key from certificates (`x5c`) or secrets.
 *
 * @throws {TypeError} for an address or option that is wrong.
 * @example
 * const keys = createRemoteKeySet('https://auth.example.com/.well-known/jwks.json')
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517 §5}
 */
export function createRemoteKeySet(url: string | URL, options: RemoteKeySetOptions = {}): RemoteKeySet {
  const checked = checkRemoteOptions('createRemoteKeySet', options)
  const now = secondsClock(options.now)
  const keys = new RemoteKeys(trustedUrlOption('url', url), checked, now)
  const load = (beganAt: number): Promise<void> => keys.load(beganAt, (work) => flights.behind(work))
  const flights: Flights = checked.shareLoads
    ? sharedFlights(load, checked.waitUntil)
    : separateFlights(load, checked.waitUntil, checked.timeout)
  const choice = new RemoteChoice(keys, flights, now)
  const restored =
    checked.store === undefined ? () => undefined : restoring(keys, checked.store, checked.shareLoads)
  return Object.freeze({
    select: (header: KeySelector) => chain(restored(), () => choice.select(header)),
    use: () => choice.use(),
    async refresh() {
      await restored()
      await flights.join(now())
      if (keys.schedule.failures > 0) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
    },
    get generation() {
      return keys.held.generation
    },
    status: () => keys.status(),
    kids: () => keys.held.kids(),
    publicJwks: () => keys.held.publicJwks(),
  })
}

/** Reads the store before the first choice, once as far as requests can wait for one another. */
function restoring(keys: RemoteKeys, store: KeySetStore, share: boolean): () => MaybePromise<void> {
  let isDone = false
  let current: Promise<void> | undefined
  return () => {
    if (isDone) return undefined
    const restored =
      current ??
      keys.restore(store).then(() => {
        isDone = true
      })
    if (share) current = restored
    return restored
  }
}
