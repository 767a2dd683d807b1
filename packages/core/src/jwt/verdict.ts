import type { JoseHeader } from '../crypto/engine.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'

/** How a token is protected: `signed` (JWS), `encrypted` (JWE) or `nested` (JWS inside JWE). */
export type TokenForm = 'signed' | 'encrypted' | 'nested'

/**
 * A token that passed every check of its policy. Frozen all the way down, because requests share it. What a claims
 * schema made with instances of classes in it, such as a `Date` or a `Set`, is not frozen, and not shared.
 */
export interface VerifiedToken<Claims = JwtClaims> {
  readonly claims: Claims
  readonly form: TokenForm
  /** The header that `typ` was checked in: the JWS's, or the JWE's where there is no JWS. */
  readonly protectedHeader: JoseHeader
  /** The envelope's header; `undefined` for a signed token. */
  readonly encryptionHeader: JoseHeader | undefined
}

/** What a verifier found of a token that passed. Frozen, because requests share it. */
export interface Verdict<Claims = VerifiedClaims> {
  readonly token: VerifiedToken<Claims>
  /** The claims as they were before a schema saw them. */
  readonly claims: JwtClaims
  /** Claims of the envelope beside the signed token in it, whose life limits the verdict too. */
  readonly outerClaims: JwtClaims | undefined
  /**
   * `false` where a schema is to be asked every time: it answered asynchronously, and so may look things up, or
   * made something that one request could change under another.
   */
  readonly isRepeatable: boolean
}
