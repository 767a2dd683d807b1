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
 * The keys of an issuer, as they follow one another. Issuer, verifier and JWKS endpoint share a ring: the issuer
 * uses the active key, the verifier also those that wait or retire, and the endpoint publishes the public ones.
 */
export interface KeyRing extends ListedKeySet {
  /** Seconds that the result of {@link ListedKeySet.publicJwks} may be cached. */
  readonly maxAge: number
  /** Seconds; an issuer with this ring refuses a longer `maxLifetime`. */
  readonly maxTokenLifetime: number
  /**
   * Replaces the active keys, of all algorithms or of one: now where the key that waits has been published
   * for long enough, else as soon as it has. Processes that rotate the same key at once rotate it once.
   *
   * @throws {TypeError} for an algorithm that has no active key.
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`, `SB_RING_ACCESS`,
   * `SB_RING_BUSY`; the ring then goes on as before.
   */
  rotate(alg?: Algorithm): Promise<void>
  /**
   * Distrusts a key that may be known to others. Valid tokens under it are refused from then on: in this process before
   * the call returns its promise, remembered tokens included, also when the store fails; in processes that share the
   * store within `reloadEvery`, or within `maxStale` where they cannot read it; where the published set is cached,
   * within `maxAge`. The ring remembers the `kid` and never trusts it again.
   *
   * @throws {TypeError} for a `kid` that the ring does not hold.
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`, `SB_RING_ACCESS`,
   * `SB_RING_BUSY` when it could not be saved; the key stays distrusted here, and each later change saves it again.
   */
  revoke(kid: string): Promise<void>
  /**
   * Ends an algorithm that the options no longer have: its active key retires, and goes once the last token
   * under it has expired.
   *
   * @throws {TypeError} for an algorithm that is still among the options.
   * @throws {SealbearerError} `SB_RING_UNREADABLE`, `SB_RING_REPLACED`, `SB_RING_MISSING`, `SB_RING_ACCESS`,
   * `SB_RING_BUSY`; the ring then goes on as before.
   */
  retire(alg: string): Promise<void>
  /**
   * Reads the store again where that is due. Issuers, verifiers and `createJwksEndpoint` do so by themselves; call it
   * before reading `publicJwks()` or `status()` of a ring that is seldom used.
   *
   * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` when the last state is older than `maxStale`.
   */
  ready(): MaybePromise<void>
  /** The keys of the ring, and when each is used. */
  status(): readonly RingKeyStatus[]
  /** Brings the ring up to date on a timer that keeps no process alive; for rings that are seldom used. */
  start(): void
  stop(): void
}

/**
 * Makes a key ring, or opens the one that its store holds.
 *
 * Each key is published before its first use for at least `maxAge`, so that every cache has it, and trusted
 * after its last for at least `maxTokenLifetime`, so that no valid token is refused. Time alone moves it on;
 * there is no timer unless `start()` is called. An algorithm added to a ring that exists already can be
 * used once its first key has been published for long enough.
 *
 * @throws {TypeError} for an option that is missing, unknown or wrong; it names the option and the way out.
 * What a store returns must follow what this process has read before: a ring that has gone missing, an older state and
 * another ring are errors. At its start a process knows only what the store can tell (a file store remembers what was
 * saved last); against an older state of a whole store, put back while no process runs, nothing helps.
 *
 * @throws {SealbearerError} `SB_RING_UNREADABLE` for a stored ring that is corrupt, was changed by hand or is sealed
 * with another key, `SB_RING_REPLACED` for an older one or one of another name, `SB_RING_MISSING` for none where there
 * must be one, `SB_RING_BUSY` when another process keeps the store locked.
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
