import type { JSONWebKeySet } from 'jose'
import type { Algorithm } from '../crypto/algorithms.js'
import type { ListedKeySet } from '../keys/candidate-set.js'
import type { MaybePromise } from '../maybe-promise.js'
import { secondsClock } from '../time.js'
import { LiveRing } from './live-ring.js'
import { type KeyRingOptions, ringOptions } from './options.js'
import { ringSeries } from './series.js'
import type { RingKeyStatus } from './view.js'

/**
 * The rotating keys of an issuer. Issuer, verifier and JWKS endpoint share a ring: the issuer uses the active key, the
 * verifier also accepts the next and retiring ones, and the endpoint publishes the public ones.
 */
export interface KeyRing extends ListedKeySet {
  /** Seconds that the result of {@link ListedKeySet.publicJwks} may be cached. */
  readonly maxAge: number
  /** Seconds; an issuer with this ring rejects a longer `maxLifetime`. */
  readonly maxTokenLifetime: number
  /**
   * Replaces the active keys of all algorithms, or of one: immediately if the next key has been published for long
   * enough, otherwise as soon as it has. If several processes rotate the same key at once, it is rotated once.
   *
   * @throws {TypeError} for an algorithm without an active key.
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`, `SB_RING_ACCESS`,
   * `SB_RING_BUSY`; the ring is then unchanged.
   */
  rotate(alg?: Algorithm): Promise<void>
  /**
   * Revokes a key that may be compromised. Valid tokens under it are rejected from then on, cached ones included: in
   * this process before the call returns its promise, even if the store fails; in processes that share the store within
   * `reloadEvery`, or within `maxStale` if they cannot read it; where the published set is cached, within `maxAge`. The
   * ring stores the `kid` and never trusts it again.
   *
   * @throws {TypeError} for a `kid` that is not in the ring.
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`, `SB_RING_ACCESS`,
   * `SB_RING_BUSY` if it could not be saved; the key stays revoked in this process, and each later change tries to save
   * it again.
   */
  revoke(kid: string): Promise<void>
  /**
   * Retires an algorithm that was removed from the options: its active key retires, and is removed once the last token
   * under it has expired.
   *
   * @throws {TypeError} for an algorithm that is still in the options.
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`, `SB_RING_ACCESS`,
   * `SB_RING_BUSY`; the ring then goes on as before.
   */
  retire(alg: string): Promise<void>
  /**
   * Reads the store again if that is due. Issuers, verifiers and `createJwksEndpoint` do so automatically; call it
   * before reading `publicJwks()` or `status()` of a rarely used ring.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` if the last state is older than `maxStale`.
   */
  ready(): MaybePromise<void>
  /** The keys of the ring, and when each is used. */
  status(): readonly RingKeyStatus[]
  /** Updates the ring with a timer that does not keep the process alive; for rarely used rings. */
  start(): void
  stop(): void
}

/**
 * Creates a key ring, or opens the one in its store.
 *
 * Each key is published for at least `maxAge` before its first use, so that every cache has it, and trusted for at
 * least `maxTokenLifetime` after its last use, so that no valid token is rejected. Rotation depends on the clock; there
 * is no timer unless `start()` is called. An algorithm that is added to an existing ring can be used once its first key
 * has been published for long enough.
 *
 * A store must return a state that follows the last one that this process has read: a missing ring, an older state and
 * another ring are errors. A process that starts has read none and relies on the store, such as a file store, which
 * detects an older file; if the whole store was restored while no process ran, an older state is not detected.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid; the message names the option and the fix.
 * @throws {SealbearerError} `SB_RING_UNREADABLE` for a stored ring that is corrupt, was edited by hand or is encrypted
 * under another key, `SB_RING_REPLACED` for an older one or one with another name, `SB_RING_MISSING` if it is missing,
 * `SB_RING_BUSY` if another process keeps the store locked.
 * @example
 * const ring = await createKeyRing({ keys: ['ES256'], rotateEvery: '30d', store: createFileStore('keys.json') })
 * const issuer = createIssuer({ …, signature: { algorithm: 'ES256', keys: ring } })
 * const verifier = createVerifier({ …, signature: { algorithms: ['ES256'], keys: ring } })
 */
export async function createKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const pinned = ringOptions(options)
  const now = secondsClock(options.now)
  const live = new LiveRing(pinned, await ringSeries(pinned), now)
  await live.open()
  return Object.freeze({
    maxAge: pinned.maxAge,
    maxTokenLifetime: pinned.maxTokenLifetime,
    get generation() {
      return live.generation
    },
    select: live.select.bind(live),
    mayServe: live.mayServe.bind(live),
    kids: () => live.kids(),
    publicJwks: (): JSONWebKeySet => live.publicJwks(),
    rotate: live.rotate.bind(live),
    revoke: live.revoke.bind(live),
    retire: live.retire.bind(live),
    ready: () => live.ready(),
    use: () => live.use(),
    status: () => live.status(),
    start: () => live.start(),
    stop: () => live.stop(),
  })
}
