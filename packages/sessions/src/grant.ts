import type { SessionRecord } from '@sealbearer/core/stores'
import { issueAccessToken } from './access-token.js'
import type { SessionClaims } from './content.js'
import { type Session, sessionOf } from './session.js'
import type { SessionsPolicy } from './session-options.js'

/** The tokens of a new session. Lifetimes are in seconds. */
export interface Grant {
  readonly accessToken: string
  readonly expiresIn: number
  readonly refreshToken: string
  /** Time until the session ends without a renewal. */
  readonly refreshExpiresIn: number
  readonly session: Session
}

/** The tokens of a renewal. */
export interface RenewedGrant extends Omit<Grant, 'refreshToken'> {
  /** Absent in the response to a parallel request: the client keeps the one from the other response. */
  readonly refreshToken?: string
}

/** The parts of a grant. */
export interface GrantParts {
  readonly record: SessionRecord
  readonly generation: number
  readonly claims: SessionClaims
  /** Milliseconds until the session ends. */
  readonly remaining: number
}

/** Issues the access token of a grant. */
export async function grantOf(
  { issuer }: SessionsPolicy,
  { record, generation, claims, remaining }: GrantParts,
): Promise<Omit<Grant, 'refreshToken'>> {
  const seconds = remaining / 1000
  const issued = await issueAccessToken(issuer, record, generation, claims, seconds)
  return { ...issued, refreshExpiresIn: Math.max(0, Math.floor(seconds)), session: sessionOf(record) }
}
