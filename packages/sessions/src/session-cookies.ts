import {
  bearerScheme,
  type CredentialsSource,
  type CsrfOptions,
  checkMembers,
  createSource,
  csrfCheck,
  type Endpoint,
  type Renewal,
  withDefault,
} from '@sealbearer/core/internal'
import { logoutEndpoint, logoutEverywhereEndpoint, renewEndpoint } from './cookie-endpoints.js'
import type { Grant } from './grant.js'
import { createRenewal, createRenewByCookie } from './renewal.js'
import { createSessionJar, type JarAttributes, type SessionJar } from './session-jar.js'
import { type Sessions, sessionsLink } from './sessions.js'

/** Options of {@link createSessionCookies}. */
export interface SessionCookiesOptions {
  /** The cookie name of the access token. @default '__Host-access', 'access' with `secure: false` */
  readonly access?: string
  /** The cookie name of the refresh token. @default '__Host-refresh', 'refresh' with `secure: false` */
  readonly refresh?: string
  /** `false` lets browsers send the cookies over plain HTTP, in development alone. @default true */
  readonly secure?: boolean
  /**
   * The path to which browsers send the refresh token. With another path than `'/'`, which names with `__Host-` forbid, only
   * the endpoints under it can renew.
   *
   * @default '/'
   */
  readonly refreshPath?: string
  /** @default 'Lax' */
  readonly sameSite?: 'Strict' | 'Lax' | 'None'
  /** Sends the cookies to all subdomains of this host. @default only the host that sets them */
  readonly domain?: string
  /** Origins that may renew and log out, in addition to the server's own. @default only the server's own */
  readonly csrf?: CsrfOptions
  /** The path of the endpoint `renew`. @default `refreshPath` and `session/renew` */
  readonly renewPath?: string
  /** The path of the endpoint `logout`. @default `refreshPath` and `session/logout` */
  readonly logoutPath?: string
  /** The path of the endpoint `logoutEverywhere`. @default `refreshPath` and `session/logout-everywhere` */
  readonly logoutEverywherePath?: string
}

/** Sessions of browsers. */
export interface SessionCookies {
  /** Values of `Set-Cookie` for a login. @throws {SealbearerError} `SB_COOKIE_TOO_LARGE` */
  start(grant: Grant): string[]
  /** Values of `Set-Cookie` that clear the cookies. Does not end the session. */
  clear(): string[]
  /** Source of the access token, for `createAuthenticator({ credentials })`. */
  readonly credentials: CredentialsSource
  /**
   * For `createAuthenticator({ renewal })`: renews the session before the decision if the access token has expired, is revoked
   * or is missing; the response then has the new cookies.
   *
   * @throws {TypeError} if it is read with another `refreshPath` than `'/'`.
   */
  readonly renewal: Renewal
  /** POST: renews the cookies, and responds with `{ "expiresIn": seconds }`. */
  readonly renew: Endpoint
  /** POST: ends the session and clears the cookies, 204. */
  readonly logout: Endpoint
  /** POST: ends all sessions of the user and clears the cookies, 204; 400 if the session has already ended. */
  readonly logoutEverywhere: Endpoint
}

const optionNames = [
  'access',
  'refresh',
  'refreshPath',
  'secure',
  'sameSite',
  'domain',
  'csrf',
  'renewPath',
  'logoutPath',
  'logoutEverywherePath',
] as const satisfies readonly (keyof SessionCookiesOptions)[]

/**
 * Creates cookies for sessions, which scripts cannot read.
 *
 * @throws {TypeError} for names and paths that browsers reject, and for an unknown option.
 * @example
 * const cookies = createSessionCookies(sessions)
 * const authenticator = createAuthenticator({ verifier, credentials: [cookies.credentials], renewal: cookies.renewal })
 */
export function createSessionCookies(
  sessions: Sessions,
  options: SessionCookiesOptions = {},
): SessionCookies {
  checkMembers('createSessionCookies', options, optionNames)
  sessionsLink(sessions)
  const { secure = true, sameSite = 'Lax', domain, refreshPath = '/' } = options
  // Browsers reject the prefix without `Secure`.
  const prefix = secure ? '__Host-' : ''
  const { access = `${prefix}access`, refresh = `${prefix}refresh` } = options
  if (access === refresh || isChunkOf(access, refresh)) {
    throw new TypeError(
      'refresh: must be another name than access, and none of its chunks, which are access.0, access.1 and so on',
    )
  }
  const attributes: JarAttributes = { secure, sameSite, ...(domain !== undefined && { domain }) }
  const jar = createSessionJar({ access, refresh }, refreshPath, attributes)
  const csrfHolds = csrfCheck(options.csrf)
  const renewOnce = createRenewByCookie(sessions, jar)
  const renewal = createRenewal(jar, renewOnce)
  const under = refreshPath.endsWith('/') ? refreshPath : `${refreshPath}/`
  const pathOf = (option: `${string}Path` & keyof SessionCookiesOptions, usual: string): string =>
    pathUnder(option, withDefault(options[option], `${under}session/${usual}`), under)
  const everywherePath = pathOf('logoutEverywherePath', 'logout-everywhere')
  return Object.freeze({
    start: (grant: Grant) => [...jar.write(grant)],
    clear: () => [...jar.clear()],
    credentials: accessSource(access, jar),
    get renewal() {
      if (refreshPath === '/') return renewal
      throw new TypeError(
        'renewal: browsers send the refresh token to paths under refreshPath only; leave out refreshPath, or renew with the endpoint `renew`',
      )
    },
    renew: renewEndpoint(pathOf('renewPath', 'renew'), csrfHolds, renewOnce),
    logout: logoutEndpoint(pathOf('logoutPath', 'logout'), csrfHolds, sessions, jar),
    logoutEverywhere: logoutEverywhereEndpoint(everywherePath, csrfHolds, sessions, jar),
  })
}

/** Browsers send the refresh token under its path alone (RFC 6265 §5.1.4). @throws {TypeError} */
function pathUnder(option: string, path: string, under: string): string {
  if (typeof path === 'string' && `${path}/`.startsWith(under)) return path
  throw new TypeError(
    `${option}: must be under refreshPath, because browsers send the refresh token nowhere else`,
  )
}

const isChunkOf = (name: string, other: unknown): boolean =>
  typeof other === 'string' && other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1))

function accessSource(name: string, jar: SessionJar): CredentialsSource {
  return createSource(
    { source: 'cookie', name, scheme: undefined },
    {
      scheme: bearerScheme,
      read(request) {
        const token = jar.access.read(request)
        if (token === undefined) return undefined
        return token === 'repeated'
          ? { scheme: bearerScheme, code: 'SB_CREDENTIALS_REPEATED', source: 'cookie', place: name }
          : { scheme: bearerScheme, token, source: 'cookie', place: name }
      },
    },
  )
}
