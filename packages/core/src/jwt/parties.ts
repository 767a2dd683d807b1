import { SealbearerError } from '../errors.js'
import { returnsTrue } from '../maybe-promise.js'
import { checkMembers, stringList } from '../options.js'
import type { JwtClaims } from './claims.js'

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
  const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
  const has = (text: string): boolean => text.length <= longest && known.has(text)
  return { has, hasAny: (others) => others.some(has) }
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

/** Variants of one name: some issuers omit "https://" or a trailing slash in some of their tokens. */
export const partyOf = (issuer: string | null): string =>
  String(issuer)
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '')

/** Which issuers a policy accepts. */
export interface IssuerPolicy {
  /** The names, or `[null]` for tokens without `iss`; `undefined` if a function decides. */
  readonly issuers: readonly (string | null)[] | undefined
  readonly takesIssuer: (iss: string) => boolean
}

/** Reads the `issuer` option of a verifier. @throws {TypeError} */
export function issuerOption(issuer: unknown): IssuerPolicy {
  if (issuer === null) return { issuers: [null], takesIssuer: () => false }
  if (typeof issuer === 'function') {
    return { issuers: undefined, takesIssuer: (iss) => returnsTrue(() => issuer(iss)) }
  }
  const issuers = partyNames(
    'issuer',
    issuer,
    'required: the exact iss of the tokens, a list, or (iss) => boolean',
  )
  return { issuers, takesIssuer: acceptedValues(issuers).has }
}

/** @throws {SealbearerError} `SB_CLAIM_MISSING`, `SB_ISSUER_MISMATCH` */
export function checkIssuer(iss: JwtClaims['iss'], { issuers, takesIssuer }: IssuerPolicy): void {
  if (iss === undefined) {
    if (issuers?.[0] !== null) throw new SealbearerError('SB_CLAIM_MISSING', 'iss')
  } else if (!takesIssuer(iss)) throw new SealbearerError('SB_ISSUER_MISMATCH')
}

/** Rejects tokens for other audiences. @throws {SealbearerError} `SB_CLAIM_MISSING`, `SB_AUDIENCE_MISMATCH` */
export type AudienceCheck = (aud: JwtClaims['aud']) => void

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
  const { has, hasAny } = acceptedValues(list)
  const accepts = isOnly ? onlyKnown(has) : hasAny
  return (aud) => {
    if (aud === undefined) throw new SealbearerError('SB_CLAIM_MISSING', 'aud')
    const isForUs = typeof aud === 'string' ? has(aud) : accepts(aud)
    if (!isForUs) throw new SealbearerError('SB_AUDIENCE_MISMATCH')
  }
}

/** A token without audience is not only for us. */
const onlyKnown =
  (has: (text: string) => boolean) =>
  (texts: readonly string[]): boolean =>
    texts.length > 0 && texts.every((text) => has(text))
