import type { JWK } from 'jose'
import type { Algorithm, ContentEncryptionAlgorithm, Curve } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'

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
