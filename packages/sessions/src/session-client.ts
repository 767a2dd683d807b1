import { singleFlight } from './single-flight.js'

/** A server's answer to a login or a renewal: the grant of `sessions.start` and `sessions.renew`. */
export interface Tokens {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  /** Absent in the answer to a parallel request: the one before is kept. */
  readonly refreshToken?: string | undefined
}

/** How a client keeps its tokens. */
export interface SessionClientOptions {
  /** The answer to the login. */
  readonly tokens: Tokens & { readonly refreshToken: string }
  /** Asks the server for other tokens. When it rejects, the tokens stay, and the next request asks again. */
  readonly renew: (refreshToken: string) => Promise<Tokens>
  /** Called with each new refresh token, to store it. @default nothing is called */
  readonly onRefreshToken?: (refreshToken: string) => void
}

/** The tokens of one session, in one process. */
export interface SessionClient {
  /**
   * An access token that does not expire soon. Concurrent callers share one renewal. Where that fails, the token is
   * returned as long as it has not expired.
   *
   * @param refused The token that the server has just answered with 401: another one is returned.
   */
  accessToken(refused?: string): Promise<string>
}

/**
 * Keeps the tokens of a session in a client other than a browser, and renews them once for all requests that need it.
 *
 * @example
 * const client = createSessionClient({ tokens, renew: (refreshToken) => post('/token', { refreshToken }) })
 * await fetch(url, { headers: { authorization: `Bearer ${await client.accessToken()}` } })
 */
export function createSessionClient({ tokens, renew, onRefreshToken }: SessionClientOptions): SessionClient {
  let { refreshToken } = tokens
  let current = timed(tokens)

  const renewOnce = singleFlight(async () => {
    const renewed = await renew(refreshToken)
    current = timed(renewed)
    if (renewed.refreshToken === undefined || renewed.refreshToken === refreshToken) return
    refreshToken = renewed.refreshToken
    onRefreshToken?.(refreshToken)
  })

  return {
    async accessToken(refused) {
      if (current.accessToken !== refused && performance.now() < current.renewAt) return current.accessToken
      try {
        await renewOnce()
      } catch (error) {
        if (current.accessToken === refused || performance.now() >= current.expiresAt) throw error
      }
      return current.accessToken
    },
  }
}

/** Times are by a clock that cannot be set, in milliseconds. */
interface TimedToken {
  readonly accessToken: string
  readonly renewAt: number
  readonly expiresAt: number
}

/** Renewed early, so that no token expires before its request arrives. */
function timed({ accessToken, expiresIn }: Tokens): TimedToken {
  const early = Math.min(30, expiresIn / 2)
  const expiresAt = performance.now() + expiresIn * 1000
  return { accessToken, renewAt: expiresAt - early * 1000, expiresAt }
}
