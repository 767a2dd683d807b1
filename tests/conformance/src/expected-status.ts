import type { GeneratedRequest, Tokens } from './generated-requests.js'
import { host, page } from './parties.js'
import { cookieName } from './policies.js'

/** Optional white space of RFC 9110 §5.6.3, which is part of no value. */
const trimmed = (text: string): string => text.replaceAll(/^[ \t]+|[ \t]+$/g, '')

type Found = { readonly token: string | undefined } | 'malformed'

/** RFC 6750 §2.1, RFC 9110 §11.1 and §11.4. */
function inHeader(values: readonly string[]): Found {
  const [value, ...others] = values
  if (value === undefined) return { token: undefined }
  if (others.length > 0) return 'malformed'
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(value)?.[1]
  if (token !== undefined) return { token }
  const scheme = /^[\w!#$%&'*+.^`|~-]+/.exec(value)?.[0]
  return scheme === undefined || scheme.toLowerCase() === 'bearer' ? 'malformed' : { token: undefined }
}

/** RFC 6265 §5.2. */
function inCookies(values: readonly string[]): Found {
  const found = values
    .flatMap((value) => value.split(';'))
    .map((pair) => pair.split(/=(.*)/s).map(trimmed))
    .flatMap(([name, value]) => (name === cookieName && value !== undefined ? [value] : []))
  if (new Set(found).size > 1) return 'malformed'
  return { token: found[0] === '' ? undefined : found[0] }
}

/** Fetch Metadata where a browser sends it, otherwise RFC 6454. */
function isOwnPage(sites: readonly string[], origins: readonly string[]): boolean {
  if (sites.length > 1 || origins.length > 1) return false
  const [[site], [origin]] = [sites, origins]
  if (site === 'same-origin' || site === 'none') return true
  return origin === page || (site === undefined && origin === `http://${host}`)
}

/** The status that the specifications and the policy `cookies` demand, read from them and not from the code. */
export function expectedStatus({ method, headers }: GeneratedRequest, { good, other }: Tokens): number {
  const valuesOf = (name: string): readonly string[] =>
    headers.flatMap(([sent, value]) => (sent.toLowerCase() === name ? [trimmed(value)] : []))
  const [header, cookie] = [inHeader(valuesOf('authorization')), inCookies(valuesOf('cookie'))]
  if (header === 'malformed' || cookie === 'malformed') return 400
  if (header.token !== undefined && cookie.token !== undefined) return 400
  const token = header.token ?? cookie.token
  if (token === undefined) return 401
  const isSafe = header.token !== undefined || method === 'GET'
  if (!isSafe && !isOwnPage(valuesOf('sec-fetch-site'), valuesOf('origin'))) return 403
  return token === good || token === other ? 200 : 401
}
