import type { JSONWebKeySet } from 'jose'
import { type Algorithm, algorithmOption, algorithms, isAlgorithm } from '../crypto/algorithms.js'
import { checkMembers, oneOf, withDefault } from '../options.js'
import { type Candidate, CandidateSet, keyCandidate, type ListedKeySet } from './candidate-set.js'
import { readJwkSet, type SkippedKey } from './jwk-set.js'
import { isKey, type Key } from './key.js'

/** Options of {@link createKeySet}. */
export interface KeySetOptions {
  /**
   * For tokens without `kid`. `'only'`: the only matching key, or none if several match. `'try'`: each of the first 8
   * matching keys, for secrets that are rotated while tokens have no `kid`.
   *
   * @default 'only'
   */
  readonly withoutKid?: 'only' | 'try'
  /**
   * The algorithm of JWKs without `alg`; several for several key types. By default, such a JWK is used for the one
   * algorithm of its type that a policy allows, and not used if the policy allows several.
   *
   * @default the only one of its type that a policy allows
   */
  readonly algorithm?: Algorithm | readonly Algorithm[]
}

/** A {@link KeySet} held in memory. */
export interface LocalKeySet extends ListedKeySet {
  readonly withoutKid: 'only' | 'try'
  /** The keys of the JWK Set that are not used, and why. */
  readonly skipped: readonly SkippedKey[]
  /**
   * Replaces all keys of the set. Keys given as `Key[]` take effect when the call returns, a JWK Set's once its promise
   * resolves.
   *
   * @throws {TypeError} for input that {@link createKeySet} rejects; the set is then unchanged.
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
    throw new TypeError('createKeySet: accepts a list of keys, or a JWK Set ({ keys: [...] })')
  const candidates = keys.map((key: unknown) => {
    if (isKey(key)) return keyCandidate(key)
    throw new TypeError(
      'createKeySet: every item must be a Key; a JWK Set is passed as { keys: [...] }, and key sets are combined with keys in the list of an option "keys"',
    )
  })
  return { candidates, skipped: [] }
}

async function fromJwks(jwks: JSONWebKeySet, algorithmsOfPolicy: readonly Algorithm[]): Promise<Content> {
  const content = await readJwkSet(jwks, { isPublished: false, algorithms: algorithmsOfPolicy })
  if (content !== undefined && content.candidates.length > 0) return content
  const causes = content?.skipped.map(({ index, reason, detail }) => `keys[${index}]: ${detail ?? reason}`)
  const [cause = 'the list is empty'] = causes ?? []
  throw new TypeError(`createKeySet: the JWK Set contains no key of a supported type and algorithm; ${cause}`)
}

/** Reads the option `algorithm` of key sets. @throws {TypeError} */
export function keySetAlgorithms(option: KeySetOptions['algorithm']): readonly Algorithm[] {
  if (option === undefined) return []
  const list: readonly unknown[] = Array.isArray(option) ? option : [option]
  return list.map((alg) => algorithmOption('algorithm', alg, isAlgorithm, algorithms))
}

/**
 * Creates a key set from keys or a JWK Set (RFC 7517 §5). A JWK that is malformed, too weak or unsupported is skipped
 * and listed in `skipped`; the others work. An issuer uses the first key.
 *
 * @throws {TypeError} for a set without a usable key, items that are not keys, and invalid options.
 */
export async function createKeySet(
  keys: readonly Key[] | JSONWebKeySet,
  options: KeySetOptions = {},
): Promise<LocalKeySet> {
  checkMembers('createKeySet', options, ['withoutKid', 'algorithm'])
  const withoutKid = oneOf('withoutKid', withDefault(options.withoutKid, 'only'), ['only', 'try'])
  const policy = keySetAlgorithms(options.algorithm)
  if (policy.length > 0 && !isJwkSet(keys)) {
    throw new TypeError(
      'algorithm: only applies to JWKs without "alg"; a Key has its algorithm from its import',
    )
  }
  let { candidates, skipped } = isJwkSet(keys) ? await fromJwks(keys, policy) : fromKeys(keys)
  const fitsNone = (alg: Algorithm): boolean => alg !== 'dir' && !candidates.some(({ fits }) => fits({ alg }))
  if (policy.length > 0 && policy.every(fitsNone)) {
    throw new TypeError(`algorithm: no JWK of the set is of the type and curve for ${policy.join(', ')}`)
  }
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
      // Keys that are already imported are replaced without await: old ones must not stay valid until the next tick.
      const content = isJwkSet(next) ? await fromJwks(next, policy) : fromKeys(next)
      // If a later call has finished first, this JWK Set must not restore its own keys.
      if (call < held) return
      held = call
      skipped = content.skipped
      set.hold(content.candidates)
    },
    kids: () => set.kids(),
    publicJwks: () => set.publicJwks(),
  }
}
