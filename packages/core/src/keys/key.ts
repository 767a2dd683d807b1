import type { JWK } from 'jose'
import type { Algorithm, ContentEncryptionAlgorithm, Curve } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'

/** A key made for one algorithm. Its material is out of reach of loggers and inspectors. */
export interface Key {
  readonly alg: Algorithm
  readonly kid: string | undefined
  readonly use: 'sig' | 'enc'
  readonly type: 'secret' | 'public' | 'private'
  /** The only content encryption this key serves; always set for `dir`. */
  readonly enc: ContentEncryptionAlgorithm | undefined
  readonly crv: Curve | undefined
}

interface KeyMaterial {
  readonly operations: KeyOperations
  /** The public members; `undefined` for a secret, and for a private key that came without them. */
  readonly publicJwk: JWK | undefined
  /** All members, where the key was made extractable. */
  readonly exportableJwk: JWK | undefined
  /** Whether the key comes from a JWK that names no `alg`; then the policy must leave no choice. */
  readonly isOpen?: boolean
}

/** Neither `util.inspect` nor `JSON.stringify` sees what hangs on a WeakMap. */
const materials = new WeakMap<Key, KeyMaterial>()

/** Makes a {@link Key} out of checked parts. */
export function createKey(description: Key, material: KeyMaterial): Key {
  const { alg, kid, use, type, enc, crv } = description
  const key: Key = Object.freeze({ alg, kid, use, type, enc, crv })
  materials.set(key, material)
  return key
}

/** The same key, marked as one whose JWK names no `alg`. */
export const openKey = (key: Key): Key => createKey(key, { ...keyMaterial(key), isOpen: true })

export const isKey = (value: unknown): value is Key =>
  typeof value === 'object' && value !== null && materials.has(value as Key)

/** @throws {TypeError} for an object that this package did not make. */
export function keyMaterial(key: Key): KeyMaterial {
  const material = materials.get(key)
  if (material === undefined) {
    throw new TypeError('keys: not a Key; make one with importKey, generateKey, importSecret or deriveKey')
  }
  return material
}
