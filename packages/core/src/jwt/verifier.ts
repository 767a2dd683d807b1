import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ownMember } from '../compact/json.js'
import { checkTokenText } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { type KeySet, mayStand } from '../keys/key.js'
import { chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import type { JwtClaims } from './claims.js'
import { applyClaimsSchema, returnsSame } from './claims-schema.js'
import { registerVerifier, type TokenCheck, type Verifier } from './define-verifier.js'
import { signersOf } from './issuer-keys.js'
import type { TokenUse } from './revocations.js'
import type { ReadToken } from './token-reader.js'
import { validateLife, validateParties, validateTimes } from './validate.js'
import {
  cacheOption,
  createVerificationCache,
  type Rechecks,
  type TokenForm,
  type Verification,
  type VerificationCache,
  type VerifiedToken,
} from './verification.js'
import type { AudienceOption, IssuerOption, PolicyClaims, VerifierOptions } from './verifier-options.js'
import { type VerifierRules, verifierRules } from './verifier-rules.js'

/**
 * Creates a verifier. The policy determines the form: `signature` alone accepts signed tokens, `signature` and
 * `encryption` nested ones, `encryption` alone encrypted ones. Tokens of any other form are rejected.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid, or that no token can meet. The message names
 * the option and the fix.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://api.example.com',
 *   typ: 'at+jwt',
 *   signature: { algorithms: ['ES256'], keys },
 * })
 * const { claims } = await verifier.verify(token)
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725 RFC 8725}
 */
export function createVerifier<
  Schema extends StandardSchemaV1 | undefined = undefined,
  Names extends string = string,
  Issuer extends IssuerOption | null = IssuerOption,
  Audience extends AudienceOption | null = AudienceOption,
  Exp extends 'optional' | undefined = undefined,
>(
  options: VerifierOptions<Schema, Names, Issuer, Audience, Exp>,
): Verifier<PolicyClaims<Schema, Names, Issuer, Audience, Exp>> {
  type Claims = PolicyClaims<Schema, Names, Issuer, Audience, Exp>
  const rules = verifierRules(options)
  const limits = cacheOption(options.cache)
  const cache = limits && createVerificationCache(limits)
  const check = tokenCheck(rules, cache)

  const verifier: Verifier<Claims> = {
    async verify(token: string) {
      const verification = check(token)
      const verified = isPromise(verification) ? (await verification).token : verification.token
      // The rules guarantee this claims type; with a schema, it is its output.
      return verified as VerifiedToken<Claims>
    },
  }
  const { reader, claimsPolicy: policy, maxTokenSize } = rules
  return registerVerifier(verifier, {
    form: reader.form,
    encryption: reader.encryption,
    maxTokenSize,
    check,
    issuers: policy.issuers,
    acceptsIssuer: policy.acceptsIssuer,
    signers: signersOf(options.signature?.keys, policy.issuers),
    configured: { audience: options.audience, algorithms: options.signature?.algorithms },
    remembers: (token) => cache?.get(token) !== undefined,
    checkWith: (shared, within) => tokenCheck(rules, cache && shared, within),
  })
}

type Checked = MaybePromise<Verification<unknown>>

const unchanged = (own: Rechecks): Rechecks => own

/**
 * Creates the check of one verifier, which caches accepted tokens in `cache` if present.
 *
 * @param within Changes how verifications are checked again, for a verifier that is part of another one.
 */
function tokenCheck(
  rules: VerifierRules,
  cache: VerificationCache | undefined,
  within: (own: Rechecks) => Rechecks = unchanged,
): TokenCheck {
  const verify = (token: string, use: TokenUse | undefined): Checked =>
    chain(verifyOnce(token, rules, rechecks), (verification) => {
      cache?.set(token, verification)
      return finish(verification, use, rules)
    })
  const repeat = (verification: Verification<unknown>, token: string, use: TokenUse | undefined): Checked => {
    if (!verification.isRepeatable || !isTrusted(verification, rules.reader.keySets)) {
      cache?.delete(token)
      return verify(token, use)
    }
    validateAgain(verification, rules)
    const { schema } = rules
    if (schema === undefined) return finish(verification, use, rules)
    return chain(returnsSame(schema, verification.claims, verification.token.claims), (isSame) => {
      if (isSame) return finish(verification, use, rules)
      cache?.delete(token)
      return verify(token, use)
    })
  }
  const stillHolds = (verification: Verification<unknown>): boolean => {
    validateLives(verification.claims, verification.outerClaims, rules)
    // The token counts as used already.
    rules.checkRevocations?.(verification, 'own')
    return rules.reader.keySets.every((keys, i) => keys.generation === verification.generations[i])
  }
  const rechecks = within({
    recheck: (verification, token, use) =>
      whileItHolds(repeat(verification, token, use), stillHolds, () => verify(token, use)),
    stillHolds,
  })
  return (token, use) => {
    checkTokenText(token, rules.maxTokenSize)
    const remembered = cache?.get(token)
    // Ignores entries of other verifiers in a shared cache.
    const first =
      remembered?.recheck === rechecks.recheck ? repeat(remembered, token, use) : verify(token, use)
    return whileItHolds(first, stillHolds, () => verify(token, use))
  }
}

/** If a key is removed while its token is being verified, the token is verified once more. */
function whileItHolds(first: Checked, stillHolds: Rechecks['stillHolds'], again: () => Checked): Checked {
  if (!isPromise(first)) return first
  return first.then((verification) => {
    if (stillHolds(verification)) return verification
    return chain(again(), (second) => {
      if (!stillHolds(second)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return second
    })
  })
}

/** Whether the keys of a verification are unchanged and still in use. */
const isTrusted = ({ generations }: Verification<unknown>, keySets: readonly KeySet[]): boolean =>
  keySets.every((keys, i) => mayStand(keys, generations[i] ?? Number.NaN))

/** Checks that depend on time or on an application function. */
function validateAgain({ claims, outerClaims }: Verification<unknown>, rules: VerifierRules): void {
  validateLives(claims, outerClaims, rules)
  // A function may accept an issuer today and not tomorrow; a list cannot change.
  if (rules.claimsPolicy.issuers === undefined) validateParties(claims, rules.claimsPolicy)
}

function validateLives(
  claims: JwtClaims,
  outerClaims: JwtClaims | undefined,
  { claimsPolicy, now }: VerifierRules,
): void {
  const seconds = now()
  validateTimes(claims, claimsPolicy, seconds)
  if (outerClaims !== undefined) validateLife(outerClaims, claimsPolicy.clockTolerance, seconds)
}

/** Checks on every use of a token. */
function finish(
  verification: Verification<unknown>,
  use: TokenUse | undefined,
  rules: VerifierRules,
): Checked {
  rules.checkRevocations?.(verification, use)
  return rules.checkRevoked === undefined ? verification : rules.checkRevoked(verification)
}

function verifyOnce(token: string, rules: VerifierRules, rechecks: Rechecks): Checked {
  const { reader, claimsPolicy, schema, now, revocations } = rules
  const generations = reader.keySets.map((keys) => keys.generation)
  return chain(reader.read(token), (found) => {
    validateParties(found.claims, claimsPolicy)
    validateLives(found.claims, found.outerClaims, rules)
    const make = (claims: unknown, isRepeatable: boolean): Verification<unknown> => ({
      token: verifiedToken(reader.form, found, claims),
      claims: found.claims,
      outerClaims: found.outerClaims,
      isRepeatable,
      generations,
      now,
      maxTokenAge: claimsPolicy.maxTokenAge,
      revocations,
      recheck: rechecks.recheck,
      stillHolds: rechecks.stillHolds,
    })
    if (schema === undefined) return make(found.claims, true)
    const applied = applyClaimsSchema(schema, found.claims)
    return chain(applied, ({ claims, isRepeatable }) => make(claims, isRepeatable))
  })
}

function verifiedToken(form: TokenForm, found: ReadToken, claims: unknown): VerifiedToken<unknown> {
  const { protectedHeader, encryptionHeader, outerClaims } = found
  const own = confirmationOf(found.claims)
  // Not with ??, because a `cnf` of null is also a binding.
  const confirmation = own === undefined ? confirmationOf(outerClaims) : own
  return Object.freeze({ claims, form, protectedHeader, encryptionHeader, confirmation })
}

/** Any value of `cnf` is a binding. */
const confirmationOf = (claims: JwtClaims | undefined): unknown => claims && ownMember(claims, 'cnf')
