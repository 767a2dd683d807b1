import type { JSONWebKeySet } from 'jose'
import { type Algorithm, algorithmOption, algorithms, isAlgorithm } from '../crypto/algorithms.js'
import { checkMembers, oneOf } from '../options.js'
import { CandidateSet, type ListedKeySet } from './candidate-set.js'
import { type Candidate, keyCandidate } from './jwk-candidate.js'
import { readJwkSet, type SkippedKey } from './jwk-set.js'
import { isKey, type Key } from './key.js'

/** How {@link createKeySet} chooses. */
export interface KeySetOptions {
  /**
   * For tokens that name no key. `'only'`: the one key that fits, and none where several do. `'try'`: each of
   * the first 8 that fit, for secrets that are replaced where tokens name no key.
   *
   * @default 'only'
   */
  readonly withoutKid?: 'only' | 'try'
  /**
   * The algorithm of JWKs that name none; several for several types of keys. Without it, such a JWK serves the one
   * algorithm of its type that a policy pins, and none where the policy pins several.
   */
  readonly algorithm?: Algorithm | readonly Algorithm[]
}

/** A {@link KeySet} held in memory. */
export interface LocalKeySet extends ListedKeySet {
  readonly withoutKid: 'only' | 'try'
  /** The keys of the JWK Set that are not used, and why. */
  readonly skipped: readonly SkippedKey[]
  /**
   * Changes what the set holds, all at once. Keys given as `Key[]` are in force when the call returns,
   * a JWK Set's once its promise resolves.
   *
   * @throws {TypeError} for what {@link createKeySet} refuses; the set then holds what it held.
   */
  replace(keys: readonly Key[] | JSONWebKeySet): Promise<void>
}

interface Content {
  readonly candidates: readonly Candidate[]
  readonly skipped: readonly SkippedKey[]
}

const isJwkSet = (keys: unknown): keys is JSONWebKeySet =>
  typeof keys === 'object' && keys !== null && 'keys' in keys && Array.isArray(keys.keys)

function fromKeys(keys: unknown): Content {
  if (!Array.isArray(keys))
    throw new TypeError('createKeySet: takes a list of keys, or a JWK Set ({ keys: [...] })')
  const candidates = keys.map((key: unknown) => {
    if (isKey(key)) return keyCandidate(key)
    throw new TypeError(
      'createKeySet: every item must be a Key; a JWK Set is passed as { keys: [...] }, and key sets stand beside keys in the list of an option "keys"',
    )
  })
  return { candidates, skipped: [] }
}

async function fromJwks(jwks: JSONWebKeySet, algorithmsOfPolicy: readonly Algorithm[]): Promise<Content> {
  const content = await readJwkSet(jwks, { isPublished: false, algorithms: algorithmsOfPolicy })
  if (content !== undefined && content.candidates.length > 0) return content
  const causes = content?.skipped.map(({ index, reason, detail }) => `keys[${index}]: ${detail ?? reason}`)
  const [cause = 'the list is empty'] = causes ?? []
  throw new TypeError(`createKeySet: the JWK Set holds no key of a supported type and algorithm; ${cause}`)
}

/** Reads the option `algorithm` of key sets. @throws {TypeError} */
export function keySetAlgorithms(option: KeySetOptions['algorithm']): readonly Algorithm[] {
  if (option === undefined) return []
  const list: readonly unknown[] = Array.isArray(option) ? option : [option]
  return list.map((alg) => algorithmOption('algorithm', alg, isAlgorithm, algorithms))
}

/**
 * Makes a set of keys, out of keys or of a JWK Set (RFC 7517 §5). A JWK that is malformed, too weak or not
 * supported is left out and listed in `skipped`; the others work. The first key given is the one that an issuer uses.
 *
 * @throws {TypeError} for a set without one usable key, items that are not keys, and wrong options.
 */
export async function createKeySet(
  keys: readonly Key[] | JSONWebKeySet,
  options: KeySetOptions = {},
): Promise<LocalKeySet> {
  checkMembers('createKeySet', options, ['withoutKid', 'algorithm'])
  const withoutKid = oneOf('withoutKid', options.withoutKid ?? 'only', ['only', 'try'])
  const policy = keySetAlgorithms(options.algorithm)
  if (policy.length > 0 && !isJwkSet(keys)) {
    throw new TypeError('algorithm: is for JWKs that name none; a Key has its algorithm from its import')
  }
  let { candidates, skipped } = isJwkSet(keys) ? await fromJwks(keys, policy) : fromKeys(keys)
  const set = new CandidateSet(candidates, withoutKid)
  let calls = 0
  let held = 0
  return {
    withoutKid,
    select: (header) => set.select(header),
    get generation() {
      return set.generation
    },
    get skipped() {
      return skipped
    },
    async replace(next) {
      const call = ++calls
      // No await in front of keys that are there already: old ones must not live on until the next tick.
      const content = isJwkSet(next) ? await fromJwks(next, policy) : fromKeys(next)
      // A JWK Set that took longer than a later call's must not bring its keys back.
      if (call < held) return
      held = call
      skipped = content.skipped
      set.hold(content.candidates)
    },
    kids: () => set.kids(),
    publicJwks: () => set.publicJwks(),
  }
}
