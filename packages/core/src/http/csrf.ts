import { checkMembers, stringList } from '../options.js'
import type { AuthRequest } from './request.js'

/** Which pages may send the cookie with an unsafe request. */
export interface CsrfOptions {
  /** Origins beside the server's own, such as `https://app.example.com`. */
  readonly origins?: readonly string[] | undefined
}

/** RFC 9110 §9.2.1, without TRACE, which no browser sends. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Reads the option `csrf`.
 *
 * @returns Tells whether a request that a cookie authenticates is safe, or proven to come from one of our
 *   own pages: by `Sec-Fetch-Site`, else by `Origin`. A page can set neither.
 * @throws {TypeError} for an origin that is not spelt as browsers spell it.
 */
export function csrfCheck(options: CsrfOptions = {}): (request: AuthRequest) => boolean {
  checkMembers('csrf', options, ['origins'])
  const origins = new Set(options.origins === undefined ? [] : originList(options.origins))
  return (request) => isSafe(request) || isProven(request, origins)
}

function originList(value: unknown): readonly string[] {
  const wayOut =
    "must be a list of origins such as 'https://app.example.com': scheme, host, port if not the usual one"
  const origins = stringList('csrf.origins', value, wayOut)
  for (const origin of origins) {
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`csrf.origins: ${wayOut}`)
    }
  }
  return origins
}

/** A WebSocket handshake is a GET that any page can make a browser send, cookies included (RFC 6455 §10.2). */
const isSafe = (request: AuthRequest): boolean =>
  safeMethods.has(request.method) && !request.header('upgrade').some((value) => /websocket/i.test(value))

function isProven(request: AuthRequest, origins: ReadonlySet<string>): boolean {
  const sites = request.header('sec-fetch-site')
  const [origin, secondOrigin] = request.header('origin')
  if (sites.length > 1 || secondOrigin !== undefined) return false
  const [site] = sites
  if (site === 'same-origin' || site === 'none') return true
  if (origin === undefined) return false
  if (origins.has(origin)) return true
  return site === undefined && origin === ownOrigin(request)
}

function ownOrigin(request: AuthRequest): string | undefined {
  const [host, secondHost] = request.header('host')
  if (host === undefined || secondHost !== undefined) return undefined
  return `${request.secure ? 'https' : 'http'}://${host.toLowerCase()}`
}
