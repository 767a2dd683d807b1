import { checkTokenSize, defaultMaxTokenSize } from '../compact/segments.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import type { KeySet } from '../keys/key.js'
import { adopt, chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, oneOf } from '../options.js'
import { secondsClock, withinTime } from '../time.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import { issuerOption } from './claims-policy.js'
import type { TokenUse } from './revocations.js'
import { partyOf } from './validate.js'
import type { Rechecks, TokenForm, Verification, VerificationCache, VerifiedToken } from './verification.js'

/** What a custom verifier returns for an accepted token. */
export interface DefinedToken<Claims = VerifiedClaims> extends Partial<VerifiedToken<Claims>> {
  readonly claims: Claims
}

/** A custom verifier. */
export interface DefineVerifierOptions<Claims = VerifiedClaims> {
  /**
   * The form of its tokens. By default it accepts any text if it is the only verifier, and otherwise only text that is
   * neither a JWS nor a JWE.
   *
   * @default any text
   */
  readonly form?: TokenForm | 'opaque' | undefined
  /** The `iss` of its tokens, by which it is selected among several verifiers. @default any */
  readonly issuers?: string | readonly string[] | undefined
  /**
   * Verifies a token, on every use: nothing is cached. To reject it, throw `new SealbearerError(code)` with a code of
   * status 401 or 503; any other error is treated as a defect, to which frameworks respond with 500. After 30 seconds
   * the response is 503.
   */
  readonly verify: (token: string) => MaybePromise<DefinedToken<Claims>>
}

const forms = ['signed', 'encrypted', 'nested', 'opaque'] as const

/** Seconds. */
const timeLimit = 30

/**
 * Creates a custom verifier: for token introspection, a remote service, or tracing around another verifier.
 * Authenticators accept it like any other. Checks only that `claims` is an object and that the token has at most
 * 16,384 characters; everything else is up to `verify`.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const traced = defineVerifier({ verify: (token) => tracer.startActiveSpan('verify', () => verifier.verify(token)) })
 */
export function defineVerifier<Claims = VerifiedClaims>(
  options: DefineVerifierOptions<Claims>,
): Verifier<Claims> {
  checkMembers('defineVerifier', options, ['form', 'issuers', 'verify'])
  return verifierFrom(options, { configured: undefined, now: secondsClock(undefined) })
}

/** Seconds after which a custom verifier is called again before its result is used. */
const maxUseSeconds = 1

/** Properties of a verifier of this package. */
interface VerifierFacts<Claims> {
  /** What profiles look at, if it is known. */
  readonly configured: VerifierPolicy<Claims>['configured']
  /** Its clock, in seconds. */
  readonly now: () => number
}

/** Like {@link defineVerifier}, for a verifier of this package. */
export function verifierFrom<Claims>(
  options: DefineVerifierOptions<Claims>,
  { configured, now }: VerifierFacts<Claims>,
): Verifier<Claims> {
  const { form, verify } = options
  if (form !== undefined) oneOf('form', form, forms)
  if (typeof verify !== 'function') {
    throw new TypeError('verify: required: (token) => the verified token, or a promise of it')
  }
  if (options.issuers === null)
    throw new TypeError('issuers: must be the iss of its tokens, or a list of them')
  const issuers = options.issuers === undefined ? undefined : issuerOption(options.issuers)
  const isLate = (): Error => new SealbearerError('SB_KEYS_UNAVAILABLE', 'verify')

  const check = (token: string): MaybePromise<Verification<Claims>> => {
    checkTokenSize(token, defaultMaxTokenSize)
    const found = adopt(verify(token))
    const inTime = isPromise(found) ? withinTime(timeLimit, isLate, () => found) : found
    return chain(inTime, (defined) => verificationOf(defined, { form: form ?? 'opaque', now, check }))
  }
  return registerVerifier(
    {
      async verify(token: string): Promise<VerifiedToken<Claims>> {
        return (await check(token)).token
      },
    },
    {
      form,
      issuers: issuers?.issuers,
      acceptsIssuer: issuers?.acceptsIssuer ?? (() => true),
      signers: issuers?.issuers?.map(partyOf) ?? [],
      encryption: undefined,
      maxTokenSize: defaultMaxTokenSize,
      check,
      ...(configured && { configured }),
    },
  )
}

/** What the verifications of one custom verifier have in common. */
interface CustomVerifier<Claims> {
  /** That of tokens for which `verify` names none. */
  readonly form: VerifiedToken['form']
  readonly now: () => number
  readonly check: TokenCheck<Claims>
}

/** The verification of a token that a custom verifier has accepted. @throws {TypeError} for a result without claims. */
function verificationOf<Claims>(
  found: DefinedToken<Claims>,
  { form, now, check }: CustomVerifier<Claims>,
): Verification<Claims> {
  const claims: unknown = found?.claims
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw new TypeError('verify: must return { claims } with an object, or throw a SealbearerError')
  }
  // An object, whose members are checked where they are used.
  const read = claims as JwtClaims
  const { exp } = read
  const verifiedAt = now()
  return {
    token: Object.freeze({
      claims: found.claims,
      form: found.form ?? form,
      protectedHeader: found.protectedHeader ?? Object.freeze({}),
      encryptionHeader: found.encryptionHeader,
      confirmation: Object.hasOwn(read, 'cnf') ? read['cnf'] : found.confirmation,
    }),
    claims: read,
    outerClaims: undefined,
    isRepeatable: false,
    generations: [],
    now,
    revocations: undefined,
    recheck: (_, token) => check(token),
    // What a custom verifier depends on is unknown, so after more than a moment it is called again.
    stillHolds: () => {
      const time = now()
      const hasExpired = typeof exp === 'number' && verifiedAt < exp && time >= exp
      return !hasExpired && Math.abs(time - verifiedAt) <= maxUseSeconds
    },
  }
}

/** Verifies tokens of one form under one policy. */
export interface Verifier<Claims = VerifiedClaims> {
  /**
   * Verifies a token: form, algorithms, key, signature or encryption, `typ`, `iss`, `aud`, `exp`, `nbf`, `iat`,
   * `maxTokenAge`, required claims, schema, `revoked`, `revocations`. Does not check scopes, nor that the sender holds the
   * key of its `confirmation`.
   *
   * @throws {SealbearerError} with a code of status 401, from `SB_TOKEN_TOO_LARGE` to `SB_CLAIMS_REJECTED` in
   * `errorTable`, for a token that fails a check; `SB_KEYS_UNAVAILABLE` if keys are unavailable, `SB_STORE_UNAVAILABLE`
   * if `revoked` fails, or it or an asynchronous schema is late.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.2 RFC 7519 §7.2}
   */
  verify(token: string): Promise<VerifiedToken<Claims>>
}

/** Verifies a token like `verify`, without a promise if none is needed. */
export type TokenCheck<Claims = unknown> = (
  token: string,
  use?: TokenUse,
) => MaybePromise<Verification<Claims>>

/** What an authenticator needs to know about a verifier. */
export interface VerifierPolicy<Claims = VerifiedClaims> {
  /** `undefined` if it accepts tokens of any form. */
  readonly form: TokenForm | 'opaque' | undefined
  /** The configured issuers, or `[null]` for tokens without `iss`; `undefined` if a function decides. */
  readonly issuers: readonly (string | null)[] | undefined
  readonly acceptsIssuer: (iss: string) => boolean
  /**
   * Who signs its tokens: a name for each party with keys of its own, empty if that is unknown; `'any'` for parties that
   * are added at run time.
   */
  readonly signers: readonly string[] | 'any'
  /** Algorithms and keys of the JWE; `undefined` for signed tokens. */
  readonly encryption:
    | { readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>; readonly keys: KeySet }
    | undefined
  readonly maxTokenSize: number
  /** What it was made with, for profiles; custom verifiers and those of tenants have none. */
  readonly configured?: { readonly audience: unknown; readonly algorithms: readonly string[] | undefined }
  /** Throws or rejects with {@link SealbearerError}. */
  readonly check: TokenCheck<Claims>
  /** Whether `check` would return a cached result. Absent for verifiers without a cache. */
  readonly remembers?: (token: string) => boolean
  /**
   * Returns a `check` for a verifier that is part of another one: its verifications are checked again as `within` says, and
   * cached in `cache`, unless the verifier has no cache. Absent for custom verifiers.
   */
  readonly checkWith?: (
    cache: VerificationCache | undefined,
    within: (own: Rechecks) => Rechecks,
  ) => TokenCheck<Claims>
}

/** The key of a verifier's policy. A registered symbol, so that two copies of this package are compatible. */
const policySymbol = Symbol.for('sealbearer.verifier')

/**
 * @throws {TypeError} for an object not created by `createVerifier`, `createTenantVerifier` or `defineVerifier`.
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
  // Only `registerVerifier` sets it, with the policy of this verifier and its claims type.
  return policy as VerifierPolicy<Claims>
}

/** Registers a verifier for authenticators. Its policy is not copied when the verifier is spread into another object. */
export function registerVerifier<V extends object>(
  verifier: V,
  policy: VerifierPolicy<unknown>,
): Readonly<V> {
  return Object.freeze(Object.defineProperty(verifier, policySymbol, { value: Object.freeze(policy) }))
}
