import type { Verdict } from '../jwt/verdict.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import type { CredentialsFound } from './credentials.js'
import type { Identification, Identity } from './identity.js'
import type { Auth, Outcome } from './outcome.js'
import type { Refusals } from './refusal.js'
import type { AuthRequest } from './request.js'
import type { CheckedRequirement } from './requirement.js'

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), as IPv4, as IPv4-mapped IPv6, and ::1 (RFC 4291 §2.5.3). */
const loopback = /^(?:(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i

/** A proxy on the same machine makes a stranger's request come from loopback, but says so in one of these. */
const forwardingHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-envoy-external-address',
  'via',
  'cdn-loop',
]

/** Tells whether the request never crossed a network in the clear. */
export const cameSafely = (request: AuthRequest): boolean =>
  request.secure === true || isFromThisMachine(request)

const isForwarded = (request: AuthRequest): boolean =>
  request.broughtAny?.(forwardingHeaders) ?? forwardingHeaders.some((name) => request.header(name).length > 0)

function isFromThisMachine(request: AuthRequest): boolean {
  const { remoteAddress } = request
  return remoteAddress !== undefined && loopback.test(remoteAddress) && !isForwarded(request)
}

/** Finds out who sends a request. Throws, or rejects, only where something other than the request is broken. */
export type Identify<Claims> = (request: AuthRequest) => MaybePromise<Identification<Claims>>

interface Steps<Claims> {
  readonly refusals: Refusals
  readonly cameSafely: (request: AuthRequest) => boolean
  readonly readCredentials: (request: AuthRequest) => CredentialsFound
  readonly csrfHolds: (request: AuthRequest) => boolean
  readonly check: (token: string) => MaybePromise<Verdict<Claims>>
  readonly toIdentity: (verdict: Verdict<Claims>) => Identity<Claims>
}

/** Puts the steps in the order in which a request goes through them; the first that fails decides. */
export function createIdentify<Claims>(steps: Steps<Claims>): Identify<Claims> {
  const { refusals, cameSafely, readCredentials, csrfHolds, check, toIdentity } = steps
  return (request) => {
    if (!cameSafely(request)) return refusals.refuse('SB_HTTPS_REQUIRED')
    const credentials = readCredentials(request)
    if (credentials === undefined) return undefined
    if (typeof credentials === 'string') return refusals.refuse(credentials)
    if (credentials.source === 'cookie' && !csrfHolds(request)) return refusals.refuse('SB_CSRF')
    return chainOrRecover<Identity<Claims>, Identification<Claims>>(
      () => chain(check(credentials.token), toIdentity),
      (identity) => identity,
      refusals.recover,
    )
  }
}

/** Decides whether an identified request may go on. `auth` is `undefined` only under an optional requirement. */
export type Judge<Claims> = (found: Identification<Claims>) => Outcome<Auth<Claims> | undefined>

/** Prepares the decisions and answers of one requirement. */
export function createJudge<Claims>(
  requirement: CheckedRequirement,
  { refuse, lackingScope }: Refusals,
): Judge<Claims> {
  const { optional, conditions, neededScope } = requirement
  const refuseScope = lackingScope(neededScope)
  return (found) => {
    if (found === undefined)
      return optional ? { ok: true, auth: undefined } : refuse('SB_CREDENTIALS_MISSING')
    if (!found.ok) return found
    const { auth } = found
    for (const { code, holds } of conditions) {
      if (holds(auth, found)) continue
      return code === 'SB_SCOPE_INSUFFICIENT' ? refuseScope() : refuse(code)
    }
    return { ok: true, auth }
  }
}
