import type { StandardSchemaV1 } from '@standard-schema/spec'
import { maxTokenSizeOption } from '../compact/segments.js'
import { isPromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { secondsClock } from '../time.js'
import { singleWarning } from '../warning.js'
import { claimsSchemaOption } from './claims-schema.js'
import { signersOf } from './issuer-keys.js'
import { revocationsOption } from './revocations.js'
import { revokedOption } from './revoked.js'
import { tokenCheck, type VerifierRules } from './token-check.js'
import { formReader } from './token-reader.js'
import { claimsPolicy } from './validate.js'
import type { VerifiedToken } from './verdict.js'
import { cacheOption, createVerdictCache } from './verdict-cache.js'
import type {
  AnyVerifierOptions,
  AudienceOption,
  IssuerOption,
  PolicyClaims,
  VerifierOptions,
} from './verifier-options.js'
import { registerVerifier, type Verifier } from './verifier-policy.js'

const optionNames = [
  'issuer',
  'audience',
  'typ',
  'signature',
  'encryption',
  'clockTolerance',
  'exp',
  'maxTokenAge',
  'requiredClaims',
  'claimsSchema',
  'revoked',
  'revocations',
  'maxTokenSize',
  'profile',
  'cache',
  'now',
] as const satisfies readonly (keyof AnyVerifierOptions)[]

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
  checkMembers('createVerifier', options, optionNames)
  const rules = verifierRules(options)
  const limits = cacheOption(options.cache)
  const cache = limits && createVerdictCache(limits)
  const check = tokenCheck(rules, cache)

  const verifier: Verifier<Claims> = {
    async verify(token: string) {
      const verdict = check(token)
      const verified = isPromise(verdict) ? (await verdict).token : verdict.token
      // The rules guarantee this claims type; with a schema, it is its output.
      return verified as VerifiedToken<Claims>
    },
  }
  const { reader, claimsPolicy: policy, maxTokenSize } = rules
  return registerVerifier(verifier, {
    form: reader.form,
    envelope: reader.envelope,
    maxTokenSize,
    check,
    issuers: policy.issuers,
    takesIssuer: policy.takesIssuer,
    signers: signersOf(options.signature?.keys, policy.issuers),
    configured: { audience: options.audience, algorithms: options.signature?.algorithms },
    remembers: (token) => cache?.get(token) !== undefined,
    checkWith: (shared, within) => tokenCheck(rules, cache && shared, within),
  })
}

function verifierRules(options: AnyVerifierOptions): VerifierRules {
  return {
    claimsPolicy: claimsPolicy(options),
    reader: formReader(options),
    maxTokenSize: maxTokenSizeOption(options.maxTokenSize),
    now: secondsClock(options.now),
    schema: claimsSchemaOption('claimsSchema', options.claimsSchema),
    warnOfSchema: schemaWarning(),
    checkRevoked: revokedOption(options.revoked),
    checkRevocations: revocationsOption(options.revocations),
    revocations: options.revocations,
  }
}

const schemaWarning = (): (() => void) =>
  singleWarning(
    'claimsSchema refused a token that it had accepted; for each remembered token it is asked once a minute, so use revoked for what can change',
    'SB_CLAIMS_SCHEMA',
  )
