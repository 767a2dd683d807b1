import type { JoseHeader } from '../crypto/engine.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import type { TokenRevocations, TokenUse } from './revocations.js'

/** How a token is protected: `signed` (JWS), `encrypted` (JWE) or `nested` (JWS inside JWE). */
export type TokenForm = 'signed' | 'encrypted' | 'nested'

/**
 * A token that passed every check of its policy. Deeply frozen, because requests share it. Output of a claims schema
 * that contains class instances, such as a `Date` or a `Set`, is neither frozen nor shared.
 */
export interface VerifiedToken<Claims = JwtClaims> {
  readonly claims: Claims
  /** `opaque` is any other text, which only a verifier of `defineVerifier` accepts. */
  readonly form: TokenForm | 'opaque'
  /** The header whose `typ` was checked: the JWS's, or the JWE's if there is no JWS. */
  readonly protectedHeader: JoseHeader
  /** The JWE's header; `undefined` for a signed token. */
  readonly encryptionHeader: JoseHeader | undefined
  /**
   * The claim `cnf` (RFC 7800 §3.1), which binds the token to a key or a certificate; `undefined` if absent. A verifier
   * does not check that the sender holds the key: authenticators do, and reject bindings that they cannot check.
   */
  readonly confirmation: unknown
}

/** The result of verifying a token. Frozen, because requests share it. */
export interface Verdict<Claims = VerifiedClaims> {
  readonly token: VerifiedToken<Claims>
  /** The claims before the schema was applied. */
  readonly claims: JwtClaims
  /** Outer claims of a nested token, whose lifetime also limits the verdict. */
  readonly outerClaims: JwtClaims | undefined
  /**
   * `false` if the schema must run on every use: it was asynchronous, and so may depend on external state, or returned
   * a value that one request could change for another.
   */
  readonly isRepeatable: boolean
  /** When the schema last ran, in seconds; updated each time, if there is a schema. */
  schemaAskedAt?: number
  /** Generations of the key sets used, read before the token was verified. */
  readonly generations: readonly number[]
  /** The clock of its verifier, in seconds. */
  readonly now: () => number
  /** Those of its verifier. */
  readonly revocations: TokenRevocations | undefined
  /**
   * Repeats the checks whose result can have changed: time, keys, revocation and application functions.
   *
   * @param token The original text, for parts that must be verified again.
   * @param use @default 'sent'
   */
  recheck(verdict: Verdict<unknown>, token: string, use?: TokenUse): MaybePromise<Verdict<Claims>>
  /**
   * Repeats those of these checks that need not wait. Called after something was waited for, because a key or the token
   * can have been revoked meanwhile.
   *
   * @returns `false` if a key was removed: the token must be verified again.
   * @throws {SealbearerError} if the token has expired or was revoked.
   */
  stillHolds(verdict: Verdict<unknown>): boolean
}

/** How a verdict is checked again. */
export type Rechecks = Pick<Verdict<unknown>, 'recheck' | 'stillHolds'>
