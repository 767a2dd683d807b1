import type { JoseHeader } from '../crypto/engine.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import type { TokenRevocations, TokenUse } from './revocations.js'

/** How a token is protected: `signed` (JWS), `encrypted` (JWE) or `nested` (JWS inside JWE). */
export type TokenForm = 'signed' | 'encrypted' | 'nested'

/**
 * A token that passed every check of its policy. Frozen all the way down, because requests share it. What a claims
 * schema made with instances of classes in it, such as a `Date` or a `Set`, is not frozen, and not shared.
 */
export interface VerifiedToken<Claims = JwtClaims> {
  readonly claims: Claims
  /** `opaque` is any other text, which only a verifier of `defineVerifier` accepts. */
  readonly form: TokenForm | 'opaque'
  /** The header that `typ` was checked in: the JWS's, or the JWE's where there is no JWS. */
  readonly protectedHeader: JoseHeader
  /** The JWE's header; `undefined` for a signed token. */
  readonly encryptionHeader: JoseHeader | undefined
  /**
   * The claim `cnf` (RFC 7800 §3.1), which binds the token to a key or a certificate; `undefined` where it is absent.
   * A verifier does not check that the sender holds the key: authenticators do, and refuse what they cannot check.
   */
  readonly confirmation: unknown
}

/** What a verifier found of a token that passed. Frozen, because requests share it. */
export interface Verdict<Claims = VerifiedClaims> {
  readonly token: VerifiedToken<Claims>
  /** The claims as they were before a schema saw them. */
  readonly claims: JwtClaims
  /** Claims of the JWE beside the signed token in it, whose lifetime limits the verdict too. */
  readonly outerClaims: JwtClaims | undefined
  /**
   * `false` where a schema is to be asked every time: it answered asynchronously, and so may look things up, or
   * made something that one request could change under another.
   */
  readonly isRepeatable: boolean
  /** When the schema was asked last, in seconds; where there is one, it changes with each time. */
  schemaAskedAt?: number
  /** Generations of the key sets it rests on, read before the token was verified. */
  readonly generations: readonly number[]
  /** The clock of its verifier, in seconds. */
  readonly now: () => number
  /** Those of its verifier. */
  readonly revocations: TokenRevocations | undefined
  /**
   * Checks again what can have changed since: time, keys, revocation and what else the application decides.
   *
   * @param token The text it was made of, for what has to be verified anew.
   * @param use @default 'sent'
   */
  recheck(verdict: Verdict<unknown>, token: string, use?: TokenUse): MaybePromise<Verdict<Claims>>
}
