import type { StandardSchemaV1 } from '@standard-schema/spec'
import { SealbearerError } from '../errors.js'
import { ignoreRejection } from '../maybe-promise.js'
import { durationOption, stringList } from '../options.js'
import type { Duration } from '../time.js'
import type { JwtClaims } from './claims.js'
import type { VerifierOptions } from './verifier-options.js'

/** Texts that a policy knows, to be looked for among those that strangers write. */
interface KnownTexts {
  has(text: string): boolean
  /** Whether one of the texts is known. */
  hasAny(texts: readonly string[]): boolean
}

/** Up to so many are compared one by one; most policies know one or two. */
const few = 8

/**
 * Makes what looks for known texts. A set would hash all that strangers write, in whole and text by text, where
 * nearly all of it has another length.
 */
export function knownTexts(texts: readonly string[]): KnownTexts {
  const known = new Set(texts)
  if (known.size <= few) {
    const list = [...known]
    return {
      has: (text) => list.includes(text),
      hasAny: (others) => list.some((text) => others.includes(text)),
    }
  }
  // Not by arguments of one call, of which there is not room for any number.
  const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
  const has = (text: string): boolean => text.length <= longest && known.has(text)
  return { has, hasAny: (others) => others.some(has) }
}

/** What claims are checked against; all of it in the form that the checks need. */
interface ClaimsPolicy {
  readonly takesIssuer: (iss: string) => boolean
  /** `undefined` where the policy says `'any'`. */
  readonly audiences: KnownTexts | undefined
  readonly requiredClaims: readonly string[]
  /** Seconds. */
  readonly clockTolerance: number
  /** Seconds. */
  readonly maxTokenAge: number | undefined
}

/** Reads the options that claims are checked against. @throws {TypeError} */
export function claimsPolicy(
  options: VerifierOptions<StandardSchemaV1 | undefined>,
): ClaimsPolicy & IssuerPolicy {
  return {
    ...issuerOption(options.issuer),
    audiences: audienceOption(options.audience),
    requiredClaims: requiredClaimsOption(options.requiredClaims),
    clockTolerance: toleranceOption(options.clockTolerance),
    maxTokenAge: durationOption('maxTokenAge', options.maxTokenAge),
  }
}

/** Which issuers a policy takes. */
interface IssuerPolicy {
  /** `undefined` where a function decides. */
  readonly issuers: readonly string[] | undefined
  readonly takesIssuer: (iss: string) => boolean
}

/** Reads the `issuer` option of a verifier. @throws {TypeError} */
export function issuerOption(issuer: unknown): IssuerPolicy {
  if (typeof issuer === 'function') {
    return {
      issuers: undefined,
      takesIssuer(iss) {
        try {
          const answer: unknown = issuer(iss)
          // A promise is refused below.
          ignoreRejection(answer)
          return answer === true
        } catch {
          return false
        }
      },
    }
  }
  const issuers = stringList(
    'issuer',
    issuer,
    'required: the exact iss of the tokens, a list, or (iss) => boolean',
  )
  return { issuers, takesIssuer: knownTexts(issuers).has }
}

/** Reads the `audience` option of a verifier; `undefined` means any. @throws {TypeError} */
function audienceOption(audience: unknown): KnownTexts | undefined {
  if (audience === 'any') return undefined
  const wayOut = "required: our own name as issuers put it into aud, or a list; 'any' (alone) opts out"
  const list = stringList('audience', audience, wayOut)
  if (list.includes('any')) throw new TypeError(`audience: ${wayOut}`)
  return knownTexts(list)
}

/** RFC 7519 §4.1.4: usually no more than a few minutes. More than an hour is mostly milliseconds for seconds. */
const largestTolerance = 3600

/** Reads the `clockTolerance` option of a verifier, in seconds. @throws {TypeError} */
export function toleranceOption(clockTolerance: Duration | undefined): number {
  const seconds = durationOption('clockTolerance', clockTolerance) ?? 0
  if (seconds <= largestTolerance) return seconds
  throw new TypeError(
    `clockTolerance: must be ${largestTolerance} seconds at most; within it, tokens live on after their exp`,
  )
}

function requiredClaimsOption(names: unknown): readonly string[] {
  if (names === undefined || (Array.isArray(names) && names.length === 0)) return []
  return stringList('requiredClaims', names, "must be a list of claim names, such as ['sub']")
}

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
