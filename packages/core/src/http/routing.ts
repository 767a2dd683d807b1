import type { JsonObject } from '../compact/json.js'
import { parseHeaderSegment } from '../compact/protected-header.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { unverifiedIssuer } from '../jwt/decode.js'
import type { Verdict } from '../jwt/verdict.js'
import type { VerifierPolicy } from '../jwt/verifier.js'
import type { KeySelector, KeySet } from '../keys/key-selection.js'
import { selectKeys } from '../keys/trusted-keys.js'
import { chain, type MaybePromise } from '../maybe-promise.js'

/** The policy of a verifier that opens envelopes. */
interface EnvelopePolicy<Claims = unknown> extends VerifierPolicy<Claims> {
  readonly envelope: NonNullable<VerifierPolicy['envelope']>
}

const isEnvelopePolicy = <Claims>(policy: VerifierPolicy<Claims>): policy is EnvelopePolicy<Claims> =>
  policy.envelope !== undefined

/**
 * Chooses the verifier for an envelope by its `alg`, and by whose keys fit where several allow it. The
 * claims that name the issuer are still sealed.
 *
 * @throws {SealbearerError} `SB_KEY_NOT_FOUND` where none or several fit.
 */
function routeEnvelope<Policy extends EnvelopePolicy>(
  policies: readonly Policy[],
  protectedHeader: JsonObject,
): MaybePromise<Policy> {
  const { alg, enc, kid } = protectedHeader
  if (typeof alg !== 'string' || typeof enc !== 'string' || (kid !== undefined && typeof kid !== 'string')) {
    throw new SealbearerError('SB_HEADER_INVALID')
  }
  // Whether the text is an algorithm at all, the set says.
  const allow = policies.filter(({ envelope }) => envelope.keyManagement.has(alg as KeyManagementAlgorithm))
  if (allow.length < 2) return onlyOne(allow)
  const fits = allow.map(({ envelope }) => hasKeyFor(envelope.keys, { alg, enc, kid }))
  const choose = (answers: readonly boolean[]): Policy => onlyOne(allow.filter((_, index) => answers[index]))
  const known = fits.filter((fit) => typeof fit === 'boolean')
  return known.length === fits.length ? choose(known) : chain(Promise.all(fits), choose)
}

function onlyOne<Policy>(policies: readonly Policy[]): Policy {
  const [policy] = policies
  if (policy === undefined || policies.length > 1) throw new SealbearerError('SB_KEY_NOT_FOUND')
  return policy
}

/** Never throws: beside answers of other sets that are on their way, nobody would take theirs. */
function hasKeyFor(keys: KeySet, selector: KeySelector): MaybePromise<boolean> {
  try {
    return chain(selectKeys(keys, selector), (found) => found.length > 0)
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * Refuses verifiers of which two could claim the same token: which of them decides would be chance.
 *
 * @throws {TypeError} that names the way out.
 */
function checkDistinct(policies: readonly VerifierPolicy<unknown>[]): void {
  policies.forEach((policy, index) => {
    for (const other of policies.slice(index + 1)) checkPair(policy, other)
  })
}

function checkPair(one: VerifierPolicy<unknown>, other: VerifierPolicy<unknown>): void {
  if (isEnvelopePolicy(one) && isEnvelopePolicy(other)) {
    if (canOpenTheSame(one, other)) {
      throw new TypeError(
        'verifier: two verifiers could claim the same envelope; give them different keyManagement algorithms, or keys that all have a kid of their own',
      )
    }
  } else if (!isEnvelopePolicy(one) && !isEnvelopePolicy(other) && canTakeTheSame(one, other)) {
    throw new TypeError(
      'verifier: two verifiers could claim the same signed token; give each its own issuer, and at most one of them a function',
    )
  }
}

function canTakeTheSame(one: VerifierPolicy<unknown>, other: VerifierPolicy<unknown>): boolean {
  if (one.issuers === undefined && other.issuers === undefined) return true
  return (one.issuers ?? []).some(other.takesIssuer) || (other.issuers ?? []).some(one.takesIssuer)
}

function canOpenTheSame(one: EnvelopePolicy, other: EnvelopePolicy): boolean {
  const common = [...one.envelope.keyManagement].some((alg) => other.envelope.keyManagement.has(alg))
  return common && !haveDistinctKids(one.envelope.keys, other.envelope.keys)
}

function haveDistinctKids(one: KeySet, other: KeySet): boolean {
  const [kids, otherKids] = [listKids(one), listKids(other)]
  if (kids === undefined || otherKids === undefined) return false
  return (
    [...kids, ...otherKids].every((kid) => kid !== undefined) && !kids.some((kid) => otherKids.includes(kid))
  )
}

/** Says nothing where the set cannot tell yet which keys it has. */
function listKids(keys: KeySet): readonly (string | undefined)[] | undefined {
  return 'kids' in keys && typeof keys.kids === 'function' ? keys.kids() : undefined
}

type Check<Claims> = (token: string) => MaybePromise<Verdict<Claims>>

/** Parts of a JWS (RFC 7515 §7.1) and of a JWE (RFC 7516 §7.1) in Compact Serialization. */
const signedParts = 3
const envelopeParts = 5

/**
 * Joins the checks of several verifiers into one that gives each token to the one verifier it can be for.
 * What it goes by is not verified yet, so it only ever chooses, and the choice is final: no other verifier
 * tries the token.
 *
 * @throws {TypeError} for an empty list, and for two verifiers that could claim the same token.
 */
export function routedCheck<Claims>(policies: readonly VerifierPolicy<Claims>[]): Check<Claims> {
  const [only] = policies
  if (only === undefined) throw new TypeError('verifier: the list is empty; give at least one verifier')
  if (policies.length === 1) return only.check
  checkDistinct(policies)
  const routeSigned = signedRoute(policies.filter((policy) => !isEnvelopePolicy(policy)))
  const envelopes = policies.filter(isEnvelopePolicy)
  const maxTokenSize = Math.max(...policies.map((policy) => policy.maxTokenSize))
  return (token) => {
    if (token.length > maxTokenSize) throw new SealbearerError('SB_TOKEN_TOO_LARGE')
    const parts = token.split('.', envelopeParts + 1)
    if (parts.length === signedParts) return routeSigned(parts[1] ?? '').check(token)
    if (parts.length !== envelopeParts) throw new SealbearerError('SB_TOKEN_MALFORMED')
    if (envelopes.length === 0) throw new SealbearerError('SB_FORM_MISMATCH')
    const header = parseHeaderSegment(parts[0] ?? '')
    if (header === undefined) throw new SealbearerError('SB_TOKEN_MALFORMED')
    const chosen = routeEnvelope<EnvelopePolicy<Claims>>(envelopes, header)
    return chain(chosen, (policy) => policy.check(token))
  }
}

/** Chooses by `iss`, which is found without asking those who do not decide by a function. */
function signedRoute<Claims>(
  signed: readonly VerifierPolicy<Claims>[],
): (claimsSegment: string) => VerifierPolicy<Claims> {
  const named = new Map(
    signed.flatMap((policy) => (policy.issuers ?? []).map((issuer) => [issuer, policy] as const)),
  )
  const deciding = signed.filter((policy) => policy.issuers === undefined)
  const takersOf = (iss: string): readonly VerifierPolicy<Claims>[] => {
    const taker = named.get(iss)
    return [...(taker ? [taker] : []), ...deciding.filter((policy) => policy.takesIssuer(iss))]
  }
  return (claimsSegment) => {
    if (signed.length === 0) throw new SealbearerError('SB_FORM_MISMATCH')
    const [taker, ...others] = takersOf(unverifiedIssuer(claimsSegment))
    if (taker === undefined || others.length > 0) throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
    return taker
  }
}
