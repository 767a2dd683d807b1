import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { KeySet } from '../keys/key.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { VerifiedClaims } from './claims.js'
import type { TokenUse } from './revocations.js'
import type { Rechecks, TokenForm, Verdict, VerifiedToken } from './verdict.js'
import type { VerdictCache } from './verdict-cache.js'

/** Verifies tokens of one form under one policy. */
export interface Verifier<Claims = VerifiedClaims> {
  /**
   * Verifies a token: form, algorithms, key, signature or encryption, `typ`, `iss`, `aud`, `exp`, `nbf`, `iat`,
   * `maxTokenAge`, required claims, schema, `revoked`, `revocations`. Does not check scopes, nor that the sender holds the
   * key of its `confirmation`.
   *
   * @throws {SealbearerError} with a code of status 401, from `SB_TOKEN_TOO_LARGE` to `SB_CLAIMS_REJECTED` in
   * `errorTable`, for a token that fails a check; `SB_KEYS_UNAVAILABLE` if keys are unavailable, `SB_STORE_UNAVAILABLE`
   * if `revoked` or an asynchronous schema fails or is late.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.2 RFC 7519 §7.2}
   */
  verify(token: string): Promise<VerifiedToken<Claims>>
}

/** Verifies a token like `verify`, without a promise if none is needed. */
export type TokenCheck<Claims = unknown> = (token: string, use?: TokenUse) => MaybePromise<Verdict<Claims>>

/** What an authenticator needs to know about a verifier. */
export interface VerifierPolicy<Claims = VerifiedClaims> {
  /** `undefined` if it accepts tokens of any form. */
  readonly form: TokenForm | 'opaque' | undefined
  /** The configured issuers, or `[null]` for tokens without `iss`; `undefined` if a function decides. */
  readonly issuers: readonly (string | null)[] | undefined
  readonly takesIssuer: (iss: string) => boolean
  /**
   * Who signs its tokens: a name for each party with keys of its own, empty if that is unknown; `'any'` for parties that
   * are added at run time.
   */
  readonly signers: readonly string[] | 'any'
  /** Algorithms and keys of the JWE; `undefined` for signed tokens. */
  readonly envelope:
    | { readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>; readonly keys: KeySet }
    | undefined
  readonly maxTokenSize: number
  /** What it was made with, for profiles; verifiers of the application's own have none. */
  readonly configured?: { readonly audience: unknown; readonly algorithms: readonly string[] | undefined }
  /** Throws or rejects with {@link SealbearerError}. */
  readonly check: TokenCheck<Claims>
  /** Whether `check` would return a cached result. Absent for verifiers without a cache. */
  readonly remembers?: (token: string) => boolean
  /**
   * Returns a `check` for a verifier that is part of another one: its verdicts are checked again as `within` says, and
   * cached in `cache`, unless the verifier has no cache. Absent for custom verifiers.
   */
  readonly checkWith?: (
    cache: VerdictCache | undefined,
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
