import { isJsonObject, isPlainObject, isWellFormed, type JsonObject, maxNesting } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import type { JwtClaims } from './claims.js'
import { wronglyTypedClaim } from './validate.js'

/** Marks a value that JSON would change or omit. */
const changed = Symbol('changed by JSON')

/**
 * Copies a value as if serialized to JSON and parsed again: members that JSON omits are dropped, and nothing is shared
 * with the caller. Values that JSON preserves are copied directly, in a fifth of the time.
 *
 * Throws whatever a getter, a `toJSON` or JSON itself throws.
 */
export function jsonCopy(value: unknown): unknown {
  const copy = plainCopy(value, 1)
  return copy === changed ? JSON.parse(JSON.stringify(value, refuseEmptied)) : copy
}

/**
 * JSON writes a Promise, a Map, a Set and the like as `{}`, and what they hold would be lost without notice: a missing
 * `await`, for example.
 */
function refuseEmptied(name: string, value: unknown): unknown {
  if (!isJsonObject(value) || Object.keys(value).length > 0) return value
  const isPlain = Object.prototype.toString.call(value) === '[object Object]'
  // `new Number(5)` is written as 5.
  if (isPlain || typeof value.valueOf() !== 'object') return value
  throw new EmptiedError(
    `claims: "${name}" must be JSON, not a Promise, a Map or the like, of which nothing would be written`,
  )
}

/** Its message may be shown: it has no part of a value. */
class EmptiedError extends TypeError {}

function plainCopy(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : changed
  // Deeper values are left to JSON itself, which detects circular ones.
  if (typeof value !== 'object' || depth > maxNesting || 'toJSON' in value) return changed
  if (Array.isArray(value)) return copyList(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  return isJsonObject(value) && (prototype === Object.prototype || prototype === null)
    ? copyObject(value, depth)
    : changed
}

function copyList(list: readonly unknown[], depth: number): unknown {
  const copy: unknown[] = []
  for (const item of list) {
    const copied = plainCopy(item, depth + 1)
    if (copied === changed) return changed
    copy.push(copied)
  }
  return copy
}

function copyObject(object: Readonly<Record<string, unknown>>, depth: number): unknown {
  // `assign` would set the prototype. A spread would not, but V8 reads a frozen spread object slowly.
  if (Object.hasOwn(object, '__proto__')) return changed
  const copy: Record<string, unknown> = Object.assign({}, object)
  for (const name of Object.keys(copy)) {
    const member = copy[name]
    const copied = plainCopy(member, depth + 1)
    if (copied === changed) return changed
    if (copied !== member) copy[name] = copied
  }
  return copy
}

/** Claims that the issuer sets, and a caller cannot. */
export interface ClaimsToIssue {
  readonly iss?: never
  readonly aud?: never
  readonly exp?: never
  readonly iat?: never
  readonly jti?: never
  readonly sub?: string
  /** Seconds since the epoch. */
  readonly nbf?: number
  readonly [claim: string]: unknown
}

/** Claims of every token that the issuer sets. */
export const reservedClaims = ['iss', 'aud', 'exp', 'iat', 'jti'] as const

/**
 * Validates the caller's claims and copies them as JSON: members that JSON omits are dropped, and nothing is shared with
 * the caller.
 *
 * @throws {TypeError} for anything but a JSON object that a verifier accepts.
 * @throws {SealbearerError} `SB_CLAIM_RESERVED`
 */
export function copyClaims(claims: unknown): JwtClaims {
  if (!isJsonObject(claims)) throw new TypeError('claims: must be an object')
  const copy = copyJson(claims)
  // Checked in the copy: an object's own toJSON could have added them.
  for (const name of reservedClaims) {
    if (Object.hasOwn(copy, name)) throw new SealbearerError('SB_CLAIM_RESERVED', name)
  }
  const wrong = wronglyTypedClaim(copy)
  if (wrong !== undefined) throw new TypeError(`claims: "${wrong}" has the wrong type (RFC 7519 §4.1)`)
  return copy
}

/** @throws {EmptiedError} for an object of a class that has no members of its own: JSON would write it as `{}`. */
function requireMembers(claims: JsonObject): void {
  if (Object.keys(claims).length > 0 || 'toJSON' in claims || isPlainObject(claims)) return
  throw new EmptiedError(
    'claims: must be an object with claims as its members, not a Promise, a Map or the like',
  )
}

function copyJson(claims: JsonObject): JsonObject {
  let copy: unknown
  try {
    // A proxy can throw here too.
    requireMembers(claims)
    copy = jsonCopy(claims)
  } catch (error) {
    if (error instanceof EmptiedError) throw error
    // The error of a getter or of the runtime can quote the claims.
    throw new TypeError('claims: cannot be written as JSON')
  }
  if (!isJsonObject(copy)) throw new TypeError('claims: must be an object')
  return copy
}

/** Claims that are the same in every token of an issuer. */
export interface PartyClaims {
  readonly iss?: string
  readonly aud?: string | readonly string[]
}

/** Claims that differ in each token. */
export interface FreshClaims {
  readonly iat: number
  readonly exp?: number
  /** A UUID. */
  readonly jti: string
}

/**
 * Creates the function that serializes the claims of one issuer. Constant claims are serialized once, and values with a
 * single encoding are inserted directly.
 *
 * The function throws a TypeError for text that a verifier rejects.
 */
export function claimsWriter(parties: PartyClaims): (claims: JwtClaims, fresh: FreshClaims) => string {
  const head = beforeOthers(writeMembers(parties))
  return (claims, { iat, exp, jti }) => {
    const expiry = exp === undefined ? '' : `"exp":${exp},`
    return `{${head}${beforeOthers(writeMembers(claims))}"iat":${iat},${expiry}"jti":"${jti}"}`
  }
}

const beforeOthers = (members: string): string => (members === '' ? '' : `${members},`)

/** JSON without its braces. @throws {TypeError} for text that a verifier rejects. */
function writeMembers(claims: JsonObject | PartyClaims): string {
  const text = JSON.stringify(claims)
  // JSON.stringify escapes lone surrogates only.
  if (text.includes('\\ud') && !isWellFormed(claims)) {
    throw new TypeError('claims: text must be well-formed Unicode')
  }
  return text.slice(1, -1)
}
