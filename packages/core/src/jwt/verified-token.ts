import type { JoseHeader } from '../crypto/engine.js'
import type { JwtClaims } from './claims.js'

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
