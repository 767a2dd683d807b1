import { SealbearerError } from '../errors.js'
import { isKeySet } from '../keys/key-selection.js'
import { isPromise } from '../maybe-promise.js'
import { checkMembers, durationOption, stringList } from '../options.js'
import { type Duration, parseDuration, secondsClock } from '../time.js'
import type { VerifiedClaims } from './claims.js'
import { deepFreeze } from './deep-freeze.js'
import { type ClaimsToIssue, claimsWriter, copyClaims } from './issued-claims.js'
import type { IssuerOptions } from './issuer-options.js'
import { tokenWriter } from './token-writer.js'
import { defaultForbiddenClaims, withheldClaimsCheck } from './withheld-claims.js'

/** What one call may ask for. */
export interface IssueOptions {
  /** Up to the issuer's `maxLifetime`. @default the issuer's `lifetime` */
  readonly lifetime?: Duration
}

/** A new token, and the claims in it. */
export interface IssuedToken {
  readonly token: string
  /** Frozen. */
  readonly claims: IssuedClaims
}

/** Claims that every issued token has. */
export interface IssuedClaims extends VerifiedClaims {
  readonly aud: string | readonly string[]
  readonly iat: number
  readonly jti: string
}

/** Issues tokens of one form. */
export interface Issuer {
  /** The `iss` of its tokens. */
  readonly issuer: string
  /** Seconds from `iat` to `exp`. */
  readonly lifetime: number
  /** The most seconds that a call may ask for. */
  readonly maxLifetime: number
  /**
   * Issues a token. `iss`, `aud`, `iat`, `exp` and `jti` are set here and cannot be handed in.
   *
   * @throws {SealbearerError} `SB_CLAIM_RESERVED`, `SB_CLAIM_FORBIDDEN`, `SB_CLAIM_CONFIDENTIAL`,
   * `SB_LIFETIME_INVALID`, `SB_KEYS_UNAVAILABLE`
   * @throws {TypeError} for claims that no verifier would take: no JSON object, a registered claim of the
   * wrong type, nesting over 32 levels, ill-formed Unicode.
   */
  issue(claims: ClaimsToIssue, options?: IssueOptions): Promise<IssuedToken>
}

const optionNames = [
  'issuer',
  'audience',
  'lifetime',
  'maxLifetime',
  'typ',
  'signature',
  'encryption',
  'confidentialClaims',
  'forbiddenClaims',
  'now',
]

/**
 * Makes an issuer. `signature` alone issues signed tokens, both `signature` and `encryption` nested ones,
 * `encryption` alone, with a shared secret, encrypted ones.
 *
 * @throws {TypeError} for an option that is missing, unknown or wrong; it names the option and the way out.
 * @example
 * const issuer = createIssuer({
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://api.example.com',
 *   lifetime: '15m',
 *   typ: 'at+jwt',
 *   signature: { algorithm: 'ES256', keys },
 * })
 * const { token } = await issuer.issue({ sub: 'user_123', scope: 'orders:read' })
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.1 RFC 7519 §7.1}
 */
export function createIssuer(options: IssuerOptions): Issuer {
  checkMembers('createIssuer', options, optionNames)
  const [iss = ''] = stringList('issuer', options.issuer, 'required: the iss of every token, one string')
  if (Array.isArray(options.issuer)) throw new TypeError('issuer: one string; make an issuer for each')
  const aud = audienceOption(options.audience)
  const { lifetime, maxLifetime } = lifetimeOptions(options)
  const { forbiddenClaims = defaultForbiddenClaims, confidentialClaims = [] } = options
  const withhold = withheldClaimsCheck({
    forbiddenClaims,
    confidentialClaims,
    isEncrypted: options.encryption !== undefined,
  })
  const claimsText = claimsWriter(iss, aud)
  const write = tokenWriter(options)
  const now = secondsClock(options.now)

  return Object.freeze({
    issuer: iss,
    lifetime,
    maxLifetime,
    async issue(claims: ClaimsToIssue, issueOptions: IssueOptions = {}) {
      checkMembers('issue', issueOptions, ['lifetime'])
      const seconds = issueOptions.lifetime === undefined ? lifetime : parseDuration(issueOptions.lifetime)
      if (seconds === undefined || seconds <= 0 || seconds > maxLifetime) {
        throw new SealbearerError('SB_LIFETIME_INVALID')
      }
      const copy = copyClaims(claims)
      withhold(copy)
      const iat = Math.floor(now())
      const [exp, jti] = [iat + seconds, crypto.randomUUID()]
      const token = write(claimsText(copy, { iat, exp, jti }), { iat, exp })
      return Object.freeze({
        token: isPromise(token) ? await token : token,
        claims: deepFreeze({ iss, aud, ...copy, iat, exp, jti }),
      })
    },
  })
}

function audienceOption(audience: string | readonly string[]): string | readonly string[] {
  const list = stringList('audience', audience, 'required: who the tokens are for, one string or several')
  return typeof audience === 'string' ? audience : Object.freeze(list)
}

function lifetimeOptions(options: IssuerOptions): {
  readonly lifetime: number
  readonly maxLifetime: number
} {
  if (options.lifetime === undefined) throw new TypeError("lifetime: required, such as '15m'")
  const lifetime = durationOption('lifetime', options.lifetime)
  const longest = longestOf(options)
  const maxLifetime = durationOption('maxLifetime', options.maxLifetime ?? Math.min(3_600, longest))
  if (lifetime <= 0) throw new TypeError("lifetime: must be more than nothing, such as '15m'")
  if (Math.max(lifetime, maxLifetime) > longest) {
    throw new TypeError(
      `maxLifetime: tokens could outlive their keys, which are trusted for ${longest} s after their last use; shorten it, or raise maxTokenLifetime of the key ring`,
    )
  }
  if (lifetime > maxLifetime) {
    throw new TypeError(
      'lifetime: is longer than maxLifetime (by default 1h); shorten it, or raise maxLifetime',
    )
  }
  return { lifetime, maxLifetime }
}

/** Seconds that the keys of an issuer allow a token to live. */
function longestOf({ signature, encryption }: IssuerOptions): number {
  const limits = [signature?.keys, encryption?.keys].map((keys) =>
    isKeySet(keys) ? keys.maxTokenLifetime : undefined,
  )
  return Math.min(...limits.filter((seconds) => seconds !== undefined), Number.POSITIVE_INFINITY)
}
