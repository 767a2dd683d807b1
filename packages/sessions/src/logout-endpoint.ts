import { isSealbearerError, SealbearerError, type Verifier } from '@sealbearer/core'
import {
  checkMembers,
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  endpointAt,
  hasForm,
  withDefault,
} from '@sealbearer/core/internal'
import type { ReplayStore } from '@sealbearer/core/stores'
import { createResponse, errorResponse } from './endpoint-response.js'
import { createLogoutOnce } from './logout-once.js'
import { type LogoutClaims, logoutClaims } from './logout-token.js'
import type { Revocations } from './revocations.js'
import { type Sessions, sessionsLink } from './sessions.js'

/** Options of {@link createLogoutEndpoint}. */
export interface LogoutEndpointOptions {
  /**
   * Verifies logout tokens: with the provider's issuer and keys, the client's id as audience, and `typ: 'logout+jwt'`.
   */
  readonly verifier: Verifier<unknown>
  /** The sessions: those started with the `providerSession`, or all of the subject, are ended. */
  readonly sessions: Sessions
  /**
   * Also rejects the provider's own access tokens, for servers that accept them. Only its verifier may have these: `sub` and
   * `sid` are names within one issuer.
   *
   * @default only sessions end
   */
  readonly revocations?: Revocations
  /**
   * Where used tokens are remembered, one store for all processes. With `isClaimed`, a token whose sessions could not be
   * ended can be sent again to any process; without it, only to the same one.
   *
   * @default the store of `sessions`, where it has `claim`
   */
  readonly replay?: ReplayStore
  /** Returns the subject of the sessions if a logout token has only the provider's `sub`. @default that `sub` */
  readonly subject?: (claims: LogoutClaims) => string | undefined
  /** The path, for adapters that mount by path. @default '/backchannel-logout' */
  readonly path?: string
}

const optionNames = [
  'verifier',
  'sessions',
  'revocations',
  'replay',
  'subject',
  'path',
] as const satisfies readonly (keyof LogoutEndpointOptions)[]
const maxBodyBytes = 65_536

/**
 * Creates an endpoint for back-channel logout: the OpenID provider itself sends the request.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html OpenID Connect Back-Channel Logout 1.0}
 */
export function createLogoutEndpoint(options: LogoutEndpointOptions): Endpoint {
  checkMembers('createLogoutEndpoint', options, optionNames)
  const { verifier, sessions, revocations } = options
  if (typeof verifier?.verify !== 'function') throw new TypeError('verifier: required, from createVerifier')
  const { policy, endLinked } = sessionsLink(sessions)
  const replay = replayOption(withDefault(options.replay, policy.replay))
  if (revocations !== undefined && typeof revocations?.revoke !== 'function')
    throw new TypeError('revocations: must come from createRevocations')
  const subjectOf = withDefault(options.subject, ({ sub }: LogoutClaims) => sub)
  if (typeof subjectOf !== 'function') throw new TypeError('subject: must be a function of the claims')

  async function end(claims: LogoutClaims): Promise<void> {
    const { iss, sid, sub } = claims
    if (sid !== undefined) {
      await endLinked(iss, sid)
      await revocations?.revoke({ sid })
      return
    }
    const subject = subjectOf(claims)
    if (subject !== undefined) await sessions.endAll(subject)
    if (sub !== undefined) await revocations?.revoke({ sub })
  }

  const endOnce = createLogoutOnce(replay, end)

  return endpointAt(withDefault(options.path, '/backchannel-logout'), async (request) => {
    if (request.method !== 'POST') return createResponse(405, { Allow: 'POST' })
    try {
      await endOnce(logoutClaims(await verifier.verify(await tokenOf(request))))
      return createResponse(200, {})
    } catch (error) {
      return refusal(error)
    }
  })
}

function replayOption(replay: ReplayStore | undefined): ReplayStore {
  if (typeof replay?.claim === 'function') return replay
  throw new TypeError('replay: required, a store with claim(key, seconds): the store of sessions has none')
}

/** Providers send a form with one `logout_token` (§2.5). @throws {SealbearerError} `SB_CREDENTIALS_MALFORMED` */
async function tokenOf(request: EndpointRequest): Promise<string> {
  if (!hasForm(request)) throw malformed()
  let body: string
  try {
    body = await request.text(maxBodyBytes)
  } catch {
    throw malformed()
  }
  const [token, another] = new URLSearchParams(body).getAll('logout_token')
  if (token === undefined || token === '' || another !== undefined) throw malformed()
  return token
}

const malformed = (): SealbearerError => new SealbearerError('SB_CREDENTIALS_MALFORMED')

/** 400 for any invalid token (§2.8), 503 if the sessions could not be ended. */
function refusal(error: unknown): EndpointResponse {
  if (isSealbearerError(error) && error.status === 401) return { ...errorResponse(malformed()), error }
  return errorResponse(error)
}
