import { returnsTrue } from '../maybe-promise.js'
import { checkMembers, stringList } from '../options.js'
import type { AuthRequest } from './request.js'

/** Which origins may send the cookie with an unsafe request. */
export interface CsrfOptions {
  /**
   * Origins in addition to the server's own: a list such as `['https://app.example.com', 'capacitor://localhost']`, or a
   * function that returns `true` for those it accepts, such as those of preview deployments.
   *
   * @default only the server's own
   */
  readonly origins?: readonly string[] | ((origin: string) => boolean) | undefined
}

/** RFC 9110 §9.2.1, without TRACE, which no browser sends. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Reads the option `csrf`.
 *
 * @returns Whether a request authenticated by a cookie is safe, or proven to come from an allowed page: by
 *   `Sec-Fetch-Site`, otherwise by `Origin`. A page can set neither.
 * @throws {TypeError} for an origin that is not spelled as browsers send it, which could never match.
 */
export function csrfCheck(options: CsrfOptions = {}): (request: AuthRequest) => boolean {
  checkMembers('csrf', options, ['origins'])
  const isAllowed = originsOption(options.origins)
  return (request) => isSafe(request) || isProven(request, isAllowed)
}

function originsOption(origins: CsrfOptions['origins']): (origin: string) => boolean {
  if (origins === undefined) return () => false
  if (typeof origins === 'function') return (origin) => returnsTrue(() => origins(origin))
  const list = new Set(originList(origins))
  return (origin) => list.has(origin)
}

function originList(value: unknown): readonly string[] {
  const wayOut =
    "must be a list of origins such as 'https://app.example.com': scheme, host, port if not the usual one"
  const origins = stringList('csrf.origins', value, wayOut)
  for (const origin of origins) {
    if (!isOrigin(origin)) throw new TypeError(`csrf.origins: ${wayOut}`)
  }
  return origins
}

/** As serialized by browsers (RFC 6454 §6.2). Apps and extensions have their own schemes, without port. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false
  const { protocol, host, origin } = new URL(text)
  // A scheme unknown to the URL standard has no origin there.
  if (origin !== 'null') return /^https?:$/.test(protocol) && origin === text
  return protocol !== 'file:' && host !== '' && `${protocol}//${host}` === text
}

/** A WebSocket handshake is a GET that any page can make a browser send, cookies included (RFC 6455 §10.2). */
const isSafe = (request: AuthRequest): boolean =>
  safeMethods.has(request.method) && !request.header('upgrade').some((value) => /websocket/i.test(value))

/** Names the header by which a request is not proven to come from an allowed page. */
export function unprovenBy(request: AuthRequest): string {
  const sites = request.header('sec-fetch-site')
  if (sites.length > 1) return 'sec-fetch-site'
  if (request.header('origin').length > 0) return 'origin'
  return sites.length === 0 ? 'sec-fetch-site and origin: absent' : 'sec-fetch-site'
}

function isProven(request: AuthRequest, isAllowed: (origin: string) => boolean): boolean {
  const sites = request.header('sec-fetch-site')
  const [origin, secondOrigin] = request.header('origin')
  if (sites.length > 1 || secondOrigin !== undefined) return false
  const [site] = sites
  if (site === 'same-origin' || site === 'none') return true
  if (origin === undefined) return false
  if (isAllowed(origin)) return true
  return site === undefined && origin === ownOrigin(request)
}

/** The origin that pages of this server have: no page can set the headers that a proxy or a browser puts there. */
function ownOrigin(request: AuthRequest): string | undefined {
  const [sent, secondHost] = request.header('host')
  const host = request.host ?? sent
  if (host === undefined || host === '' || secondHost !== undefined) return undefined
  return `${request.secure ? 'https' : 'http'}://${host.toLowerCase()}`
}
