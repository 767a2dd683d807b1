import { comparableMediaType } from '../compact/protected-header.js'
import { oneOf } from '../options.js'
import type { JwtClaims, TokenProfile } from './claims.js'
import type { AnyIssuerOptions } from './issuer-options.js'
import type { AnyVerifierOptions } from './verifier-options.js'

/** What a profile requires of claims, in addition to every policy. */
interface ProfileClaims {
  readonly requiredClaims: readonly string[]
  /** Those that must be strings, besides the registered claims of RFC 7519. */
  readonly textClaims: readonly string[]
}

/** RFC 9068 §2.2; the type of `client_id` is in RFC 8693 §4.3. */
const accessTokenClaims: ProfileClaims = {
  requiredClaims: ['sub', 'client_id', 'iat', 'jti'],
  textClaims: ['client_id'],
}
const noClaims: ProfileClaims = { requiredClaims: [], textClaims: [] }

type Contradiction = readonly [option: string, clause: string, isContrary: boolean, wayOut: string]

const isAccessTokenType = (typ: unknown): boolean =>
  typeof typ === 'string' && comparableMediaType(typ) === 'at+jwt'

/** Options of an issuer or a verifier that contradict the profile. */
const contradictions = ({ typ, issuer, audience, exp, signature }: AnyIssuerOptions | AnyVerifierOptions) => {
  const list: readonly Contradiction[] = [
    ['signature', '§2.1', signature === undefined, 'access tokens are signed; set signature'],
    ['issuer', '§2.2', issuer === null, 'access tokens have an iss; set issuer'],
    ['audience', '§2.2', audience === null || audience === 'any', 'access tokens have an aud; set audience'],
    ['exp', '§2.2', exp !== undefined, 'access tokens expire; remove exp'],
    [
      'typ',
      '§2.1',
      !(Array.isArray(typ) ? typ : [typ]).every(isAccessTokenType),
      "access tokens have the typ 'at+jwt'; set that",
    ],
  ]
  return list
}

/**
 * Reads the option `profile`. @throws {TypeError} for an unknown profile, and for options that contradict it, with the
 * clause.
 */
function checkProfile(
  options: (AnyIssuerOptions | AnyVerifierOptions) & { readonly profile?: TokenProfile },
): void {
  oneOf('profile', options.profile, ['rfc9068'])
  for (const [option, clause, isContrary, wayOut] of contradictions(options)) {
    if (isContrary)
      throw new TypeError(`${option}: contradicts profile 'rfc9068' (RFC 9068 ${clause}): ${wayOut}`)
  }
}

/** What the profile of a verifier requires of claims. @throws {TypeError} */
export function profileClaims(options: AnyVerifierOptions): ProfileClaims {
  if (options.profile === undefined) return noClaims
  checkProfile(options)
  return accessTokenClaims
}

/** What the caller of an issuer has to pass. */
const passedClaims = ['sub', 'client_id'] as const

/**
 * Creates the check of the claims passed to an issuer; without a profile, it accepts all.
 *
 * @param withhold The check of claims that the issuer must not issue.
 * @throws {TypeError}
 */
export function profiledClaims(
  options: AnyIssuerOptions,
  withhold: (claims: object) => void,
): (claims: JwtClaims) => void {
  if (options.profile === undefined) return () => {}
  checkProfile(options)
  for (const name of passedClaims) {
    try {
      withhold({ [name]: '' })
    } catch {
      throw new TypeError(
        `forbiddenClaims, confidentialClaims: profile 'rfc9068' needs the claim "${name}" (RFC 9068 §2.2); leave it out there`,
      )
    }
  }
  return (claims) => {
    for (const name of passedClaims) {
      if (typeof claims[name] === 'string' && claims[name] !== '') continue
      throw new TypeError(`issue: profile 'rfc9068' needs the claim "${name}" (RFC 9068 §2.2)`)
    }
  }
}
