import type { JoseHeader } from '../crypto/engine.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { TokenForm } from '../jwt/verdict.js'

/** Who sends a request, and what their token allows. Frozen; its contents are shared between requests. */
export interface Auth<Claims = VerifiedClaims> {
  /** The claims, as the verifier's schema left them. */
  readonly claims: Claims
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly form: TokenForm
  readonly protectedHeader: JoseHeader
  /** The verified `iss`, even where a schema takes it out of the claims. */
  readonly issuer: string
}
