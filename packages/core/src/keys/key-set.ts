import type { JSONWebKeySet, JWK } from 'jose'
import { CandidateSet, type ListedKeySet } from './candidate-set.js'
import { type Candidate, isForeignJwk, jwkCandidate, keyCandidate } from './jwk-candidate.js'
import { isKey, type Key } from './key.js'

/** A {@link KeySet} held in memory. */
export interface LocalKeySet extends ListedKeySet {
  /**
   * Changes what the set holds, all at once. Keys given as `Key[]` are in force when the call returns,
   * a JWK Set's once its promise resolves.
   *
   * @throws {TypeError} for what {@link createKeySet} refuses; the set then holds what it held.
   */
  replace(keys: readonly Key[] | JSONWebKeySet): Promise<void>
}

const isJwkSet = (keys: unknown): keys is JSONWebKeySet =>
  typeof keys === 'object' && keys !== null && 'keys' in keys && Array.isArray(keys.keys)

function fromKeys(keys: unknown): readonly Candidate[] {
  if (!Array.isArray(keys))
    throw new TypeError('createKeySet: takes a list of keys, or a JWK Set ({ keys: [...] })')
  return keys.map((key: unknown) => {
    if (isKey(key)) return keyCandidate(key)
    throw new TypeError('createKeySet: every item must be a Key; a JWK Set is passed as { keys: [...] }')
  })
}

async function fromJwks({ keys }: JSONWebKeySet): Promise<readonly Candidate[]> {
  const known: JWK[] = keys.filter((jwk) => typeof jwk === 'object' && jwk !== null && !isForeignJwk(jwk))
  if (known.length === 0)
    throw new TypeError('createKeySet: the JWK Set holds no key of a supported type and algorithm')
  return Promise.all(known.map(jwkCandidate))
}

/**
 * Makes a set of keys, out of keys or of a JWK Set (RFC 7517 §5). Keys of a set whose type or algorithm is
 * not supported are left out; a key that is malformed or too weak is an error. The first key given is the
 * one that an issuer uses.
 *
 * @throws {TypeError}
 */
export async function createKeySet(keys: readonly Key[] | JSONWebKeySet): Promise<LocalKeySet> {
  const set = new CandidateSet(isJwkSet(keys) ? await fromJwks(keys) : fromKeys(keys))
  let calls = 0
  let held = 0
  return {
    select: (header) => set.select(header),
    get generation() {
      return set.generation
    },
    async replace(next) {
      const call = ++calls
      // No await in front of keys that are there already: old ones must not live on until the next tick.
      const candidates = isJwkSet(next) ? await fromJwks(next) : fromKeys(next)
      // A JWK Set that took longer than a later call's must not bring its keys back.
      if (call < held) return
      held = call
      set.hold(candidates)
    },
    kids: () => set.kids(),
    publicJwks: () => set.publicJwks(),
  }
}
