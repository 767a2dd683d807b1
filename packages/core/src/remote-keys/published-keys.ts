import type { JWK } from 'jose'
import { isJsonObject, type JsonObject } from '../compact/json.js'
import { type Candidate, isForeignJwk, jwkCandidate } from '../keys/jwk-candidate.js'

/** Why a published key is not used. */
export type SkipReason =
  /** Not a JWK, or malformed, too weak or in contradiction with itself. */
  | 'invalid'
  /** Of a type or algorithm that is not supported (RFC 7517 §5). */
  | 'unsupported'
  /** A secret or a private key, which is neither any more once it is published. */
  | 'not-public'
  /** The same key again. */
  | 'repeated'

/** A key of a published set that is not used. */
export interface SkippedKey {
  /** Its place in the set. */
  readonly index: number
  readonly kid: string | undefined
  readonly reason: SkipReason
}

/** What a published set comes to. */
export interface PublishedKeys {
  readonly candidates: readonly Candidate[]
  /** The JWKs of the candidates, as published. */
  readonly used: readonly JWK[]
  readonly skipped: readonly SkippedKey[]
}

/**
 * Reads a JWK Set key by key: a bad one is left out and reported, the good ones work.
 *
 * @returns `undefined` for a document that is no JWK Set.
 */
export async function readPublishedKeys(document: JsonObject): Promise<PublishedKeys | undefined> {
  const { keys } = document
  if (!Array.isArray(keys)) return undefined
  const read: readonly unknown[] = keys
  const seen = new Set<unknown>()
  const candidates: Candidate[] = []
  const used: JWK[] = []
  const skipped: SkippedKey[] = []
  for (const [index, published] of read.entries()) {
    const found = await readKey(published)
    if (typeof found !== 'string' && !seen.has(found.candidate.identity)) {
      seen.add(found.candidate.identity)
      candidates.push(found.candidate)
      used.push(found.jwk)
      continue
    }
    skipped.push({ index, kid: kidOf(published), reason: typeof found === 'string' ? found : 'repeated' })
  }
  return { candidates, used, skipped }
}

const kidOf = (published: unknown): string | undefined =>
  isJsonObject(published) && typeof published['kid'] === 'string' ? published['kid'] : undefined

async function readKey(published: unknown): Promise<{ candidate: Candidate; jwk: JWK } | SkipReason> {
  if (!isJsonObject(published) || typeof published['kty'] !== 'string') return 'invalid'
  if (published['kty'] === 'oct' || 'd' in published || 'k' in published) return 'not-public'
  // Every member that is read is checked at the import.
  const jwk = published as JWK
  if (isForeignJwk(jwk)) return 'unsupported'
  try {
    return { candidate: await jwkCandidate(jwk), jwk }
  } catch {
    return 'invalid'
  }
}
