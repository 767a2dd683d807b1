import type { JSONWebKeySet, JWK } from 'jose'
import { CandidateSet, type ListedKeySet } from './candidate-set.js'
import { keyCandidate } from './jwk-candidate.js'
import { isKey, type Key, keyMaterial } from './key.js'
import { isKeySet, type KeySet, type Keys } from './key-selection.js'

const isListed = (keys: KeySet): keys is ListedKeySet =>
  'publicJwks' in keys && typeof keys.publicJwks === 'function'

/**
 * Says the public half of keys as a JWK Set, to be published. Only public members, ever; secrets are left out.
 *
 * @throws {TypeError} for a private key that cannot be exported and came without `publicJwk`, or a key set
 * of your own that cannot list what it holds.
 */
export function publicJwks(keys: Keys): JSONWebKeySet {
  if (isKeySet(keys)) {
    if (isListed(keys)) return keys.publicJwks()
    throw new TypeError('publicJwks: this key set cannot list its keys')
  }
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys]
  if (!list.every(isKey)) throw new TypeError('publicJwks: takes a Key, a list of them or a key set')
  return new CandidateSet(list.map(keyCandidate)).publicJwks()
}

/**
 * Says all members of a key, private ones included, to be kept in a safe place.
 *
 * @throws {TypeError} for a key that was not made with `extractable: true`.
 */
export function exportJwk(key: Key): JWK {
  const { exportableJwk } = keyMaterial(key)
  if (exportableJwk === undefined) throw new TypeError('exportJwk: make the key with extractable: true')
  return { ...exportableJwk }
}
