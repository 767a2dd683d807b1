import type { JSONWebKeySet, JWK } from 'jose'
import { CandidateSet, isListed } from './candidate-set.js'
import { keyCandidate } from './jwk-candidate.js'
import { isKey, type Key, keyMaterial } from './key.js'
import { isKeySet, type Keys } from './key-selection.js'

/**
 * Returns the public half of keys as a JWK Set for publication. Contains public members only; secrets are omitted.
 *
 * @throws {TypeError} for a private key that cannot be exported and was imported without `publicJwk`, or a custom
 * key set that cannot list its keys.
 */
export function publicJwks(keys: Keys): JSONWebKeySet {
  if (isKeySet(keys)) {
    if (isListed(keys)) return keys.publicJwks()
    throw new TypeError('publicJwks: this key set cannot list its keys')
  }
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys]
  if (list.every(isKey)) return new CandidateSet(list.map(keyCandidate)).publicJwks()
  return { keys: list.flatMap((item) => publicMembers(item)) }
}

function publicMembers(item: unknown): readonly JWK[] {
  if (isKeySet(item)) return publicJwks(item).keys
  if (isKey(item)) return new CandidateSet([keyCandidate(item)]).publicJwks().keys
  throw new TypeError('publicJwks: accepts a Key, a key set or a list of them')
}

/**
 * Returns all members of a key, including private ones, for storage in a safe place.
 *
 * @throws {TypeError} for a key that was not created with `extractable: true`.
 */
export function exportJwk(key: Key): JWK {
  const { exportableJwk } = keyMaterial(key)
  if (exportableJwk === undefined) throw new TypeError('exportJwk: create the key with extractable: true')
  return { ...exportableJwk }
}
