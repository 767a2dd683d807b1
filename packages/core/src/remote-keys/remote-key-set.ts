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
import { RemoteKeys, type RemoteSource } from './remote-keys.js'
import type { RemoteKeySetStatus } from './schedule.js'
import { type SharedLoads, separateLoads, sharedLoads } from './shared-loads.js'

/** A {@link KeySet} published by its issuer. */
export interface RemoteKeySet extends ListedKeySet {
  /** Called when a cached token is used again; see {@link KeySet}. */
  use(): boolean
  /**
   * Loads the keys now, regardless of their age: at process start, or after a notification.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` if that fails, with the reason as `parameter`, such as `network
   * ECONNREFUSED`, `status 404` or `no-usable-key`; existing keys stay in use.
   */
  refresh(): Promise<void>
  /** The state of the set, for health checks and operators. */
  status(): RemoteKeySetStatus
}

/**
 * Creates a key set from a URL (RFC 7517 §5), loaded when a key is first needed.
 *
 * - Loads only over HTTPS (HTTP for loopback, or with `requireHttps: false`), with any media type, without following
 *   redirects. Invalid, unsupported and non-public keys are skipped and reported; the others work.
 * - Reads at most 100 keys, RSA keys of at most 8,192 bits with an exponent of at most 32 bits, and yields to the event
 *   loop while importing them.
 * - `Cache-Control` determines how long the keys are fresh, within `minAge` and `maxAge`. Shortly before they expire,
 *   the next request reloads them without waiting. Only the first request after a pause waits.
 * - An unknown key ID causes a reload, at most once per `cooldown` for all requests together.
 * - While the provider fails, the last good keys are used up to `maxStale`, and failed loads are retried after growing
 *   pauses. After that, and for unknown key IDs while the provider fails, the response is 503, never 401.
 *
 * Does not authenticate the server beyond TLS, and uses no keys from certificates (`x5c`) and no secrets.
 *
 * @throws {TypeError} for an invalid URL or option.
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

/** The operations of public keys. */
const publicOperations: ReadonlySet<string> = new Set(['verify', 'encrypt'])

/** Creates a remote key set for a source whose URL may have to be discovered first. */
export function remoteKeySetOf(
  source: RemoteSource,
  checked: CheckedRemoteOptions,
  now: () => number,
): RemoteKeySet {
  const keys = new RemoteKeys(source, checked, now)
  const load = (beganAt: number): Promise<void> =>
    keys.load(beganAt, (work) => loads.continueInBackground(work))
  const loads: SharedLoads = checked.shareLoads
    ? sharedLoads(load, checked.waitUntil)
    : separateLoads(load, checked.waitUntil, checked.timeout)
  const choice = new RemoteChoice(keys, loads, now)
  const restored =
    checked.store === undefined ? () => undefined : restoring(keys, checked.store, checked.shareLoads, now)
  return Object.freeze({
    // Each load has its own time limit.
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

/**
 * Reads the store before the first selection, once if requests can wait for one another. If it failed, it is read again
 * while the provider fails: it may have been the later one to start.
 */
function restoring(
  keys: RemoteKeys,
  store: KeySetStore,
  share: boolean,
  now: () => number,
): () => MaybePromise<void> {
  const { schedule } = keys
  let isDone = false
  let hasFailed = false
  let current: Promise<void> | undefined
  return () => {
    if (isDone) return undefined
    if (current !== undefined) return current
    if (hasFailed) {
      isDone = schedule.loadedAt !== undefined
      if (isDone || schedule.failures === 0 || !schedule.mayTry(now())) return undefined
    }
    const restored = keys.restore(store).then((hasResponded) => {
      isDone ||= hasResponded
      hasFailed = !hasResponded
      current = undefined
    })
    if (share) current = restored
    return restored
  }
}

/** Decides for each request whether it is served immediately, waits for a load, or starts one. */
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
    // Secrets are never published, so no load can find the key of such a token.
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
        return this.#refreshInBackground(now)
      case 'stale':
        return this.#keys.schedule.failures > 0 && this.#refreshInBackground(now)
      default:
        return false
    }
  }

  /** `undefined` if the request can be served with the current keys. */
  #loadToWaitFor(now: number): Promise<void> | undefined {
    const { schedule } = this.#keys
    const { current } = this.#loads
    switch (schedule.condition(now)) {
      case 'fresh':
        return undefined
      case 'due':
        return schedule.mayTry(now) ? this.#loads.startInBackground(now) : undefined
      case 'stale':
        // There was no request for some time, so a key may have been removed. Requests do not wait for a failing
        // provider.
        if (schedule.failures === 0) return this.#loads.isElsewhere(now) ? undefined : this.#loads.join(now)
        return schedule.mayTry(now) ? this.#loads.startInBackground(now) : undefined
      default:
        if (current === undefined && !schedule.mayTry(now)) throw this.#keys.unavailable()
        return this.#loads.join(now)
    }
  }

  /** @returns `false` if only a waiting request can load the keys. */
  #refreshInBackground(now: number): boolean {
    if (!this.#keys.schedule.mayTry(now) || this.#loads.isElsewhere(now)) return true
    if (!this.#loads.canLoadInBackground) return false
    this.#loads.startInBackground(now)
    return true
  }

  /** Looks for an unknown key, which may have been published in the meantime. */
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

  /** While the provider fails it is unknown whether the key exists, and the token may be valid. */
  #absent(): readonly Key[] {
    if (this.#keys.schedule.failures > 0) throw this.#keys.unavailable()
    return []
  }
}
