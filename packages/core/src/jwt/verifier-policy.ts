import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { KeySet } from '../keys/key-selection.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { VerifiedClaims } from './claims.js'
import type { TokenUse } from './revocations.js'
import type { TokenForm, Verdict, VerifiedToken } from './verdict.js'
import type { VerdictCache } from './verdict-cache.js'

/** Verifies tokens of one form under one policy. */
export interface Verifier<Claims = VerifiedClaims> {
  /**
   * Verifies a token: form, algorithms, key, signature or envelope, `typ`, `iss`, `aud`, `exp`, `nbf`, `iat`,
   * `maxTokenAge`, required claims, schema, `revoked`, `revocations`. Does not check what its scopes allow, nor that the sender holds
   * the key of its `confirmation`.
   *
   * @throws {SealbearerError} with a code of status 401, from `SB_TOKEN_TOO_LARGE` to `SB_CLAIMS_REJECTED` in
   * `errorTable`, for a token that fails a check; `SB_KEYS_UNAVAILABLE` when keys are unavailable, `SB_STORE_UNAVAILABLE`
   * when `revoked` or an asynchronous schema fails or is late.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.2 RFC 7519 §7.2}
   */
  verify(token: string): Promise<VerifiedToken<Claims>>
}

/** Verifies a token like `verify`, without a promise where none is needed. */
export type TokenCheck<Claims = unknown> = (token: string, use?: TokenUse) => MaybePromise<Verdict<Claims>>

/** What an authenticator needs to know of a verifier. */
export interface VerifierPolicy<Claims = VerifiedClaims> {
  /** `undefined` where it accepts tokens of any form. */
  readonly form: TokenForm | 'opaque' | undefined
  /** The configured issuers, or `[null]` for tokens without `iss`; `undefined` where a function decides. */
  readonly issuers: readonly (string | null)[] | undefined
  readonly takesIssuer: (iss: string) => boolean
  /** Algorithms and keys of the JWE; `undefined` for signed tokens. */
  readonly envelope:
    | { readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>; readonly keys: KeySet }
    | undefined
  readonly maxTokenSize: number
  /** What it was made with, for profiles; verifiers of the application's own have none. */
  readonly configured?: { readonly audience: unknown; readonly algorithms: readonly string[] | undefined }
  /** Throws or rejects with {@link SealbearerError}. */
  readonly check: TokenCheck<Claims>
  /** Whether `check` would answer from memory. Verifiers that remember nothing have none. */
  readonly remembers?: (token: string) => boolean
  /**
   * Returns a `check` that remembers tokens in a cache of several verifiers, or in none, in place of the verifier's own.
   * Verifiers that remember nothing have none.
   */
  readonly checkWith?: (cache: VerdictCache | undefined) => TokenCheck<Claims>
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
