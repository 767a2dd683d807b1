import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { KeySet } from '../keys/key-selection.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { JwtClaims } from './claims.js'
import type { TokenForm, VerifiedToken } from './verified-token.js'

/** Verifies tokens of one form under one policy. */
export interface Verifier<Claims = JwtClaims> {
  /**
   * @throws {SealbearerError} with status 401 for a token that fails any check, 503 (`SB_KEYS_UNAVAILABLE`)
   * when the keys can't be had.
   */
  verify(token: string): Promise<VerifiedToken<Claims>>
}

/** A verified token beside the claims as they were before a schema saw them. */
export interface Verdict<Claims = JwtClaims> {
  readonly token: VerifiedToken<Claims>
  readonly claims: JwtClaims
}

/** What an authenticator needs to know of a verifier. */
export interface VerifierPolicy<Claims = JwtClaims> {
  readonly form: TokenForm
  /** The configured issuers; `undefined` where a function decides. */
  readonly issuers: readonly string[] | undefined
  readonly takesIssuer: (iss: string) => boolean
  /** The envelope's algorithms and keys; `undefined` for signed tokens. */
  readonly envelope: { readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>; readonly keys: KeySet } | undefined
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
