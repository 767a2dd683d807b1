import type { JsonObject } from '../compact/json.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import type { VerifierPolicy } from '../jwt/verifier.js'
import type { KeySelector, KeySet } from '../keys/key-selection.js'
import { selectKeys } from '../keys/trusted-keys.js'
import { chain, type MaybePromise } from '../maybe-promise.js'

/** The policy of a verifier that opens envelopes. */
export interface EnvelopePolicy<Claims = unknown> extends VerifierPolicy<Claims> {
  readonly envelope: NonNullable<VerifierPolicy['envelope']>
}

export const isEnvelopePolicy = <Claims>(policy: VerifierPolicy<Claims>): policy is EnvelopePolicy<Claims> =>
  policy.envelope !== undefined

/**
 * Chooses the verifier for an envelope by its `alg`, and by whose keys fit where several allow it. The
 * claims that name the issuer are still sealed.
 *
 * @throws {SealbearerError} `SB_KEY_NOT_FOUND` where none or several fit.
 */
export function routeEnvelope<Policy extends EnvelopePolicy>(
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
