import { type AuthRequest, type Endpoint, endpointAt } from '@sealbearer/core/internal'
import { answer, failure } from './answers.js'
import { cookieHeaders, type RenewByCookie } from './renewal.js'
import { sessionError } from './session-error.js'
import type { SessionJar } from './session-jar.js'
import type { Sessions } from './sessions.js'

type CsrfCheck = (request: AuthRequest) => boolean

/** Lets a POST through that one of our own pages is proven to have sent. @throws {SealbearerError} `SB_CSRF` */
function checkSender(request: AuthRequest, csrfHolds: CsrfCheck): void {
  if (!csrfHolds(request)) throw sessionError('SB_CSRF')
}

/** Renews the cookies of a browser. */
export function renewByCookieEndpoint(path: string, csrfHolds: CsrfCheck, renew: RenewByCookie): Endpoint {
  return endpointAt(path, async (request) => {
    if (request.method !== 'POST') return answer(405, { Allow: 'POST' })
    try {
      checkSender(request, csrfHolds)
      const renewed = await renew(request)
      if (renewed?.grant === undefined) {
        return failure(sessionError('SB_REFRESH_REFUSED'), cookieHeaders(renewed?.cookies ?? []))
      }
      const { expiresIn } = renewed.grant
      return answer(200, cookieHeaders(renewed.cookies), { expiresIn })
    } catch (error) {
      return failure(error)
    }
  })
}

/** Ends the session of a browser. Its cookies stay where that fails: the session is still there. */
export function logoutByCookie(
  path: string,
  csrfHolds: CsrfCheck,
  sessions: Sessions,
  jar: SessionJar,
): Endpoint {
  return endpointAt(path, async (request) => {
    if (request.method !== 'POST') return answer(405, { Allow: 'POST' })
    try {
      checkSender(request, csrfHolds)
      const refreshToken = jar.readRefresh(request)
      if (refreshToken !== undefined) await sessions.end({ refreshToken })
      return answer(204, cookieHeaders(jar.clear()))
    } catch (error) {
      return failure(error)
    }
  })
}
