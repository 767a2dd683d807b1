import { parseHeaderSegment } from '../compact/protected-header.js'
import { SealbearerError } from '../errors.js'
import { unverifiedIssuer } from '../jwt/decode.js'
import type { Verdict } from '../jwt/verdict.js'
import type { VerifierPolicy } from '../jwt/verifier.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { checkDistinct } from './distinct-verifiers.js'
import { type EnvelopePolicy, isEnvelopePolicy, routeEnvelope } from './envelope-route.js'

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
