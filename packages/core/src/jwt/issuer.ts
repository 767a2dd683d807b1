import { listenersOn } from '../channel.js'
import { maxTokenSizeOption } from '../compact/segments.js'
import type { ErrorCode } from '../error-table.js'
import { isSealbearerError, SealbearerError } from '../errors.js'
import { isPromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { type Duration, secondsClock } from '../time.js'
import { deepFreeze, type JwtClaims, type VerifiedClaims } from './claims.js'
import { partyNames } from './claims-policy.js'
import { type ClaimsToIssue, claimsWriter, copyClaims, type PartyClaims } from './issued-claims.js'
import { type AnyIssuerOptions, type IssuerOptions, lifeOf, lifetimeOptions } from './issuer-options.js'
import { profiledClaims } from './profile.js'
import { policyForm } from './token-reader.js'
import { tokenWriter } from './token-writer.js'
import type { TokenForm } from './verification.js'
import { defaultForbiddenClaims, withheldClaimsCheck } from './withheld-claims.js'

/** Options of one `issue` call. */
export interface IssueOptions {
  /** Up to the issuer's `maxLifetime`. @default the issuer's `lifetime` */
  readonly lifetime?: Duration
}

/** An issued token and its claims. */
export interface IssuedToken<Claims extends JwtClaims = IssuedClaims> {
  readonly token: string
  /** Frozen. */
  readonly claims: Claims
}

/** Claims that every issued token has. */
export interface IssuedClaims extends VerifiedClaims {
  readonly aud: string | readonly string[]
  /** Seconds since the epoch. */
  readonly iat: number
  readonly jti: string
}

/** The same under a policy that omits some of them. */
type IssuedUnder<Issuer, Audience, Exp> = [Issuer, Audience, Exp] extends [
  string,
  string | readonly string[],
  undefined,
]
  ? IssuedClaims
  : JwtClaims & { readonly iat: number; readonly jti: string } & (Issuer extends null
        ? { readonly iss?: never }
        : { readonly iss: string }) &
      (Audience extends null ? { readonly aud?: never } : { readonly aud: string | readonly string[] }) &
      (Exp extends 'optional' ? unknown : { readonly exp: number })

/** Issues tokens of one form. */
export interface Issuer<Claims extends JwtClaims = IssuedClaims> {
  /** The `iss` of its tokens. */
  readonly issuer: Claims['iss']
  /** Seconds from `iat` to `exp`; `Infinity` if tokens have no `exp`. */
  readonly lifetime: number
  /** The maximum in seconds that a call may request. */
  readonly maxLifetime: number
  /**
   * Issues a token. `iss`, `aud`, `iat`, `exp` and `jti` are set by the issuer and cannot be passed.
   *
   * @throws {SealbearerError} `SB_CLAIM_RESERVED`, `SB_CLAIM_FORBIDDEN`, `SB_CLAIM_CONFIDENTIAL`,
   * `SB_LIFETIME_INVALID`, `SB_ISSUED_TOO_LARGE`, `SB_KEYS_UNAVAILABLE`
   * @throws {TypeError} for claims that no verifier would accept, or of which JSON would write nothing (a Promise, a Map):
   * not a JSON object, a registered claim of the wrong
   * type, an `nbf` that is not before `exp`, nesting over 32 levels, ill-formed Unicode.
   */
  issue(claims: ClaimsToIssue, options?: IssueOptions): Promise<IssuedToken<Claims>>
}

const optionNames = [
  'issuer',
  'audience',
  'exp',
  'lifetime',
  'maxLifetime',
  'typ',
  'profile',
  'signature',
  'encryption',
  'confidentialClaims',
  'forbiddenClaims',
  'maxTokenSize',
  'now',
] as const satisfies readonly (keyof AnyIssuerOptions)[]

/**
 * Creates an issuer. `signature` alone issues signed tokens, `signature` and `encryption` nested ones, `encryption`
 * alone, with a shared secret, encrypted ones.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid. The message describes the fix.
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
export function createIssuer<
  Iss extends string | null = string,
  Aud extends string | readonly string[] | null = string | readonly string[],
  Exp extends 'optional' | undefined = undefined,
>(options: IssuerOptions<Iss, Aud, Exp>): Issuer<IssuedUnder<Iss, Aud, Exp>> {
  checkMembers('createIssuer', options, optionNames)
  const names = partyClaims(options)
  const lifetimes = lifetimeOptions(options)
  const { forbiddenClaims = defaultForbiddenClaims, confidentialClaims = [] } = options
  const withhold = withheldClaimsCheck({
    forbiddenClaims,
    confidentialClaims,
    isEncrypted: options.encryption !== undefined,
  })
  const checkProfile = profiledClaims(options, withhold)
  const claimsText = claimsWriter(names)
  const write = tokenWriter(options)
  const maxTokenSize = maxTokenSizeOption(options.maxTokenSize)
  const now = secondsClock(options.now)

  const issue = async (claims: ClaimsToIssue, asked: IssueOptions = {}): Promise<IssuedToken<JwtClaims>> => {
    checkMembers('issue', asked, ['lifetime'])
    const copy = copyClaims(claims)
    withhold(copy)
    checkProfile(copy)
    const life = lifeOf(lifetimes, asked.lifetime, copy, now())
    // V8 takes a hundred times as long for literals that begin with a spread.
    const fresh = Object.assign(life, { jti: crypto.randomUUID() })
    const written = write(claimsText(copy, fresh), life)
    const token = isPromise(written) ? await written : written
    if (token.length > maxTokenSize) throw new SealbearerError('SB_ISSUED_TOO_LARGE')
    return Object.freeze({
      token,
      claims: deepFreeze(Object.assign({}, names, copy, fresh)),
    })
  }
  const issueWithEvents = withEvents(issue, {
    form: policyForm(options),
    ...(names.iss !== undefined && { issuer: names.iss }),
  })
  // The options say which of the claims are absent, and so does the type.
  return Object.freeze({ issuer: names.iss, ...lifetimes, issue: issueWithEvents }) as Issuer<
    IssuedUnder<Iss, Aud, Exp>
  >
}

/** Reads the options `issuer` and `audience` of an issuer. @throws {TypeError} */
function partyClaims({ issuer, audience }: AnyIssuerOptions): PartyClaims {
  if (Array.isArray(issuer)) throw new TypeError('issuer: must be one string; create an issuer for each')
  const [iss] =
    issuer === null ? [] : partyNames('issuer', issuer, 'required: the iss of every token, one string')
  if (audience === null) return { ...(iss !== undefined && { iss }) }
  const names = partyNames(
    'audience',
    audience,
    'required: who the tokens are for, one string or several; null for tokens without aud',
  )
  const aud = typeof audience === 'string' ? audience : Object.freeze(names)
  return { ...(iss !== undefined && { iss }), aud }
}

/** A token was issued, or not. Contains no part of a token, a key or a claim. */
export interface IssueEvent {
  readonly issued: boolean
  /** Why not; absent for a mistake in the call, which is a `TypeError`. */
  readonly code?: ErrorCode
  /** Name of the claim or option at fault, if any; never its value. */
  readonly parameter?: string
  readonly form: TokenForm
  /** The issuer, as configured; absent for tokens without `iss`. */
  readonly issuer?: string
  /** Milliseconds. */
  readonly duration: number
}

/** Returns a function like `issue` that emits an event on the channel `sealbearer:issue` for each call. */
function withEvents<Args extends readonly unknown[], Issued>(
  issue: (...args: Args) => Promise<Issued>,
  facts: Pick<IssueEvent, 'form' | 'issuer'>,
): (...args: Args) => Promise<Issued> {
  const listeners = listenersOn<IssueEvent>('sealbearer:issue')
  const observed = async (...args: Args): Promise<Issued> => {
    const start = performance.now()
    try {
      const issued = await issue(...args)
      listeners.emit({ issued: true, ...facts, duration: performance.now() - start })
      return issued
    } catch (error) {
      const { code, parameter } = isSealbearerError(error) ? error : {}
      listeners.emit({
        issued: false,
        ...(code !== undefined && { code }),
        ...(parameter !== undefined && { parameter }),
        ...facts,
        duration: performance.now() - start,
      })
      throw error
    }
  }
  return (...args) => (listeners.channel?.hasSubscribers === true ? observed(...args) : issue(...args))
}
