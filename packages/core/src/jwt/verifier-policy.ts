import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { KeySet } from '../keys/key-selection.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { VerifiedClaims } from './claims.js'
import type { Verdict } from './verdict.js'
import type { TokenForm } from './verified-token.js'
import type { Verifier } from './verifier.js'

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
