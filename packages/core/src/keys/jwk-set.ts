import type { JSONWebKeySet, JWK } from 'jose'
import { isJsonObject } from '../compact/json.js'
import { type Algorithm, isAlgorithm } from '../crypto/algorithms.js'
import { type Candidate, CandidateSet, isListed, keyCandidate } from './candidate-set.js'
import { InvalidKeyError } from './invalid-key-error.js'
import { checkRsa, maxPublishedRsa } from './jwk.js'
import { isForeignJwk, jwkCandidate, jwkIdentity } from './jwk-candidate.js'
import { isKey, isKeySet, type Key, type Keys, keyMaterial } from './key.js'
import { whyUnsupported } from './key-description.js'

/** Why a key of a JWK Set is not used. */
export type SkipReason =
  /** Not a JWK, or malformed, too weak, too large or contradictory. */
  | 'invalid'
  /** An unsupported type or algorithm (RFC 7517 §5), also one that this runtime lacks. */
  | 'unsupported'
  /** A secret or a private key: published, it is compromised. */
  | 'not-public'
  /** A duplicate of another key. */
  | 'repeated'
  /** Beyond the maximum number of keys; stands for all that follow. */
  | 'too-many'

/** A key of a JWK Set that is not used. */
export interface SkippedKey {
  /** Its index in the set. */
  readonly index: number
  readonly kid: string | undefined
  readonly reason: SkipReason
  /** The reason if it is invalid, or what this runtime lacks. Contains no key values. */
  readonly detail?: string
}

/** The result of parsing a JWK Set. */
export interface JwkSetContent {
  readonly candidates: readonly Candidate[]
  /** The JWKs of the candidates, as published. */
  readonly used: readonly JWK[]
  readonly skipped: readonly SkippedKey[]
}

/** Options for parsing a JWK Set. */
export interface JwkSetRules {
  /** Whether the set is published by another party: then only public keys are accepted, at most 100, of limited size. */
  readonly isPublished: boolean
  /** Algorithms for JWKs without `alg`, at most one per type. */
  readonly algorithms: readonly Algorithm[]
  /** Previous candidates by identity, which need not be imported again. */
  readonly known?: ReadonlyMap<unknown, Candidate>
}

/** Providers publish only a few; importing this many takes tens of milliseconds. */
const maxPublished = 100

/** Importing one key can block the event loop for up to two milliseconds. */
const keysPerTurn = 4

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/**
 * Parses a JWK Set key by key: an invalid key is skipped and reported, the valid ones work. Yields to the event loop
 * between keys.
 *
 * @returns `undefined` for a document that is not a JWK Set.
 */
export async function readJwkSet(
  { keys }: { readonly keys?: unknown },
  rules: JwkSetRules,
): Promise<JwkSetContent | undefined> {
  if (!Array.isArray(keys)) return undefined
  const read: readonly unknown[] = rules.isPublished ? keys.slice(0, maxPublished) : keys
  const content = { candidates: [] as Candidate[], used: [] as JWK[], skipped: [] as SkippedKey[] }
  const seen = new Set<unknown>()
  let imported = 0
  for (const [index, published] of read.entries()) {
    const found = refusalOf(published, rules.isPublished) ?? (await readKey(published as JWK, rules))
    if ('candidate' in found && !seen.has(found.candidate.identity)) {
      seen.add(found.candidate.identity)
      content.candidates.push(found.candidate)
      content.used.push(published as JWK)
    } else {
      const reason = 'candidate' in found ? ({ reason: 'repeated' } as const) : found
      content.skipped.push({ index, kid: kidOf(published), ...reason })
    }
    if ('isKnown' in found && found.isKnown) continue
    if (++imported % keysPerTurn === 0) await nextTurn()
  }
  if (read.length < keys.length) {
    content.skipped.push({ index: read.length, kid: kidOf(keys[read.length]), reason: 'too-many' })
  }
  return content
}

const kidOf = (published: unknown): string | undefined =>
  isJsonObject(published) && typeof published['kid'] === 'string' ? published['kid'] : undefined

type Refusal = Pick<SkippedKey, 'reason' | 'detail'>

/** Problems of a list member that are detected before it is parsed as a JWK. */
function refusalOf(published: unknown, isPublished: boolean): Refusal | undefined {
  if (!isJsonObject(published) || typeof published['kty'] !== 'string')
    return { reason: 'invalid', detail: 'key: not a JWK' }
  if (isPublished && (published['kty'] === 'oct' || ['d', 'k', 'priv'].some((name) => name in published))) {
    return { reason: 'not-public' }
  }
  return isForeignJwk(published) ? { reason: 'unsupported' } : undefined
}

async function readKey(
  jwk: JWK,
  { isPublished, algorithms, known }: JwkSetRules,
): Promise<{ candidate: Candidate; isKnown: boolean } | Refusal> {
  try {
    const before = known?.get(jwkIdentity(jwk, algorithms))
    if (before !== undefined) return { candidate: before, isKnown: true }
    const lacking = isAlgorithm(jwk.alg) ? await whyUnsupported(jwk.alg) : undefined
    if (lacking !== undefined) return { reason: 'unsupported', detail: lacking }
    if (isPublished && jwk.kty === 'RSA') checkRsa(jwk, maxPublishedRsa)
    const candidate = await jwkCandidate(jwk, algorithms)
    // A public key may be another party's, wherever its set was loaded from.
    if (jwk.kty === 'RSA' && jwk.d === undefined) checkRsa(jwk, maxPublishedRsa)
    return { candidate, isKnown: false }
  } catch (error) {
    // Any other error is of the runtime or of a getter, and its message can quote the key.
    return { reason: 'invalid', ...(error instanceof InvalidKeyError && { detail: error.message }) }
  }
}

/**
 * Returns the public half of keys as a JWK Set for publication. Contains public members only; secrets are omitted.
 *
 * @throws {TypeError} for a private key that cannot be exported and was imported without `publicJwk`, or a custom
 * key set that cannot list its keys.
 */
export function publicJwks(keys: Keys): JSONWebKeySet {
  if (isKeySet(keys)) {
    if (isListed(keys)) return keys.publicJwks()
    throw new TypeError(
      'publicJwks: this key set cannot list its keys; pass the keys, or a set from createKeySet',
    )
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
