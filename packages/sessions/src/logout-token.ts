import { SealbearerError } from '@sealbearer/core'
import { isJsonObject, type JsonObject, ownMember } from '@sealbearer/core/internal'

/** The claims of a logout token that are used. At least one of `sid` and `sub` is present. */
export interface LogoutClaims {
  readonly iss: string
  readonly jti: string
  readonly sid: string | undefined
  readonly sub: string | undefined
  /** Seconds for which the token could be replayed. */
  readonly seconds: number
}

/** The used members of a verified token. */
interface Verified {
  readonly claims: unknown
  readonly protectedHeader: Readonly<Record<string, unknown>>
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** A token without `exp`, or with a distant one, is recorded for two days: verifiers reject it long before. */
const maxSeconds = 172_800

const invalid = (name: string): SealbearerError => new SealbearerError('SB_CLAIMS_INVALID', name)

/**
 * Checks that a verified token is a logout token.
 *
 * @throws {SealbearerError} `SB_TYP_MISMATCH`, `SB_CLAIM_MISSING`, `SB_CLAIMS_INVALID`
 * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation §2.6}
 */
export function logoutClaims({ claims, protectedHeader }: Verified): LogoutClaims {
  const { typ } = protectedHeader
  // Without it, an ID token with the right claims would pass.
  if (typeof typ !== 'string' || !/^(application\/)?logout\+jwt$/i.test(typ)) {
    throw new SealbearerError('SB_TYP_MISMATCH')
  }
  // The claims of a verifier are an object, or the output of a schema.
  const all = Object(claims) as Readonly<Record<string, unknown>>
  const [iss, jti, sid, sub] = ['iss', 'jti', 'sid', 'sub'].map((name) => textOf(all, name))
  if (iss === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'iss')
  if (jti === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'jti')
  // §2.4 requires it; verifiers check it where it is present.
  const iat = ownMember(all, 'iat')
  if (typeof iat !== 'number') throw new SealbearerError('SB_CLAIM_MISSING', 'iat')
  if (sid === undefined && sub === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'sid')
  if (Object.hasOwn(all, 'nonce')) throw invalid('nonce')
  const events = ownMember(all, 'events')
  if (!isJsonObject(events) || !isJsonObject(ownMember(events, logoutEvent))) throw invalid('events')
  return { iss, jti, sid, sub, seconds: secondsOf(ownMember(all, 'exp'), iat) }
}

function textOf(claims: JsonObject, name: string): string | undefined {
  const value = ownMember(claims, name)
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value === '') throw invalid(name)
  return value
}

/** From `iat` on, with ten minutes for clocks that differ. */
function secondsOf(exp: unknown, iat: number): number {
  if (typeof exp !== 'number') return maxSeconds
  return Math.min(Math.max(exp - iat, 0) + 600, maxSeconds)
}
