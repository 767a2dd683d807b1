import type { StandardSchemaV1 } from '@standard-schema/spec'
import { checkTokenSize, defaultMaxTokenSize } from '../compact/segments.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { KeySet } from '../keys/key-selection.js'
import { chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption } from '../options.js'
import { secondsClock } from '../time.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import { applyClaimsSchema, claimsSchemaOption } from './claims-schema.js'
import { formReader, type ReadToken } from './token-reader.js'
import { claimsPolicy, validateLife, validateParties, validateTimes } from './validate.js'
import type { TokenForm, Verdict, VerifiedToken } from './verdict.js'
import { cacheOption, rememberVerdicts } from './verdict-cache.js'
import type { VerifierOptions } from './verifier-options.js'

/** What an authenticator needs to know of a verifier. */
export interface VerifierPolicy<Claims = VerifiedClaims> {
  readonly form: TokenForm
  /** The configured issuers; `undefined` where a function decides. */
  readonly issuers: readonly string[] | undefined
  readonly takesIssuer: (iss: string) => boolean
  /** The envelope's algorithms and keys; `undefined` for signed tokens. */
  readonly envelope:
    | { readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>; readonly keys: KeySet }
    | undefined
  readonly maxTokenSize: number
  /** Like `verify`, without a promise where none is needed. Throws or rejects with {@link SealbearerError}. */
  readonly check: (token: string) => MaybePromise<Verdict<Claims>>
}

const policies = new WeakMap<object, VerifierPolicy<unknown>>()

/** @throws {TypeError} for an object that `createVerifier` did not make. */
export function verifierPolicy<Claims>(verifier: Verifier<Claims>): VerifierPolicy<Claims> {
  const policy = policies.get(verifier)
  if (policy === undefined) throw new TypeError('verifier: must come from createVerifier')
  // The map holds for each verifier the policy it was made with, claims type included.
  return policy as VerifierPolicy<Claims>
}

/** Lets authenticators take a verifier that checks in a way of its own. */
export function registerVerifier<V extends object>(verifier: V, policy: VerifierPolicy<unknown>): V {
  policies.set(verifier, policy)
  return verifier
}

/** Verifies tokens of one form under one policy. */
export interface Verifier<Claims = VerifiedClaims> {
  /**
   * Verifies a token: form, algorithms, key, signature or envelope, `typ`, `iss`, `aud`, `exp`, `nbf`,
   * `maxTokenAge`, required claims, schema. Does not know whether anyone revoked it, nor what its scopes allow.
   *
   * @throws {SealbearerError} with a code of status 401, from `SB_TOKEN_TOO_LARGE` to `SB_CLAIMS_REJECTED` in
   * `errorTable`, for a token that fails a check; `SB_KEYS_UNAVAILABLE` when the keys cannot be had.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.2 RFC 7519 §7.2}
   */
  verify(token: string): Promise<VerifiedToken<Claims>>
}

type ClaimsOf<Schema extends StandardSchemaV1 | undefined> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : VerifiedClaims

const optionNames = [
  'issuer',
  'audience',
  'typ',
  'signature',
  'encryption',
  'clockTolerance',
  'maxTokenAge',
  'requiredClaims',
  'claimsSchema',
  'maxTokenSize',
  'cache',
  'now',
]

/**
 * Makes a verifier. The policy names the form: `signature` alone takes signed tokens, both `signature` and
 * `encryption` nested ones, `encryption` alone encrypted ones, and none takes a token of another form.
 *
 * @throws {TypeError} for an option that is missing, unknown or wrong; it names the option and the way out.
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
export function createVerifier<Schema extends StandardSchemaV1 | undefined = undefined>(
  options: VerifierOptions<Schema>,
): Verifier<ClaimsOf<Schema>> {
  checkMembers('createVerifier', options, optionNames)
  const policy = claimsPolicy(options)
  const { issuers, takesIssuer, clockTolerance } = policy
  const { form, envelope, keySets, read } = formReader(options)
  const maxTokenSize = countOption('maxTokenSize', options.maxTokenSize ?? defaultMaxTokenSize, 1)
  const now = secondsClock(options.now)
  const schema = claimsSchemaOption('claimsSchema', options.claimsSchema)
  const cache = cacheOption(options.cache)

  const validateLives = (claims: JwtClaims, outerClaims: JwtClaims | undefined): void => {
    const seconds = now()
    validateTimes(claims, policy, seconds)
    if (outerClaims !== undefined) validateLife(outerClaims, clockTolerance, seconds)
  }
  const validate = (token: ReadToken): MaybePromise<Verdict<unknown>> => {
    validateParties(token.claims, policy)
    validateLives(token.claims, token.outerClaims)
    if (schema === undefined) return verdictOf(form, token, token.claims, true)
    const judged = applyClaimsSchema(schema, token.claims)
    return chain(judged, ({ claims, isRepeatable }) => verdictOf(form, token, claims, isRepeatable))
  }
  const recheck = ({ claims, outerClaims }: Verdict<unknown>): void => {
    validateLives(claims, outerClaims)
    // A function may take an issuer today and not tomorrow; a list cannot.
    if (issuers === undefined) validateParties(claims, policy)
  }
  const judge = (token: string): MaybePromise<Verdict<unknown>> => chain(read(token), validate)
  const judgeOrRemember = cache === undefined ? judge : rememberVerdicts(judge, cache, keySets, recheck)
  const check = (token: string): MaybePromise<Verdict<unknown>> => {
    checkTokenSize(token, maxTokenSize)
    return judgeOrRemember(token)
  }

  const verifier: Verifier<ClaimsOf<Schema>> = Object.freeze({
    async verify(token: string) {
      const verdict = check(token)
      const verified = isPromise(verdict) ? (await verdict).token : verdict.token
      // Without a schema the checks above make VerifiedClaims of the claims; with one, they are its output.
      return verified as VerifiedToken<ClaimsOf<Schema>>
    },
  })
  return registerVerifier(verifier, { form, issuers, takesIssuer, envelope, maxTokenSize, check })
}

function verdictOf(
  form: TokenForm,
  token: ReadToken,
  claims: unknown,
  isRepeatable: boolean,
): Verdict<unknown> {
  const { protectedHeader, encryptionHeader, outerClaims } = token
  return {
    token: Object.freeze({ claims, form, protectedHeader, encryptionHeader }),
    claims: token.claims,
    outerClaims,
    isRepeatable,
  }
}
