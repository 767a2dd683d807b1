import type { StandardSchemaV1 } from '@standard-schema/spec'
import { checkTokenSize, defaultMaxTokenSize } from '../compact/segments.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { type KeySet, mayStand } from '../keys/key-selection.js'
import { chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption } from '../options.js'
import { secondsClock } from '../time.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import { applyClaimsSchema, claimsSchemaOption } from './claims-schema.js'
import type { TokenUse } from './revocations.js'
import { revocationsOption } from './revocations.js'
import { revokedOption } from './revoked.js'
import { formReader, type ReadToken } from './token-reader.js'
import { claimsPolicy, validateLife, validateParties, validateTimes } from './validate.js'
import type { TokenForm, Verdict, VerifiedToken } from './verdict.js'
import { cacheOption, createVerdictCache, type VerdictCache } from './verdict-cache.js'
import type { SchemaOutput, VerifierOptions } from './verifier-options.js'

/** What an authenticator needs to know of a verifier. */
export interface VerifierPolicy<Claims = VerifiedClaims> {
  /** `undefined` where it accepts tokens of any form. */
  readonly form: TokenForm | 'opaque' | undefined
  /** The configured issuers; `undefined` where a function decides. */
  readonly issuers: readonly string[] | undefined
  readonly takesIssuer: (iss: string) => boolean
  /** Algorithms and keys of the JWE; `undefined` for signed tokens. */
  readonly envelope:
    | { readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>; readonly keys: KeySet }
    | undefined
  readonly maxTokenSize: number
  /** Like `verify`, without a promise where none is needed. Throws or rejects with {@link SealbearerError}. */
  readonly check: (token: string, use?: TokenUse) => MaybePromise<Verdict<Claims>>
  /** Whether `check` would answer from memory. Verifiers that remember nothing have none. */
  readonly remembers?: (token: string) => boolean
  /**
   * Returns a `check` that remembers tokens in a cache of several verifiers, or in none, in place of the verifier's own.
   * Verifiers that remember nothing have none.
   */
  readonly checkWith?: (
    cache: VerdictCache | undefined,
  ) => (token: string, use?: TokenUse) => MaybePromise<Verdict<Claims>>
}

/** Where a verifier keeps its policy. Of the global registry, so that two copies of this package know each other's. */
const policySymbol = Symbol.for('sealbearer.verifier')

/**
 * @throws {TypeError} for an object that none of `createVerifier`, `createTenantVerifier` and `defineVerifier` made.
 */
export function verifierPolicy<Claims>(verifier: Verifier<Claims>): VerifierPolicy<Claims> {
  const isObject = typeof verifier === 'object' && verifier !== null
  const policy: unknown = isObject
    ? Object.getOwnPropertyDescriptor(verifier, policySymbol)?.value
    : undefined
  if (policy === undefined) {
    throw new TypeError(
      'verifier: must come from createVerifier, createTenantVerifier or defineVerifier; wrap one of your own in defineVerifier({ verify })',
    )
  }
  // Only `registerVerifier` writes there, with the policy of this verifier, claims type included.
  return policy as VerifierPolicy<Claims>
}

/** Lets authenticators take a verifier. Its policy is not copied when the verifier is spread into another object. */
export function registerVerifier<V extends object>(
  verifier: V,
  policy: VerifierPolicy<unknown>,
): Readonly<V> {
  return Object.freeze(Object.defineProperty(verifier, policySymbol, { value: Object.freeze(policy) }))
}

/** Verifies tokens of one form under one policy. */
export interface Verifier<Claims = VerifiedClaims> {
  /**
   * Verifies a token: form, algorithms, key, signature or envelope, `typ`, `iss`, `aud`, `exp`, `nbf`,
   * `maxTokenAge`, required claims, schema, `revoked`, `revocations`. Does not check what its scopes allow, nor that the sender holds
   * the key of its `confirmation`.
   *
   * @throws {SealbearerError} with a code of status 401, from `SB_TOKEN_TOO_LARGE` to `SB_CLAIMS_REJECTED` in
   * `errorTable`, for a token that fails a check; `SB_KEYS_UNAVAILABLE` when keys are unavailable, `SB_STORE_UNAVAILABLE` when `revoked` fails.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.2 RFC 7519 §7.2}
   */
  verify(token: string): Promise<VerifiedToken<Claims>>
}

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
  'revoked',
  'revocations',
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
): Verifier<SchemaOutput<Schema>> {
  checkMembers('createVerifier', options, optionNames)
  const policy = claimsPolicy(options)
  const { issuers, takesIssuer, clockTolerance } = policy
  const { form, envelope, keySets, read } = formReader(options)
  const maxTokenSize = countOption('maxTokenSize', options.maxTokenSize ?? defaultMaxTokenSize, 1)
  const now = secondsClock(options.now)
  const schema = claimsSchemaOption('claimsSchema', options.claimsSchema)
  const limits = cacheOption(options.cache)

  const { revocations } = options
  const isRevoked = revokedOption(options.revoked)
  const checkRevocations = revocationsOption(options.revocations)

  const validateLives = (claims: JwtClaims, outerClaims: JwtClaims | undefined): void => {
    const seconds = now()
    validateTimes(claims, policy, seconds)
    if (outerClaims !== undefined) validateLife(outerClaims, clockTolerance, seconds)
  }
  const isTrusted = ({ generations }: Verdict<unknown>): boolean =>
    keySets.every((keys, i) => mayStand(keys, generations[i] ?? Number.NaN))
  const finish = (verdict: Verdict<unknown>, use: TokenUse | undefined): MaybePromise<Verdict<unknown>> => {
    checkRevocations?.(verdict, use)
    return isRevoked === undefined ? verdict : isRevoked(verdict)
  }
  const keysWentMeanwhile = ({ generations }: Verdict<unknown>): boolean =>
    keySets.some((keys, i) => keys.generation !== generations[i])
  const checkWith = (cache: VerdictCache | undefined) => {
    const recheck = (
      verdict: Verdict<unknown>,
      token: string,
      use?: TokenUse,
    ): MaybePromise<Verdict<unknown>> => {
      if (!verdict.isRepeatable || !isTrusted(verdict)) {
        cache?.delete(token)
        return check(token, use)
      }
      const { claims, outerClaims } = verdict
      validateLives(claims, outerClaims)
      // A function may accept an issuer today and not tomorrow; a list cannot.
      if (issuers === undefined) validateParties(claims, policy)
      return finish(verdict, use)
    }
    const verifyOnce = (token: string): MaybePromise<Verdict<unknown>> => {
      const generations = keySets.map((keys) => keys.generation)
      return chain(read(token), (found) => {
        validateParties(found.claims, policy)
        validateLives(found.claims, found.outerClaims)
        const make = (claims: unknown, isRepeatable: boolean): Verdict<unknown> => ({
          token: verifiedToken(form, found, claims),
          claims: found.claims,
          outerClaims: found.outerClaims,
          ...{ isRepeatable, generations, now, revocations, recheck },
        })
        if (schema === undefined) return make(found.claims, true)
        const applied = applyClaimsSchema(schema, found.claims)
        return chain(applied, ({ claims, isRepeatable }) => make(claims, isRepeatable))
      })
    }
    const verifyAnew = (token: string): MaybePromise<Verdict<unknown>> => {
      const first = verifyOnce(token)
      if (!isPromise(first)) return first
      // A key that went while this token was verified must not vouch for it: it is verified once more.
      return first.then((verdict) =>
        keysWentMeanwhile(verdict)
          ? chain(verifyOnce(token), (again) => {
              if (keysWentMeanwhile(again)) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
              return again
            })
          : verdict,
      )
    }
    const check = (token: string, use?: TokenUse): MaybePromise<Verdict<unknown>> => {
      checkTokenSize(token, maxTokenSize)
      const remembered = cache?.get(token)
      // What another verifier has put into a shared cache is nothing to this one.
      if (remembered?.recheck === recheck) return recheck(remembered, token, use)
      return chain(verifyAnew(token), (verdict) => {
        cache?.set(token, verdict)
        return finish(verdict, use)
      })
    }
    return check
  }
  const cache = limits && createVerdictCache(limits)
  const check = checkWith(cache)

  const verifier: Verifier<SchemaOutput<Schema>> = {
    async verify(token: string) {
      const verdict = check(token)
      const verified = isPromise(verdict) ? (await verdict).token : verdict.token
      // Without a schema the checks above make VerifiedClaims of the claims; with one, they are its output.
      return verified as VerifiedToken<SchemaOutput<Schema>>
    },
  }
  const remembers = (token: string): boolean => cache?.get(token) !== undefined
  return registerVerifier(verifier, {
    ...{ form, issuers, takesIssuer, envelope, maxTokenSize, check, remembers },
    ...(cache && { checkWith }),
  })
}

function verifiedToken(form: TokenForm, found: ReadToken, claims: unknown): VerifiedToken<unknown> {
  const { protectedHeader, encryptionHeader, outerClaims } = found
  const own = confirmationOf(found.claims)
  // Not by ??, since a `cnf` that is null binds too.
  const confirmation = own === undefined ? confirmationOf(outerClaims) : own
  return Object.freeze({ claims, form, protectedHeader, encryptionHeader, confirmation })
}

/** Whatever stands in `cnf` is a binding. */
function confirmationOf(claims: JwtClaims | undefined): unknown {
  return claims !== undefined && Object.hasOwn(claims, 'cnf') ? claims['cnf'] : undefined
}
