import type { JwtClaims, VerifiedClaims } from './claims.js'
import type { VerifiedToken } from './verified-token.js'

/** What a verifier found of a token that passed. Frozen, because requests share it. */
export interface Verdict<Claims = VerifiedClaims> {
  readonly token: VerifiedToken<Claims>
  /** The claims as they were before a schema saw them. */
  readonly claims: JwtClaims
  /** Claims of the envelope beside the signed token in it, whose life limits the verdict too. */
  readonly outerClaims: JwtClaims | undefined
  /** `false` where a schema answered asynchronously: it may look things up, and is asked every time. */
  readonly isRepeatable: boolean
}
