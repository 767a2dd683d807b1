import { type JsonObject, parseJsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import { type JwtClaims, lastNumericDate } from './claims.js'

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

/** Which issuers a policy accepts. */
export interface IssuerPolicy {
  /** The names, or `[null]` for tokens without `iss`; `undefined` if a function decides. */
  readonly issuers: readonly (string | null)[] | undefined
  readonly acceptsIssuer: (iss: string) => boolean
}

/** Time limits of a token. Seconds. */
interface LifePolicy {
  readonly isExpRequired: boolean
  readonly clockTolerance: number
  readonly maxTokenAge: number | undefined
}

/** The options that claims are checked against, prepared for the checks. */
export interface ClaimsPolicy extends IssuerPolicy, LifePolicy {
  readonly checkAudience: AudienceCheck
  readonly requiredClaims: readonly string[]
  /** Those that must be strings where they are present, besides the registered ones. */
  readonly textClaims: readonly string[]
}

/** Values accepted by a policy, compared with those of tokens. */
interface AcceptedValues {
  has(text: string): boolean
  /** Whether one of the values is accepted. */
  hasAny(texts: readonly string[]): boolean
}

/** Up to this many are compared one by one; most policies have one or two. */
const few = 8

/** A set would hash all of an attacker's input, value by value, although nearly all of it has another length. */
export function acceptedValues(texts: readonly string[]): AcceptedValues {
  const known = new Set(texts)
  if (known.size <= few) {
    const list = [...known]
    return {
      has: (text) => list.includes(text),
      hasAny: (others) => list.some((text) => others.includes(text)),
    }
  }
  // Not as arguments of a single call, whose number is limited.
  const maxLength = texts.reduce((max, { length }) => Math.max(max, length), 0)
  const has = (text: string): boolean => text.length <= maxLength && known.has(text)
  return { has, hasAny: (others) => others.some(has) }
}

/** Variants of one name: some issuers omit "https://" or a trailing slash in some of their tokens. */
export const partyOf = (issuer: string | null): string =>
  String(issuer)
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '')

/** For operators: whether two names differ in what is easy to overlook. Lists are not compared: they can be long. */
function nearly(
  names: readonly (string | null)[] | undefined,
  value: string | readonly string[],
): string | undefined {
  const [one, second] = typeof value === 'string' ? [value] : value
  if (one === undefined || second !== undefined) return undefined
  const party = partyOf(one).toLowerCase()
  const isAlike = names?.some((name) => partyOf(name).toLowerCase() === party)
  return isAlike === true ? 'a slash at the end, https:// or case differs' : undefined
}

/** @throws {SealbearerError} `SB_CLAIM_MISSING`, `SB_ISSUER_MISMATCH` */
function checkIssuer(iss: JwtClaims['iss'], { issuers, acceptsIssuer }: IssuerPolicy): void {
  if (iss === undefined) {
    if (issuers?.[0] !== null) throw new SealbearerError('SB_CLAIM_MISSING', 'iss')
  } else if (!acceptsIssuer(iss)) throw new SealbearerError('SB_ISSUER_MISMATCH', nearly(issuers, iss))
}

/** Rejects tokens for other audiences. @throws {SealbearerError} `SB_CLAIM_MISSING`, `SB_AUDIENCE_MISMATCH` */
export type AudienceCheck = (aud: JwtClaims['aud']) => void

/**
 * Creates the check that a token is for one of these audiences.
 *
 * @param isOnly Whether every audience of the token must be one of them.
 */
export function audienceCheck(names: readonly string[], isOnly: boolean): AudienceCheck {
  const { has, hasAny } = acceptedValues(names)
  const accepts = isOnly ? onlyKnown(has) : hasAny
  return (aud) => {
    if (aud === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'aud')
    const isForUs = typeof aud === 'string' ? has(aud) : accepts(aud)
    if (!isForUs) throw new SealbearerError('SB_AUDIENCE_MISMATCH', nearly(names, aud))
  }
}

/** A token without audience is not only for us. */
const onlyKnown =
  (has: (text: string) => boolean) =>
  (texts: readonly string[]): boolean =>
    texts.length > 0 && texts.every((text) => has(text))

const isAbsent = (claims: JwtClaims, name: string): boolean =>
  !Object.hasOwn(claims, name) || claims[name] === null || (claims[name] === '' && namesOne.has(name))

/** An empty string in these claims identifies nothing. */
const namesOne: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'jti', 'client_id'])

/** Has only members inherited from `Object.prototype`. */
const bare: JwtClaims = {}

/**
 * Returns whether a claim that a token lacks would be found on `Object.prototype`, which a vulnerability in another
 * library can let a request pollute. Checking one constant object costs nearly nothing, unlike checking each token.
 */
function areClaimsInherited(): boolean {
  const { iss, aud, exp, nbf, iat } = bare
  return (iss ?? aud ?? exp ?? nbf ?? iat) !== undefined
}

/** Checks issuer, audience and required claims, which do not depend on time. */
export function validateParties(claims: JwtClaims, policy: ClaimsPolicy): void {
  if (areClaimsInherited()) throw new SealbearerError('SB_CLAIMS_INVALID')
  checkIssuer(claims.iss, policy)
  policy.checkAudience(claims.aud)
  for (const name of policy.requiredClaims) {
    if (isAbsent(claims, name)) throw new SealbearerError('SB_CLAIM_MISSING', name)
  }
  for (const name of policy.textClaims) {
    if (!isAbsentOr(isString, claims[name])) throw new SealbearerError('SB_CLAIMS_INVALID', name)
  }
}

/**
 * Checks `exp`, `nbf`, `iat` and `maxTokenAge` (RFC 7519 §4.1.4 to §4.1.6). A token is expired at `exp` itself, and
 * valid at `nbf` itself.
 *
 * @param now Seconds.
 */
export function validateTimes(claims: JwtClaims, policy: LifePolicy, now: number): void {
  const { exp, iat } = claims
  const { clockTolerance, maxTokenAge } = policy
  if (exp === undefined && policy.isExpRequired) throw new SealbearerError('SB_CLAIM_MISSING', 'exp')
  validateLife(claims, clockTolerance, now)
  if (maxTokenAge === undefined) return
  if (iat === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'iat')
  if (now - iat > maxTokenAge + clockTolerance) throw new SealbearerError('SB_TOKEN_TOO_OLD')
}

/** Checks `exp`, `nbf` and `iat` if present. */
export function validateLife({ exp, nbf, iat }: JwtClaims, clockTolerance: number, now: number): void {
  if (exp !== undefined && now >= exp + clockTolerance) {
    // Clocks that differ, or a client that renews too late.
    throw new SealbearerError('SB_TOKEN_EXPIRED', now - exp < 60 ? 'exp: less than a minute ago' : undefined)
  }
  if (nbf !== undefined && now < nbf - clockTolerance) throw new SealbearerError('SB_TOKEN_NOT_YET_VALID')
  // Issued by a clock ahead of ours, or made up; its age is unknown.
  if (iat !== undefined && now < iat - clockTolerance)
    throw new SealbearerError('SB_TOKEN_NOT_YET_VALID', 'iat')
}
