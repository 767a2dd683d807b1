import type { JsonObject } from '../compact/json.js'
import { parseHeaderSegment } from '../compact/protected-header.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { unverifiedIssuer } from '../jwt/decode.js'
import type { VerifierPolicy } from '../jwt/define-verifier.js'
import { selectKeys } from '../keys/candidate-set.js'
import type { KeySelector, KeySet } from '../keys/key.js'
import { chain, type MaybePromise } from '../maybe-promise.js'

/** The policy of a verifier that decrypts tokens. */
interface DecryptingPolicy<Claims = unknown> extends VerifierPolicy<Claims> {
  readonly encryption: NonNullable<VerifierPolicy['encryption']>
}

const isDecryptingPolicy = <Claims>(policy: VerifierPolicy<Claims>): policy is DecryptingPolicy<Claims> =>
  policy.encryption !== undefined

/**
 * Selects the verifier for an encrypted token by its `alg`, and by matching keys if several allow it. The claims with the
 * issuer are still encrypted.
 *
 * @throws {SealbearerError} `SB_KEY_NOT_FOUND` if none or several match.
 */
function routeEncrypted<Policy extends DecryptingPolicy>(
  policies: readonly Policy[],
  protectedHeader: JsonObject,
): MaybePromise<Policy> {
  const { alg, enc, kid } = protectedHeader
  if (typeof alg !== 'string' || typeof enc !== 'string' || (kid !== undefined && typeof kid !== 'string')) {
    throw new SealbearerError('SB_HEADER_INVALID', 'alg, enc or kid')
  }
  // The key set checks whether the text is an algorithm at all.
  const allow = policies.filter(({ encryption }) =>
    encryption.keyManagement.has(alg as KeyManagementAlgorithm),
  )
  if (allow.length < 2) return onlyOne(allow)
  const fits = allow.map(({ encryption }) => hasKeyFor(encryption.keys, { alg, enc, kid }))
  const choose = (answers: readonly boolean[]): Policy => onlyOne(allow.filter((_, index) => answers[index]))
  const known = fits.filter((fit) => typeof fit === 'boolean')
  return known.length === fits.length ? choose(known) : chain(Promise.all(fits), choose)
}

function onlyOne<Policy>(policies: readonly Policy[]): Policy {
  const [policy] = policies
  if (policy === undefined)
    throw new SealbearerError('SB_KEY_NOT_FOUND', 'alg and kid: no verifier has such a key')
  if (policies.length > 1) {
    throw new SealbearerError('SB_KEY_NOT_FOUND', 'alg and kid: several verifiers have such a key')
  }
  return policy
}

/** Never throws: if other sets are still pending, an error would be lost. */
function hasKeyFor(keys: KeySet, selector: KeySelector): MaybePromise<boolean> {
  try {
    return chain(selectKeys(keys, selector), (found) => found.length > 0)
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * Rejects verifiers of which two could accept the same token: the choice between them would be arbitrary.
 *
 * @throws {TypeError} The message describes the fix.
 */
function checkDistinct(policies: readonly VerifierPolicy<unknown>[]): void {
  policies.forEach((policy, index) => {
    for (const other of policies.slice(index + 1)) checkPair(policy, other)
  })
}

/** Accepts text whose form no other verifier accepts. */
const isOpaque = ({ form }: VerifierPolicy<unknown>): boolean => form === undefined || form === 'opaque'

function checkPair(one: VerifierPolicy<unknown>, other: VerifierPolicy<unknown>): void {
  if (isOpaque(one) && isOpaque(other)) {
    throw new TypeError(
      'verifier: two verifiers could claim the same opaque token; give all but one a form, or join them in one defineVerifier',
    )
  }
  const isDefinedBeside = (policy: VerifierPolicy<unknown>, another: VerifierPolicy<unknown>): boolean =>
    !isOpaque(policy) &&
    policy.form !== 'signed' &&
    !isDecryptingPolicy(policy) &&
    !isOpaque(another) &&
    another.form !== 'signed'
  if (isDefinedBeside(one, other) || isDefinedBeside(other, one)) {
    throw new TypeError(
      'verifier: a verifier from defineVerifier for encrypted or nested tokens must be the only one for these forms; join them in one defineVerifier',
    )
  }
  if (isDecryptingPolicy(one) && isDecryptingPolicy(other)) {
    if (canDecryptTheSame(one, other)) {
      throw new TypeError(
        'verifier: two verifiers could claim the same encrypted token; give them different keyManagement algorithms, or keys that all have a kid of their own',
      )
    }
  } else if (one.form === 'signed' && other.form === 'signed' && canAcceptTheSame(one, other)) {
    throw new TypeError(
      'verifier: two verifiers could claim the same signed token; give each its own issuer, and at most one of them a function',
    )
  }
}

function canAcceptTheSame(one: VerifierPolicy<unknown>, other: VerifierPolicy<unknown>): boolean {
  if (one.issuers === undefined && other.issuers === undefined) return true
  return acceptsOneOf(one, other.issuers) || acceptsOneOf(other, one.issuers)
}

const acceptsOneOf = (
  { issuers, acceptsIssuer }: VerifierPolicy<unknown>,
  names: VerifierPolicy['issuers'] = [],
): boolean => names.some((name) => (name === null ? issuers?.includes(null) : acceptsIssuer(name)))

function canDecryptTheSame(one: DecryptingPolicy, other: DecryptingPolicy): boolean {
  const common = [...one.encryption.keyManagement].some((alg) => other.encryption.keyManagement.has(alg))
  return common && !haveDistinctKids(one.encryption.keys, other.encryption.keys)
}

function haveDistinctKids(one: KeySet, other: KeySet): boolean {
  const [kids, otherKids] = [listKids(one), listKids(other)]
  if (kids === undefined || otherKids === undefined) return false
  return (
    [...kids, ...otherKids].every((kid) => kid !== undefined) && !kids.some((kid) => otherKids.includes(kid))
  )
}

/** `undefined` if the set does not know its keys yet. */
function listKids(keys: KeySet): readonly (string | undefined)[] | undefined {
  return 'kids' in keys && typeof keys.kids === 'function' ? keys.kids() : undefined
}

/** Returns the only verifier that a token can be for. */
export type Route<Claims> = (token: string) => MaybePromise<VerifierPolicy<Claims>>

/** Number of segments of a JWS (RFC 7515 §7.1) and of a JWE (RFC 7516 §7.1) in Compact Serialization. */
const jwsSegments = 3
const jweSegments = 5

/**
 * Creates the route from a token to one of several verifiers. The data it uses is not verified yet, so it only selects,
 * and the choice is final: no other verifier tries the token.
 *
 * @throws {TypeError} for an empty list, and for two verifiers that could claim the same token.
 */
export function createRoute<Claims>(policies: readonly VerifierPolicy<Claims>[]): Route<Claims> {
  if (policies.length === 0) throw new TypeError('verifier: the list is empty; give at least one verifier')
  checkDistinct(policies)
  const signed = policies.filter(({ form }) => form === 'signed')
  const opaque = policies.find(isOpaque)
  const encrypted = policies.filter((policy) => policy.form !== 'signed' && !isOpaque(policy))
  const routeSigned = signedRoute(signed)
  const decrypting = encrypted.filter(isDecryptingPolicy)
  const maxTokenSize = Math.max(...policies.map((policy) => policy.maxTokenSize))
  const routeByHeader = (headerSegment: string): MaybePromise<VerifierPolicy<Claims>> => {
    const [alone] = encrypted
    // A custom verifier has no algorithms to select by, and must be the only one.
    if (alone !== undefined && !isDecryptingPolicy(alone)) return alone
    const header = parseHeaderSegment(headerSegment)
    if (header === undefined) throw new SealbearerError('SB_TOKEN_MALFORMED')
    return routeEncrypted<DecryptingPolicy<Claims>>(decrypting, header)
  }
  return (token) => {
    if (token.length > maxTokenSize) throw new SealbearerError('SB_TOKEN_TOO_LARGE')
    const segments = token.split('.', jweSegments + 1)
    if (segments.length === jwsSegments && signed.length > 0) return routeSigned(segments[1] ?? '')
    if (segments.length === jweSegments && encrypted.length > 0) return routeByHeader(segments[0] ?? '')
    if (opaque !== undefined) return opaque
    const isCompact = segments.length === jwsSegments || segments.length === jweSegments
    if (!isCompact) throw new SealbearerError('SB_TOKEN_MALFORMED')
    throw new SealbearerError('SB_FORM_MISMATCH', segments.length === jwsSegments ? 'signed' : 'encrypted')
  }
}

/** Selects by `iss`: the verifier that names it, or whose function accepts it. If several do, none is selected. */
function signedRoute<Claims>(
  signed: readonly VerifierPolicy<Claims>[],
): (claimsSegment: string) => VerifierPolicy<Claims> {
  const byName = new Map(
    signed.flatMap((policy) => (policy.issuers ?? []).map((issuer) => [issuer, policy] as const)),
  )
  const byFunction = signed.filter((policy) => policy.issuers === undefined)
  const policiesFor = (iss: string | null): readonly VerifierPolicy<Claims>[] => {
    const named = byName.get(iss)
    return [
      ...(named ? [named] : []),
      ...(iss === null ? [] : byFunction.filter((policy) => policy.acceptsIssuer(iss))),
    ]
  }
  return (claimsSegment) => {
    const [policy, ...others] = policiesFor(unverifiedIssuer(claimsSegment))
    if (policy === undefined || others.length > 0) throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
    return policy
  }
}
