import { type Issuer, SealbearerError } from '@sealbearer/core'
import type { SessionRecord } from '@sealbearer/core/stores'
import { readContent, type SessionClaims } from './content.js'

/** The private claim with the generation of the refresh token that was issued together with the access token. */
export const generationClaim = 'sb_gen'

/** Claims that a session sets itself. */
const ownClaims = ['sub', 'sid', 'auth_time', 'acr', 'amr', 'cnf', generationClaim]

/** @throws {SealbearerError} `SB_CLAIM_RESERVED` */
export function checkSessionClaims(claims: SessionClaims | undefined): void {
  for (const name of ownClaims) {
    if (claims !== undefined && Object.hasOwn(claims, name)) {
      throw new SealbearerError('SB_CLAIM_RESERVED', name)
    }
  }
}

/** An access token, and the seconds for which it is valid. */
export interface NewAccessToken {
  readonly accessToken: string
  readonly expiresIn: number
}

/**
 * Issues an access token of a session.
 *
 * @param claims From the option `claims`; they override those given to `start`.
 * @param remaining Seconds until the session ends: no access token outlives it.
 */
export async function issueAccessToken(
  issuer: Issuer,
  record: SessionRecord,
  generation: number,
  claims: SessionClaims,
  remaining: number,
): Promise<NewAccessToken> {
  const { claims: first, authTime, acr, amr, confirmation } = readContent(record.content)
  const issued = await issuer.issue(
    {
      ...first,
      ...claims,
      sub: record.sub,
      sid: record.sid,
      [generationClaim]: generation,
      ...(authTime !== undefined && { auth_time: authTime }),
      ...(acr !== undefined && { acr }),
      ...(amr !== undefined && { amr }),
      ...(confirmation !== undefined && { cnf: confirmation }),
    },
    { lifetime: lifetimeWithin(issuer.lifetime, remaining) },
  )
  return { accessToken: issued.token, expiresIn: issued.claims.exp - issued.claims.iat }
}

/** Whole seconds, unless less than one is left. */
const lifetimeWithin = (lifetime: number, remaining: number): number =>
  remaining >= lifetime ? lifetime : remaining >= 1 ? Math.floor(remaining) : Math.max(remaining, 0.001)
