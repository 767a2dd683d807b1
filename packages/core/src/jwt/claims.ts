/** Registered claims of RFC 7519 §4.1, with checked types, and all other claims of a token. */
export interface JwtClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  /** Seconds since the epoch. */
  readonly exp?: number
  /** Seconds since the epoch. */
  readonly nbf?: number
  /** Seconds since the epoch. */
  readonly iat?: number
  readonly jti?: string
  readonly [claim: string]: unknown
}

/** Claims that every verified token has. */
export interface VerifiedClaims extends JwtClaims {
  readonly iss: string
  /** Seconds since the epoch. */
  readonly exp: number
}

/** A JWT profile: `rfc9068` is the profile for access tokens. */
export type TokenProfile = 'rfc9068'

/** The last second of the year 9999. Larger values are milliseconds, as returned by `Date.now()`. */
export const lastNumericDate = 253_402_300_799

/** Names of the registered claims. */
export const registeredClaimNames: readonly string[] = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

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

/** Deeper values, and those that contain themselves, are compared no further. */
const maxComparedDepth = 32

/** Whether two immutable values have the same members, deeply. */
export function isSame(one: unknown, other: unknown, depth = 0): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const names = Object.keys(one)
  return (
    depth < maxComparedDepth &&
    Object.getPrototypeOf(one) === Object.getPrototypeOf(other) &&
    names.length === Object.keys(other).length &&
    names.every(
      (name) =>
        Object.hasOwn(other, name) && isSame(Reflect.get(one, name), Reflect.get(other, name), depth + 1),
    )
  )
}
