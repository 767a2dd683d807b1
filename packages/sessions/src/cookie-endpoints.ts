import { type AuthRequest, type Endpoint, type EndpointResponse, endpointAt } from '@sealbearer/core/internal'
import { type CsrfCheck, requireOwnPage } from './check-csrf.js'
import { createResponse, errorResponse } from './endpoint-response.js'
import { cookieHeaders, type RenewByCookie } from './renewal.js'
import { sessionError } from './session-error.js'
import type { SessionJar } from './session-jar.js'
import { type Sessions, sessionsLink } from './sessions.js'

/** Creates an endpoint for POST requests that are proven to come from an allowed origin; others change nothing. */
function postEndpoint(
  path: string,
  csrfHolds: CsrfCheck,
  respond: (request: AuthRequest) => Promise<EndpointResponse>,
): Endpoint {
  return endpointAt(path, async (request) => {
    if (request.method !== 'POST') return createResponse(405, { Allow: 'POST' })
    try {
      requireOwnPage(request, csrfHolds)
      return await respond(request)
    } catch (error) {
      return errorResponse(error)
    }
  })
}

/** Renews the cookies of a browser. */
export function renewEndpoint(path: string, csrfHolds: CsrfCheck, renew: RenewByCookie): Endpoint {
  return postEndpoint(path, csrfHolds, async (request) => {
    const renewed = await renew(request)
    if (renewed?.grant === undefined) {
      return errorResponse(sessionError('SB_REFRESH_REFUSED'), cookieHeaders(renewed?.cookies ?? []))
    }
    const { expiresIn } = renewed.grant
    return createResponse(200, cookieHeaders(renewed.cookies), { expiresIn })
  })
}

/** Ends the session of a browser. If that fails, the cookies are kept: the session still exists. */
export function logoutEndpoint(
  path: string,
  csrfHolds: CsrfCheck,
  sessions: Sessions,
  jar: SessionJar,
): Endpoint {
  return postEndpoint(path, csrfHolds, async (request) => {
    for (const refreshToken of jar.refreshTokens(request)) await sessions.end({ refreshToken })
    return createResponse(204, cookieHeaders(jar.clear()))
  })
}

/** Ends all sessions of a user. Without a valid session, the request is rejected, because nothing has ended. */
export function logoutEverywhereEndpoint(
  path: string,
  csrfHolds: CsrfCheck,
  sessions: Sessions,
  jar: SessionJar,
): Endpoint {
  const { endAllByToken } = sessionsLink(sessions)
  return postEndpoint(path, csrfHolds, async (request) => {
    const refreshTokens = jar.refreshTokens(request)
    const cleared = refreshTokens.length === 0 ? {} : cookieHeaders(jar.clear())
    let isEnded = false
    for (const refreshToken of refreshTokens) isEnded = (await endAllByToken(refreshToken)) || isEnded
    return isEnded ? createResponse(204, cleared) : errorResponse(sessionError('SB_REFRESH_REFUSED'), cleared)
  })
}
