import { SealbearerError } from '../errors.js'
import { durationOption, stringList } from '../options.js'
import type { Duration } from '../time.js'
import type { JwtClaims } from './claims.js'
import {
  type AudienceCheck,
  audienceOption,
  checkIssuer,
  type IssuerPolicy,
  issuerOption,
} from './parties.js'
import { profileClaims } from './profile.js'
import type { AnyVerifierOptions } from './verifier-options.js'

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
}

/** Reads the options that claims are checked against. @throws {TypeError} */
export function claimsPolicy(options: AnyVerifierOptions): ClaimsPolicy {
  const { issuer, audience, exp } = options
  const maxTokenAge = maxTokenAgeOption(options.maxTokenAge)
  if (exp !== undefined && exp !== 'optional') {
    throw new TypeError(
      "exp: remove it, because tokens must have one; 'optional' (with maxTokenAge) opts out",
    )
  }
  if (exp === 'optional' && maxTokenAge === undefined) {
    throw new TypeError(
      "exp: 'optional' needs maxTokenAge, such as '5m', or a token without exp would be valid forever",
    )
  }
  return {
    ...issuerOption(issuer),
    checkAudience: audienceOption(audience),
    requiredClaims: [
      ...requiredClaimsOption(options.requiredClaims, { iss: issuer, aud: audience }),
      ...profileClaims(options),
    ],
    clockTolerance: toleranceOption(options.clockTolerance),
    isExpRequired: exp === undefined,
    maxTokenAge,
  }
}

/** RFC 7519 §4.1.4: usually no more than a few minutes. More than an hour is usually milliseconds by mistake. */
const largestTolerance = 3600

/** Reads the `clockTolerance` option of a verifier, in seconds. @throws {TypeError} */
export function toleranceOption(clockTolerance: Duration | undefined): number {
  const seconds = durationOption('clockTolerance', clockTolerance) ?? 0
  if (seconds <= largestTolerance) return seconds
  throw new TypeError(
    `clockTolerance: must be at most ${largestTolerance} seconds; tokens are accepted that long after their exp`,
  )
}

function maxTokenAgeOption(maxTokenAge: Duration | undefined): number | undefined {
  const seconds = durationOption('maxTokenAge', maxTokenAge)
  if (seconds !== 0) return seconds
  throw new TypeError("maxTokenAge: 0 rejects every token; set a time such as '5m', or remove it")
}

/** @param parties The options that determine whether `iss` and `aud` must be absent. */
function requiredClaimsOption(
  names: unknown,
  parties: Readonly<Record<'iss' | 'aud', unknown>>,
): readonly string[] {
  if (names === undefined || (Array.isArray(names) && names.length === 0)) return []
  const list = stringList('requiredClaims', names, "must be a list of claim names, such as ['sub']")
  for (const name of list) {
    if (name === '__proto__') throw new TypeError('requiredClaims: "__proto__" is read from no token')
    if (/\s/.test(name)) {
      throw new TypeError(
        "requiredClaims: a name contains white space; use a list, such as ['sub', 'tenant']",
      )
    }
    if ((name === 'iss' || name === 'aud') && parties[name] === null) {
      throw new TypeError(`requiredClaims: "${name}" contradicts the option (null) that requires its absence`)
    }
  }
  return list
}

const isAbsent = (claims: JwtClaims, name: string): boolean =>
  !Object.hasOwn(claims, name) || claims[name] === null || (claims[name] === '' && namesOne.has(name))

/** An empty string in these claims identifies nothing. */
const namesOne: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'jti'])

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
  if (exp !== undefined && now >= exp + clockTolerance) throw new SealbearerError('SB_TOKEN_EXPIRED')
  if (nbf !== undefined && now < nbf - clockTolerance) throw new SealbearerError('SB_TOKEN_NOT_YET_VALID')
  // Issued by a clock ahead of ours, or made up; its age is unknown.
  if (iat !== undefined && now < iat - clockTolerance)
    throw new SealbearerError('SB_TOKEN_NOT_YET_VALID', 'iat')
}
