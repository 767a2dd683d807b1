import { singleFlight } from './single-flight.js'

/** A server's response to a login or a renewal: the grant of `sessions.start` and `sessions.renew`. */
export interface Tokens {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  /** Absent in the response to a parallel request: the previous one is kept. */
  readonly refreshToken?: string | undefined
}

/** Options of {@link createSessionClient}. */
export interface SessionClientOptions {
  /** The response to the login. */
  readonly tokens: Tokens & { readonly refreshToken: string }
  /** Requests new tokens from the server. If it rejects, the tokens are kept, and the next request tries again. */
  readonly renew: (refreshToken: string) => Promise<Tokens>
  /** Called with each new refresh token, to store it. @default nothing is called */
  readonly onRefreshToken?: (refreshToken: string) => void
}

/** The tokens of one session, in one process. */
export interface SessionClient {
  /**
   * Returns an access token that does not expire soon. Concurrent callers share one renewal. If that fails, the current token
   * is returned until it expires.
   *
   * @param refused The token that the server has just rejected with 401: another one is returned.
   */
  accessToken(refused?: string): Promise<string>
}

/**
 * Holds the tokens of a session in a client other than a browser, and renews them once for all concurrent requests.
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

/** Times are by the monotonic clock, in milliseconds. */
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
