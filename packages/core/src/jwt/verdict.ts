import type { JwtClaims, VerifiedClaims } from './claims.js'
import type { VerifiedToken } from './verified-token.js'

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
