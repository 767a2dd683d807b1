import type { JsonObject } from '../compact/json.js'

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

/** The last second that a Date can say; also keeps sums of NumericDates exact. */
const lastNumericDate = 8_640_000_000_000

/** RFC 7519 §2: seconds since the epoch, fractions allowed. */
const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= lastNumericDate

const isString = (value: unknown): value is string => typeof value === 'string'

const isAudience = (value: unknown): boolean =>
  isString(value) || (Array.isArray(value) && value.every(isString))

/** What each registered claim must be, where it is present (RFC 7519 §4.1). */
const registeredClaims = {
  iss: isString,
  sub: isString,
  aud: isAudience,
  exp: isNumericDate,
  nbf: isNumericDate,
  iat: isNumericDate,
  jti: isString,
} as const satisfies Record<string, (value: unknown) => boolean>

const checks = Object.entries(registeredClaims)

/** Names of the registered claims. */
export const registeredClaimNames: readonly string[] = Object.keys(registeredClaims)

/** The first registered claim that has the wrong type; `null` is a wrong type, not an absence. */
export function wronglyTypedClaim(claims: JsonObject): string | undefined {
  for (const [name, isValid] of checks) {
    const value = claims[name]
    if (value !== undefined && !isValid(value)) return name
  }
  return undefined
}
