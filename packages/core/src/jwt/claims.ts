import { type JsonObject, parseJsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'

/** Registered claims of RFC 7519 §4.1, checked for their type, beside whatever else a token says. */
export interface JwtClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  /** Seconds since the epoch, as are `nbf` and `iat`. */
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly [claim: string]: unknown
}

/** Claims that every verified token has. */
export interface VerifiedClaims extends JwtClaims {
  readonly iss: string
  readonly exp: number
}

/** A profile of JWTs: `rfc9068` is that of access tokens. */
export type TokenProfile = 'rfc9068'

/** The last second of the year 9999. What is later is milliseconds, as `Date.now()` returns them. */
export const lastNumericDate = 253_402_300_799

/** RFC 7519 §2: seconds since the epoch, fractions allowed. */
const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= lastNumericDate

const isString = (value: unknown): value is string => typeof value === 'string'

/** By a loop: a call for each item of a stranger's long list would take ten times as long. */
function isAudience(value: unknown): boolean {
  if (!Array.isArray(value)) return isString(value)
  for (const item of value) if (typeof item !== 'string') return false
  return true
}

/** Names of the registered claims. */
export const registeredClaimNames: readonly string[] = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

const isAbsentOr = (isValid: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || isValid(value)

/**
 * The first registered claim that has the wrong type (RFC 7519 §4.1) or contradicts another; `null` is a wrong type, not an absence.
 * Spelt out, because a loop over names costs every token more than all other checks of its claims.
 */
export function wronglyTypedClaim({ iss, sub, aud, exp, nbf, iat, jti }: JsonObject): string | undefined {
  if (!isAbsentOr(isString, iss)) return 'iss'
  if (!isAbsentOr(isString, sub)) return 'sub'
  if (!isAbsentOr(isAudience, aud)) return 'aud'
  if (!isAbsentOr(isNumericDate, exp)) return 'exp'
  if (!isAbsentOr(isNumericDate, nbf)) return 'nbf'
  if (!isAbsentOr(isNumericDate, iat)) return 'iat'
  if (!isAbsentOr(isString, jti)) return 'jti'
  // A token that has expired before it is valid never was, save within a tolerance on both sides.
  if (typeof exp === 'number' && typeof nbf === 'number' && exp <= nbf) return 'exp'
  return undefined
}

/**
 * Reads a Claims Set: strict JSON, registered claims of their type.
 *
 * @throws {SealbearerError} `SB_CLAIMS_INVALID`
 */
export function readClaims(text: string | undefined): JwtClaims {
  const claims = parseJsonObject(text)
  if (claims === undefined) throw new SealbearerError('SB_CLAIMS_INVALID')
  const wrong = wronglyTypedClaim(claims)
  if (wrong !== undefined) throw new SealbearerError('SB_CLAIMS_INVALID', wrong)
  return claims
}
