import { SealbearerError } from '../errors.js'
import type { JwtClaims } from './claims.js'
import type { ClaimsPolicy } from './claims-policy.js'

const isAbsent = (claims: JwtClaims, name: string): boolean =>
  !Object.hasOwn(claims, name) || claims[name] === null

/** Has no claim, unless everything has it. */
const bare: JwtClaims = {}

/**
 * Tells whether a claim that a token lacks would be found on `Object.prototype`, where a hole in another library can
 * let a request write. To ask an object that never changes costs next to nothing, other than to ask each token's.
 */
function areClaimsInherited(): boolean {
  const { iss, aud, exp, nbf, iat } = bare
  return (iss ?? aud ?? exp ?? nbf ?? iat) !== undefined
}

/** Checks who issued the claims, for whom, and that none is missing: what time cannot change. */
export function validateParties(claims: JwtClaims, policy: ClaimsPolicy): void {
  if (areClaimsInherited()) throw new SealbearerError('SB_CLAIMS_INVALID')
  const { iss, aud } = claims
  if (iss === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'iss')
  if (!policy.takesIssuer(iss)) throw new SealbearerError('SB_ISSUER_MISMATCH')
  const { audiences } = policy
  if (audiences !== undefined) {
    if (aud === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'aud')
    const isForUs = typeof aud === 'string' ? audiences.has(aud) : audiences.hasAny(aud)
    if (!isForUs) throw new SealbearerError('SB_AUDIENCE_MISMATCH')
  }
  for (const name of policy.requiredClaims) {
    if (isAbsent(claims, name)) throw new SealbearerError('SB_CLAIM_MISSING', name)
  }
}

/**
 * Checks `exp`, `nbf` and, with `maxTokenAge`, `iat` (RFC 7519 §4.1.4 to §4.1.6). At `exp` itself a token
 * has expired; at `nbf` itself it is valid.
 *
 * @param now Seconds.
 */
export function validateTimes(claims: JwtClaims, policy: ClaimsPolicy, now: number): void {
  const { exp, iat } = claims
  const { clockTolerance, maxTokenAge } = policy
  if (exp === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'exp')
  validateLife(claims, clockTolerance, now)
  if (maxTokenAge === undefined) return
  if (iat === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'iat')
  if (iat > now + clockTolerance) throw new SealbearerError('SB_TOKEN_NOT_YET_VALID', 'iat')
  if (now - iat > maxTokenAge + clockTolerance) throw new SealbearerError('SB_TOKEN_TOO_OLD')
}

/** Checks `exp` and `nbf` where they are present. */
export function validateLife({ exp, nbf }: JwtClaims, clockTolerance: number, now: number): void {
  if (exp !== undefined && now >= exp + clockTolerance) throw new SealbearerError('SB_TOKEN_EXPIRED')
  if (nbf !== undefined && now < nbf - clockTolerance) throw new SealbearerError('SB_TOKEN_NOT_YET_VALID')
}
