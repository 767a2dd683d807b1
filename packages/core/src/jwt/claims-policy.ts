import { SealbearerError } from '../errors.js'
import { returnsTrue } from '../maybe-promise.js'
import { checkMembers, durationOption, stringList } from '../options.js'
import type { Duration } from '../time.js'
import { profileClaims } from './profile.js'
import {
  type AudienceCheck,
  acceptedValues,
  audienceCheck,
  type ClaimsPolicy,
  type IssuerPolicy,
} from './validate.js'
import type { AnyVerifierOptions } from './verifier-options.js'

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
  const profile = profileClaims(options)
  return {
    ...issuerOption(issuer),
    checkAudience: audienceOption(audience),
    requiredClaims: [
      ...requiredClaimsOption(options.requiredClaims, { iss: issuer, aud: audience }),
      ...profile.requiredClaims,
    ],
    textClaims: profile.textClaims,
    clockTolerance: toleranceOption(options.clockTolerance),
    isExpRequired: exp === undefined,
    maxTokenAge,
  }
}

/** RFC 7519 §4.1.4: usually no more than a few minutes. More than an hour is usually milliseconds by mistake. */
const maxTolerance = 3600

/** Reads the `clockTolerance` option of a verifier, in seconds. @throws {TypeError} */
export function toleranceOption(clockTolerance: Duration | undefined): number {
  const seconds = durationOption('clockTolerance', clockTolerance) ?? 0
  if (seconds <= maxTolerance) return seconds
  throw new TypeError(
    `clockTolerance: must be at most ${maxTolerance} seconds; tokens are accepted that long after their exp`,
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
    if (name === '__proto__') throw new TypeError('requiredClaims: "__proto__" is never a claim; remove it')
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

/** A URL whose host is a pattern. */
const pattern = /^[a-z][a-z0-9+.-]*:\/\/[^/]*\*/i

/**
 * Reads names of issuers or audiences, which are compared exactly (RFC 7519 §2, StringOrURI).
 *
 * @throws {TypeError} for an invalid name, and for a name that no token has: a URL with white space or a pattern in it.
 */
export function partyNames(option: string, value: unknown, wayOut: string): readonly string[] {
  const names = stringList(option, value, wayOut)
  for (const name of names) {
    if (name !== name.trim() || (name.includes(':') && /\s/.test(name))) {
      throw new TypeError(`${option}: contains white space, which no token has there; remove it`)
    }
    if (pattern.test(name)) {
      throw new TypeError(`${option}: is compared exactly, so a pattern never matches; ${wayOut}`)
    }
  }
  return names
}

/** Reads the `issuer` option of a verifier. @throws {TypeError} */
export function issuerOption(issuer: unknown): IssuerPolicy {
  if (issuer === null) return { issuers: [null], acceptsIssuer: () => false }
  if (typeof issuer === 'function') {
    return { issuers: undefined, acceptsIssuer: (iss) => returnsTrue(() => issuer(iss)) }
  }
  const issuers = partyNames(
    'issuer',
    issuer,
    'required: the exact iss of the tokens, a list, or (iss) => boolean',
  )
  return { issuers, acceptsIssuer: acceptedValues(issuers).has }
}

/** Reads the `audience` option of a verifier. @throws {TypeError} */
export function audienceOption(audience: unknown): AudienceCheck {
  if (audience === 'any') return () => {}
  if (audience === null) {
    return (aud) => {
      if (aud !== undefined) throw new SealbearerError('SB_AUDIENCE_MISMATCH')
    }
  }
  const isOnly = typeof audience === 'object' && !Array.isArray(audience)
  if (isOnly) checkMembers('audience', audience, ['only'])
  const [option, names] = isOnly ? ['audience.only', Reflect.get(audience, 'only')] : ['audience', audience]
  const wayOut = "required: our own identifier as issuers put it into aud, or a list; 'any' (alone) opts out"
  const list = partyNames(option, names, wayOut)
  if (list.includes('any')) throw new TypeError(`${option}: ${wayOut}`)
  return audienceCheck(list, isOnly)
}
