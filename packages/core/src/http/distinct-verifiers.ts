import type { VerifierPolicy } from '../jwt/verifier.js'
import type { KeySet } from '../keys/key-selection.js'
import { type EnvelopePolicy, isEnvelopePolicy } from './envelope-route.js'

/**
 * Refuses verifiers of which two could claim the same token: which of them decides would be chance.
 *
 * @throws {TypeError} that names the way out.
 */
export function checkDistinct(policies: readonly VerifierPolicy<unknown>[]): void {
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
