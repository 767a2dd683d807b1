import { type JsonObject, parseJsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'

/** Registered claims of RFC 7519 §4.1, with checked types, and all other claims of a token. */
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

/** A JWT profile: `rfc9068` is the profile for access tokens. */
export type TokenProfile = 'rfc9068'

/** The last second of the year 9999. Larger values are milliseconds, as returned by `Date.now()`. */
export const lastNumericDate = 253_402_300_799

/** RFC 7519 §2: seconds since the epoch, fractions allowed. */
const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= lastNumericDate

const isString = (value: unknown): value is string => typeof value === 'string'

/** A loop, because a call per item of an attacker's long list would take ten times as long. */
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
 * The first registered claim that has the wrong type (RFC 7519 §4.1) or contradicts another. `null` is a wrong type, not
 * an absence. Written out, because a loop over names costs more than all other checks of the claims.
 */
export function wronglyTypedClaim({ iss, sub, aud, exp, nbf, iat, jti }: JsonObject): string | undefined {
  if (!isAbsentOr(isString, iss)) return 'iss'
  if (!isAbsentOr(isString, sub)) return 'sub'
  if (!isAbsentOr(isAudience, aud)) return 'aud'
  if (!isAbsentOr(isNumericDate, exp)) return 'exp'
  if (!isAbsentOr(isNumericDate, nbf)) return 'nbf'
  if (!isAbsentOr(isNumericDate, iat)) return 'iat'
  if (!isAbsentOr(isString, jti)) return 'jti'
  // A token that expires before it becomes valid was never valid, except within the clock tolerance.
  if (typeof exp === 'number' && typeof nbf === 'number' && exp <= nbf) return 'exp'
  return undefined
}

/**
 * Parses a Claims Set: strict JSON with correctly typed registered claims.
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

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Deeply freezes plain objects and lists, because requests share results. Class instances, which only a claims schema
 * can create, are not frozen.
 */
export function deepFreeze<T>(value: T, frozenBefore?: Set<object>): T {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  let visited = frozenBefore
  if (Object.isFrozen(value)) {
    // A schema may have frozen only the outer object, so members are still visited; once each, because output may be circular.
    visited ??= new Set()
    if (visited.has(value)) return value
    visited.add(value)
  } else Object.freeze(value)
  for (const child of Object.values(value)) {
    if (typeof child === 'object') deepFreeze(child, visited)
  }
  return value
}

/**
 * Whether a value is immutable: strings, numbers, and frozen plain objects and lists of them. Instances such as a
 * `Date`, a `Map` or a `Set` are mutable even if frozen.
 */
export function isImmutable(value: unknown, seen: Set<object> = new Set()): boolean {
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null || seen.has(value)) return true
  if (!isPlain(value) || !Object.isFrozen(value)) return false
  // Values under symbol keys are not frozen.
  if (Object.getOwnPropertySymbols(value).length > 0) return false
  seen.add(value)
  return Object.values(value).every((child) => isImmutable(child, seen))
}
