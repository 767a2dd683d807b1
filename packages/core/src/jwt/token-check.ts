import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ownMember } from '../compact/json.js'
import { checkTokenText } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { type KeySet, mayStand } from '../keys/key.js'
import { chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import type { JwtClaims } from './claims.js'
import { applyClaimsSchema } from './claims-schema.js'
import type { RevocationCheck, TokenRevocations, TokenUse } from './revocations.js'
import type { RevokedCheck } from './revoked.js'
import type { FormReader, ReadToken } from './token-reader.js'
import { type ClaimsPolicy, validateLife, validateParties, validateTimes } from './validate.js'
import type { Rechecks, TokenForm, Verdict, VerifiedToken } from './verdict.js'
import type { VerdictCache } from './verdict-cache.js'
import type { TokenCheck } from './verifier-policy.js'

/** Everything that one verifier checks. */
export interface VerifierRules {
  readonly reader: FormReader
  readonly claimsPolicy: ClaimsPolicy
  readonly maxTokenSize: number
  readonly schema: StandardSchemaV1 | undefined
  /** Called for a schema that refuses a token which it accepted before. */
  readonly warnOfSchema: () => void
  readonly checkRevoked: RevokedCheck | undefined
  readonly checkRevocations: RevocationCheck | undefined
  readonly revocations: TokenRevocations | undefined
  /** Seconds. */
  readonly now: () => number
}

type Checked = MaybePromise<Verdict<unknown>>

const unchanged = (own: Rechecks): Rechecks => own

/**
 * Creates the check of one verifier, which caches accepted tokens in `cache` if present.
 *
 * @param within Changes how verdicts are checked again, for a verifier that is part of another one.
 */
export function tokenCheck(
  rules: VerifierRules,
  cache: VerdictCache | undefined,
  within: (own: Rechecks) => Rechecks = unchanged,
): TokenCheck {
  const verify = (token: string, use: TokenUse | undefined): Checked =>
    chain(verifyOnce(token, rules, rechecks), (verdict) => {
      cache?.set(token, verdict)
      return finish(verdict, use, rules)
    })
  const repeat = (verdict: Verdict<unknown>, token: string, use: TokenUse | undefined): Checked => {
    if (!verdict.isRepeatable || !isTrusted(verdict, rules.reader.keySets)) {
      cache?.delete(token)
      return verify(token, use)
    }
    validateAgain(verdict, rules)
    const { schema } = rules
    if (schema === undefined || rules.now() - (verdict.schemaAskedAt ?? 0) < schemaTrustedFor) {
      return finish(verdict, use, rules)
    }
    return chainOrRecover(
      () => askSchemaAgain(verdict, schema, rules.now()),
      () => finish(verdict, use, rules),
      (error) => {
        cache?.delete(token)
        rules.warnOfSchema()
        throw error
      },
    )
  }
  const stillHolds = (verdict: Verdict<unknown>): boolean => {
    validateLives(verdict.claims, verdict.outerClaims, rules)
    // The token counts as used already.
    rules.checkRevocations?.(verdict, 'own')
    return rules.reader.keySets.every((keys, i) => keys.generation === verdict.generations[i])
  }
  const rechecks = within({
    recheck: (verdict, token, use) =>
      whileItHolds(repeat(verdict, token, use), stillHolds, () => verify(token, use)),
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
  return first.then((verdict) => {
    if (stillHolds(verdict)) return verdict
    return chain(again(), (second) => {
      if (!stillHolds(second)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return second
    })
  })
}

/** Seconds after which the schema runs again for a cached token. */
const schemaTrustedFor = 60

/** A schema that uses external state can return another result for the same claims. */
function askSchemaAgain(
  verdict: Verdict<unknown>,
  schema: StandardSchemaV1,
  now: number,
): MaybePromise<void> {
  return chain(applyClaimsSchema(schema, verdict.claims), () => {
    verdict.schemaAskedAt = now
  })
}

/** Whether the keys of a verdict are unchanged and still in use. */
const isTrusted = ({ generations }: Verdict<unknown>, keySets: readonly KeySet[]): boolean =>
  keySets.every((keys, i) => mayStand(keys, generations[i] ?? Number.NaN))

/** Checks that depend on time or on an application function. */
function validateAgain({ claims, outerClaims }: Verdict<unknown>, rules: VerifierRules): void {
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
function finish(verdict: Verdict<unknown>, use: TokenUse | undefined, rules: VerifierRules): Checked {
  rules.checkRevocations?.(verdict, use)
  return rules.checkRevoked === undefined ? verdict : rules.checkRevoked(verdict)
}

function verifyOnce(token: string, rules: VerifierRules, rechecks: Rechecks): Checked {
  const { reader, claimsPolicy, schema, now, revocations } = rules
  const generations = reader.keySets.map((keys) => keys.generation)
  return chain(reader.read(token), (found) => {
    validateParties(found.claims, claimsPolicy)
    validateLives(found.claims, found.outerClaims, rules)
    const make = (claims: unknown, isRepeatable: boolean): Verdict<unknown> => ({
      token: verifiedToken(reader.form, found, claims),
      claims: found.claims,
      outerClaims: found.outerClaims,
      isRepeatable,
      schemaAskedAt: now(),
      generations,
      now,
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
