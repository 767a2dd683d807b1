import { LRUCache } from 'lru-cache'
import { standaloneCopy } from '../compact/segments.js'
import { algorithms, isAlgorithm } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { isListed, selectKeys } from './candidate-set.js'
import { publicMembersOf } from './jwk.js'
import { type Key, type KeySelector, type KeySet, keyMaterial, mayStand } from './key.js'

/** What a token requires of the keys of a policy. */
interface Asked<O extends keyof KeyOperations> {
  readonly header: KeySelector
  readonly operation: O
  /** All algorithms that the policy allows. */
  readonly algorithms: ReadonlySet<string>
}

/** Maximum number of keys tried for a token without `kid`. */
const maxTried = 8

/**
 * Returns the operation of the only matching key, or one that tries several keys if the set has `withoutKid: 'try'`.
 *
 * @throws {SealbearerError} `SB_KEY_NOT_FOUND`, `SB_KEYS_UNAVAILABLE`
 */
export function trustedOperation<O extends 'verify' | 'decrypt'>(
  keys: KeySet,
  asked: Asked<O>,
): MaybePromise<NonNullable<KeyOperations[O]>> {
  const { header, operation, algorithms } = asked
  return chain(selectKeys(keys, header), (selected) => {
    const able = selected.filter((key) => keyMaterial(key).operations[operation])
    const usable = distinct(able.filter((key) => !isUndecided(key, algorithms)))
    const triesAll = keys.withoutKid === 'try' && header.kid === undefined
    if (usable.length === 0 || (usable.length > 1 && !triesAll)) {
      throw new SealbearerError('SB_KEY_NOT_FOUND', causeOf(keys, header, { selected, able, usable }))
    }
    const operations = usable
      .slice(0, maxTried)
      .flatMap((key) => keyMaterial(key).operations[operation] ?? [])
    const [only] = operations
    // The kind of operation passed in is the kind returned.
    return (
      operations.length === 1
        ? only
        : operation === 'verify'
          ? anyVerifies(operations as Verify[])
          : anyDecrypts(operations as Decrypt[])
    ) as NonNullable<KeyOperations[O]>
  })
}

/** A key that is published twice, with and without its certificate or "alg", is one key. */
function distinct(keys: readonly Key[]): readonly Key[] {
  if (keys.length < 2) return keys
  const seen = new Set<unknown>()
  return keys.filter((key) => {
    const { publicJwk } = keyMaterial(key)
    const numbers = publicJwk === undefined ? key : JSON.stringify(publicMembersOf(publicJwk))
    return !seen.has(numbers) && seen.add(numbers)
  })
}

/** Whether a key from a JWK without `alg` could be used for another algorithm of the policy as well (RFC 8725bis §3.1). */
function isUndecided(key: Key, pinned: ReadonlySet<string>): boolean {
  const { isOpen, publicJwk } = keyMaterial(key)
  if (isOpen !== true || pinned.size < 2) return false
  const kty = publicJwk?.kty ?? 'oct'
  return [...pinned].some((name) => {
    const row = isAlgorithm(name) ? algorithms[name] : undefined
    // EdDSA and Ed25519 are two names of one algorithm (RFC 9864 §2.2), and share one row.
    if (row === undefined || row === algorithms[key.alg]) return false
    const isOnCurve = key.crv === undefined || row.curves?.includes(key.crv) === true
    return isOnCurve && row.kty.some((type) => type === kty)
  })
}

interface Found {
  readonly selected: readonly Key[]
  readonly able: readonly Key[]
  readonly usable: readonly Key[]
}

/** The reason why no key was used, for operators. Names parameters, never values of the token. */
function causeOf(keys: KeySet, { kid }: KeySelector, { selected, able, usable }: Found): string {
  if (usable.length > 1)
    return kid === undefined ? 'kid: absent, and several keys match' : 'kid: several keys have it'
  if (able.length > 0) return 'alg: the JWK has none, and the policy allows several'
  if (selected.length > 0) return 'key_ops: the key is not for this operation'
  if (kid === undefined) return 'alg: no key has it'
  return isListed(keys) && keys.kids().includes(kid)
    ? 'alg: the key with this kid has another'
    : 'kid: no key has it'
}

type Verify = NonNullable<KeyOperations['verify']>
type Decrypt = NonNullable<KeyOperations['decrypt']>

const anyVerifies =
  (candidates: readonly Verify[]): Verify =>
  async (signingInput, signature) => {
    for (const verify of candidates) {
      if ((await verify(signingInput, signature)) === true) return true
    }
    return false
  }

const anyDecrypts =
  (candidates: readonly Decrypt[]): Decrypt =>
  async (parts) => {
    let failure: unknown
    for (const decrypt of candidates) {
      try {
        return await decrypt(parts)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

interface CachedChoice<T> {
  readonly choice: T
  readonly generation: number
}

/** In addition to the latest; more headers than the keys of a few issuers have. */
const maxEntries = 63
/** Longer headers are not cached: anyone with a public key can create encrypted tokens with arbitrary headers. */
const maxKeptLength = 4_096

/**
 * Caches the result of a policy for protected header segments: a second token under the same key skips parsing the
 * header, checking it and selecting the key. Only authentic headers are cached, so that only an issuer can fill the
 * cache. Cleared when a key is removed from the set.
 */
export class HeaderMemory<T extends object> {
  readonly #keys: KeySet
  #latestSegment = ''
  #latest: CachedChoice<T> | undefined
  /** Created for the second header; most policies see only one. */
  #entries: LRUCache<string, CachedChoice<T>> | undefined

  constructor(keys: KeySet) {
    this.#keys = keys
  }

  get(segment: string): T | undefined {
    const remembered = segment === this.#latestSegment ? this.#latest : this.#entries?.get(segment)
    return remembered !== undefined && mayStand(this.#keys, remembered.generation)
      ? remembered.choice
      : undefined
  }

  /** @param generation That of the keys when the key was selected. */
  keep(segment: string, choice: T, generation: number): void {
    if (segment.length > maxKeptLength) return
    if (this.#latest !== undefined) {
      this.#entries ??= new LRUCache({ max: maxEntries })
      this.#entries.set(this.#latestSegment, this.#latest)
    }
    this.#latestSegment = standaloneCopy(segment)
    this.#latest = { choice, generation }
  }
}

type Lists = readonly (readonly unknown[])[]

interface Prepared<T> {
  readonly lists: Lists
  readonly policy: T
}

const isSame = (one: Lists, other: Lists): boolean =>
  one.length === other.length &&
  one.every((list, i) => list.length === other[i]?.length && list.every((item, j) => item === other[i]?.[j]))

/**
 * Caches prepared policies by equal options, so that a function that receives its policy with every call does not
 * validate it each time. Compares keys by identity and lists of algorithms by value.
 */
export class PreparedPolicies<T> {
  readonly #latest = new WeakMap<object, Prepared<T>>()

  /** Returns the policy for these keys and lists, preparing it if needed. Errors of `prepare` are not cached. */
  get(keys: unknown, lists: readonly unknown[], prepare: () => T): T {
    // A list of keys can be changed in place, and invalid options are rejected by `prepare`.
    if (typeof keys !== 'object' || keys === null || Array.isArray(keys) || !lists.every(Array.isArray)) {
      return prepare()
    }
    const latest = this.#latest.get(keys)
    // Every item is a list, as checked above.
    const own = lists as Lists
    if (latest !== undefined && isSame(latest.lists, own)) return latest.policy
    const policy = prepare()
    this.#latest.set(keys, { lists: own.map((list) => [...list]), policy })
    return policy
  }
}

/**
 * The single error for everything that can be wrong with a signature, an encrypted key, a tag or a padding
 * (RFC 7516 §11.5). An external key that is unavailable is reported as such, because the token is not at fault.
 *
 * @throws {SealbearerError} `SB_INTEGRITY_FAILED`, `SB_KEYS_UNAVAILABLE`
 */
export function integrityFailed(cause?: unknown): never {
  const isOutage = cause instanceof SealbearerError && cause.code === 'SB_KEYS_UNAVAILABLE'
  throw isOutage ? cause : new SealbearerError('SB_INTEGRITY_FAILED')
}
