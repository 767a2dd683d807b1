import { checkMembers } from '../options.js'
import { cookieValues, isCookieName } from './cookie.js'
import { type CredentialsFound, type CredentialsSource, createSource } from './credentials.js'
import type { AuthRequest } from './request.js'
import { bearerScheme } from './scheme.js'

/**
 * An empty value remains after a cookie was cleared. A browser sends two of one name after the path or the domain of the
 * cookie has changed: if they are equal, it does not matter which of them is ours.
 */
export function readCookie(request: AuthRequest, name: string): CredentialsFound {
  const [token, ...others] = cookieValues(request, name)
  if (others.some((other) => other !== token)) {
    return { scheme: bearerScheme, code: 'SB_CREDENTIALS_REPEATED', source: 'cookie', place: name }
  }
  return token === undefined || token === ''
    ? undefined
    : { scheme: bearerScheme, token, source: 'cookie', place: name }
}

/** How a cookie contains a token. */
export interface CookieSourceOptions {
  /**
   * Also reads a token that is split over cookies with the names `NAME.0`, `NAME.1` and so on, as the session cookies of
   * Auth.js are. Those of `createSessionCookies` are read by its own `credentials`.
   *
   * @default false
   */
  readonly chunked?: boolean | undefined
}

/** More than the largest token fills. */
const maxChunks = 16

/** Chunks up to the first that is absent. A whole cookie beside them is another token. */
function readChunks(request: AuthRequest, name: string): CredentialsFound {
  const whole = readCookie(request, name)
  let token = ''
  for (let index = 0; index < maxChunks; index++) {
    const chunk = readCookie(request, `${name}.${index}`)
    if (chunk === undefined) break
    if ('code' in chunk) return chunk
    token += chunk.token
  }
  if (token === '') return whole
  return whole === undefined
    ? { scheme: bearerScheme, token, source: 'cookie', place: name }
    : {
        scheme: bearerScheme,
        code: 'SB_CREDENTIALS_REPEATED',
        source: 'cookie',
        place: `${name} and ${name}.0`,
      }
}

/**
 * Reads a cookie whose value is a token. Prefer a name that starts with `__Host-`: no other host can set such a cookie. On
 * an unsafe method, cookies require proof that one of your own pages sent them: see the option `csrf`.
 *
 * @throws {TypeError} for an invalid cookie name (RFC 6265 §4.1.1).
 */
export function cookie(name: string, options: CookieSourceOptions = {}): CredentialsSource {
  checkMembers('cookie', options, ['chunked'])
  const { chunked = false } = options
  if (!isCookieName(name)) {
    throw new TypeError("cookie: the name must be an RFC 6265 token such as '__Host-access'")
  }
  if (typeof chunked !== 'boolean') throw new TypeError('cookie: chunked must be true or false')
  const read = chunked ? readChunks : readCookie
  return createSource(
    { source: 'cookie', name, scheme: undefined },
    { scheme: bearerScheme, read: (request) => read(request, name) },
  )
}
