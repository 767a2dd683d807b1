import type { ListedKeySet } from '../keys/candidate-set.js'
import type { Key, KeySelector } from '../keys/key.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { secondsClock } from '../time.js'
import type { KeySetStore } from './key-set-store.js'
import { trustedUrlOption } from './network-reach.js'
import {
  type CheckedRemoteOptions,
  checkRemoteOptions,
  isSymmetric,
  type RemoteKeySetOptions,
} from './remote-key-set-options.js'
import { type KeySource, RemoteKeys } from './remote-keys.js'
import type { RemoteKeySetStatus } from './schedule.js'
import { type SharedLoads, separateLoads, sharedLoads } from './shared-loads.js'

/** A {@link KeySet} that its issuer publishes. */
export interface RemoteKeySet extends ListedKeySet {
  /** Called when a remembered token is used again; see {@link KeySet}. */
  use(): boolean
  /**
   * Loads the keys now, whatever their age: at the start of a process, or when told of a change.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` when that fails, with the reason as `parameter`, such as
   * `network ECONNREFUSED`, `status 404` or `no-usable-key`; keys that are there stay in use.
   */
  refresh(): Promise<void>
  /** The state of the set, for health checks and operators. */
  status(): RemoteKeySetStatus
}

/**
 * Makes a key set of what an address publishes (RFC 7517 §5), loaded when first asked for a key.
 *
 * - Loads only over HTTPS (HTTP is for loopback, or for `requireHttps: false`), whatever the media type, follows no
 *   redirect, and reads key by key: one that is bad, not supported or not public is left out and reported, the good
 *   ones work.
 * - Reads at most 100 keys, RSA keys of at most 8,192 bits with an exponent of at most 32, and gives way to other
 *   work while it imports them.
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
  const address = trustedUrlOption('url', url, checked.requireHttps)
  const source = { label: address.origin + address.pathname, storedAs: address.href, locate: () => address }
  return remoteKeySetOf(source, checked, secondsClock(options.now))
}

/** What can be done with public keys. */
const publicOperations: ReadonlySet<string> = new Set(['verify', 'encrypt'])

/** Makes a remote key set of a source whose address may have to be found first. */
export function remoteKeySetOf(
  source: KeySource,
  checked: CheckedRemoteOptions,
  now: () => number,
): RemoteKeySet {
  const keys = new RemoteKeys(source, checked, now)
  const load = (beganAt: number): Promise<void> => keys.load(beganAt, (work) => loads.behind(work))
  const loads: SharedLoads = checked.shareLoads
    ? sharedLoads(load, checked.waitUntil)
    : separateLoads(load, checked.waitUntil, checked.timeout)
  const choice = new RemoteChoice(keys, loads, now)
  const restored =
    checked.store === undefined ? () => undefined : restoring(keys, checked.store, checked.shareLoads)
  return Object.freeze({
    // Every load has its own.
    timeout: Number.POSITIVE_INFINITY,
    select: (header: KeySelector) => chain(restored(), () => choice.select(header)),
    mayServe: ({ alg }: KeySelector, operation: string) =>
      !isSymmetric(alg) && publicOperations.has(operation),
    use: () => choice.use(),
    async refresh() {
      await restored()
      await loads.join(now())
      if (keys.schedule.failures > 0) throw keys.unavailable()
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

/** Decides for each request whether it is served at once, waits for a load, or makes one begin. */
class RemoteChoice {
  readonly #keys: RemoteKeys
  readonly #loads: SharedLoads
  readonly #now: () => number

  constructor(keys: RemoteKeys, loads: SharedLoads, now: () => number) {
    this.#keys = keys
    this.#loads = loads
    this.#now = now
  }

  select(header: KeySelector): MaybePromise<readonly Key[]> {
    // Nobody publishes a secret, so no load can find the key of such a token.
    if (isSymmetric(header.alg)) return []
    const now = this.#now()
    const load = this.#loadToWaitFor(now)
    if (load !== undefined) return load.then(() => this.#afterLoad(header))
    return chain(this.#keys.held.select(header), (found) => (found.length > 0 ? found : this.#seek(header)))
  }

  use(): boolean {
    const now = this.#now()
    switch (this.#keys.schedule.condition(now)) {
      case 'fresh':
        return true
      case 'due':
        return this.#refreshBehind(now)
      case 'stale':
        return this.#keys.schedule.failures > 0 && this.#refreshBehind(now)
      default:
        return false
    }
  }

  /** `undefined` where the request can be served with the keys at hand. */
  #loadToWaitFor(now: number): Promise<void> | undefined {
    const { schedule } = this.#keys
    const { current } = this.#loads
    switch (schedule.condition(now)) {
      case 'fresh':
        return undefined
      case 'due':
        return schedule.mayTry(now) ? this.#loads.startBehind(now) : undefined
      case 'stale':
        // Nobody has asked for some time, so a key may be gone. A provider known to fail is not waited for.
        if (schedule.failures === 0) return this.#loads.isElsewhere(now) ? undefined : this.#loads.join(now)
        return schedule.mayTry(now) ? this.#loads.startBehind(now) : undefined
      default:
        if (current === undefined && !schedule.mayTry(now)) throw this.#keys.unavailable()
        return this.#loads.join(now)
    }
  }

  /** @returns `false` where only a request that waits can load the keys. */
  #refreshBehind(now: number): boolean {
    if (!this.#keys.schedule.mayTry(now) || this.#loads.isElsewhere(now)) return true
    if (!this.#loads.canLoadBehind) return false
    this.#loads.startBehind(now)
    return true
  }

  /** Looks for a key that is not there, which may have been published since. */
  #seek(header: KeySelector): MaybePromise<readonly Key[]> {
    const now = this.#now()
    const { current } = this.#loads
    if (current !== undefined) return current.then(() => this.#afterLoad(header))
    if (this.#loads.isElsewhere(now)) throw this.#keys.unavailable()
    if (!this.#keys.schedule.maySeek(now)) return this.#absent()
    return this.#loads.join(now).then(() => {
      this.#keys.schedule.sought(this.#now())
      return this.#afterLoad(header)
    })
  }

  #afterLoad(header: KeySelector): MaybePromise<readonly Key[]> {
    const now = this.#now()
    this.#keys.checkUsable(now)
    return chain(this.#keys.held.select(header), (found) => {
      if (found.length > 0) return found
      this.#keys.schedule.sought(now)
      return this.#absent()
    })
  }

  /** While the provider fails nobody knows whether the key exists, and the token may be good. */
  #absent(): readonly Key[] {
    if (this.#keys.schedule.failures > 0) throw this.#keys.unavailable()
    return []
  }
}
