import type { JWK } from 'jose'
import type { Algorithm, ContentEncryptionAlgorithm, Curve } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { isTrue, type MaybePromise } from '../maybe-promise.js'

/** A key for one algorithm. Loggers and inspectors cannot access its material. */
export interface Key {
  readonly alg: Algorithm
  readonly kid: string | undefined
  readonly use: 'sig' | 'enc'
  readonly type: 'secret' | 'public' | 'private'
  /** The only content encryption of this key; always set for `dir`. */
  readonly enc: ContentEncryptionAlgorithm | undefined
  readonly crv: Curve | undefined
}

interface KeyMaterial {
  readonly operations: KeyOperations
  /** The public members; `undefined` for a secret, and for a private key imported without them. */
  readonly publicJwk: JWK | undefined
  /** All members, if the key was created extractable. */
  readonly exportableJwk: JWK | undefined
  /** Whether the key comes from a JWK without `alg`; then the policy must determine the algorithm. */
  readonly isOpen?: boolean
}

/** Neither `util.inspect` nor `JSON.stringify` can access values in a WeakMap. */
const materials = new WeakMap<Key, KeyMaterial>()

/** Creates a {@link Key} from checked parts. */
export function createKey(description: Key, material: KeyMaterial): Key {
  const { alg, kid, use, type, enc, crv } = description
  const key: Key = Object.freeze({ alg, kid, use, type, enc, crv })
  materials.set(key, material)
  return key
}

/** The same key, marked as coming from a JWK without `alg`. */
export const openKey = (key: Key): Key => createKey(key, { ...keyMaterial(key), isOpen: true })

export const isKey = (value: unknown): value is Key =>
  typeof value === 'object' && value !== null && materials.has(value as Key)

/** @throws {TypeError} for an object that was not created by this package. */
export function keyMaterial(key: Key): KeyMaterial {
  const material = materials.get(key)
  if (material === undefined) {
    throw new TypeError('keys: not a Key; create one with importKey, generateKey, importSecret or deriveKey')
  }
  return material
}

/** The header parameters by which a key is selected. Nothing else in a token has an influence. */
export interface KeySelector {
  readonly alg: string
  readonly enc?: string | undefined
  readonly kid?: string | undefined
}

/** Keys that a policy trusts. */
export interface KeySet {
  /**
   * Returns the keys that match a header, in the order they were given; synchronously if they are available. A token
   * that several keys match is rejected, except as `withoutKid` allows. An issuer uses the first key.
   */
  select(header: KeySelector): MaybePromise<readonly Key[]>
  /** Changes whenever a key is removed. */
  readonly generation: number
  /**
   * Called before a token that was verified with a key of this set is accepted again from the cache. Must be
   * synchronous and cheap. A remote set counts it as a use, and reloads itself in time.
   *
   * @returns `false` to prevent that: the token then has to go through `select` again, which waits for the keys or
   * fails with `SB_KEYS_UNAVAILABLE`.
   */
  use?(): boolean
  /**
   * How tokens without `kid` are handled: `'only'` uses the only matching key, `'try'` the first 8 matching ones.
   *
   * @default 'only'
   */
  readonly withoutKid?: 'only' | 'try'
  /**
   * Time limit in seconds for a promise returned by `select`, after which it fails with `SB_KEYS_UNAVAILABLE`.
   * `Infinity` for a set that limits its own time, like those of this package.
   *
   * @default 10
   */
  readonly timeout?: number
  /**
   * Whether the set can ever have a key for an operation, for sets that know. A policy whose keys can never be used is
   * rejected when it is created.
   *
   * @default always
   */
  mayServe?(header: KeySelector, operation: 'sign' | 'verify' | 'encrypt' | 'decrypt'): boolean
  /** Updates the published keys, for a set that shares its keys with other processes. */
  ready?(): MaybePromise<void>
  /** Seconds for which the public keys may be cached; the `max-age` they are served with. */
  readonly maxAge?: number | undefined
  /**
   * Seconds that a key remains trusted after it was last used to issue a token. No token may live longer, because it
   * could outlive the trust in its key; `createIssuer` rejects a longer `maxLifetime`.
   */
  readonly maxTokenLifetime?: number | undefined
}

/** What every option called `keys` accepts. */
export type Keys = Key | KeySet | readonly (Key | KeySet)[]

export const isKeySet = (value: unknown): value is KeySet =>
  typeof value === 'object' && value !== null && 'select' in value && typeof value.select === 'function'

/** Whether a key is for this algorithm. */
export const keyFits = (key: Key, header: KeySelector): boolean =>
  key.alg === header.alg && (key.enc === undefined || key.enc === header.enc)

/**
 * Whether a cached result that used a key of a set may be reused without selecting the key again.
 *
 * A custom set may be written in JavaScript: only the value `true` returned by its `use` counts; a promise, which is
 * truthy, does not.
 *
 * @param generation That of the set when the key was selected.
 */
export function mayStand(keys: KeySet, generation: number): boolean {
  if (keys.generation !== generation) return false
  if (keys.use === undefined) return true
  try {
    return isTrue(keys.use())
  } catch {
    // The token goes through `select`, which reports the cause.
    return false
  }
}
