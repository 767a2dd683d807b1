import { isSealbearerError } from '@sealbearer/core'
import type { AuthRequest, HeaderFields, Renewal } from '@sealbearer/core/internal'
import type { RenewedGrant } from './grant.js'
import type { SessionJar } from './session-jar.js'
import { type Sessions, sessionsLink } from './sessions.js'

/** Renews with the refresh cookie of a request; one renewal at a time for each token. */
export type RenewByCookie = (request: AuthRequest) => Promise<CookieRenewal | undefined>

/** The result; `grant` is `undefined` if the session has ended. */
export interface CookieRenewal {
  readonly grant: RenewedGrant | undefined
  /** The cookies of the response: new ones, cleared ones, or none for a parallel request. */
  readonly cookies: readonly string[]
}

/**
 * Requests of one process with the same token share one renewal: the first receives the new cookies, the others only the
 * access token, like parallel requests of several processes. With `answer: 'same'`, all receive the same cookies.
 */
export function createRenewByCookie(sessions: Sessions, jar: SessionJar): RenewByCookie {
  const { answersSame } = sessionsLink(sessions).policy
  const pending = new Map<string, Promise<RenewedGrant>>()

  async function renewOnce(refreshToken: string): Promise<RenewedGrant> {
    const joined = pending.get(refreshToken)
    if (joined !== undefined) {
      if (answersSame) return joined
      const { refreshToken: _, ...rest } = await joined
      return rest
    }
    const renewed = sessions.renew(refreshToken).finally(() => pending.delete(refreshToken))
    pending.set(refreshToken, renewed)
    return renewed
  }

  return async (request) => {
    const refreshToken = jar.readRefresh(request)
    if (refreshToken === undefined) return undefined
    try {
      const grant = await renewOnce(refreshToken)
      return { grant, cookies: jar.write(grant) }
    } catch (error) {
      // Other failures may be temporary, and the session still exists.
      if (!isSealbearerError(error) || error.code !== 'SB_REFRESH_REFUSED') throw error
      return { grant: undefined, cookies: jar.clear() }
    }
  }
}

/** Headers of a response with cookies, which must not be cached. */
export const cookieHeaders = (cookies: readonly string[]): HeaderFields =>
  cookies.length === 0 ? {} : { 'Set-Cookie': cookies, 'Cache-Control': 'no-store' }

/** Renews the session of a request before the decision, for `createAuthenticator({ renewal })`. */
export function createRenewal(jar: SessionJar, renew: RenewByCookie): Renewal {
  return Object.freeze({
    isPossible: (request: AuthRequest) => jar.readRefresh(request) !== undefined,
    async renew(request: AuthRequest) {
      const { grant, cookies = [] } = (await renew(request)) ?? {}
      return { token: grant?.accessToken, headers: cookieHeaders(cookies) }
    },
  })
}
