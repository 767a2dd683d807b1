import type { SessionRecord } from '@sealbearer/core/stores'
import { issueAccessToken } from './access-token.js'
import type { SessionClaims } from './content.js'
import { type Session, sessionOf } from './session.js'
import type { SessionsPolicy } from './session-options.js'

/** What a client gets at the start of a session. Lifetimes are in seconds. */
export interface Grant {
  readonly accessToken: string
  readonly expiresIn: number
  readonly refreshToken: string
  /** Until the session ends when it is not renewed. */
  readonly refreshExpiresIn: number
  readonly session: Session
}

/** What a client gets for a refresh token. */
export interface RenewedGrant extends Omit<Grant, 'refreshToken'> {
  /** Absent in the answer to a parallel request: the client keeps the one that it gets, or got, with another answer. */
  readonly refreshToken?: string
}

/** What an access token of a session is made of. */
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
