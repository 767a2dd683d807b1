import { checkMembers } from '../options.js'
import { cookieValues, isCookieName } from './cookie.js'
import type { AuthRequest } from './request.js'
import { bearerScheme, type Credentials, type Scheme } from './scheme.js'

/** Credentials that cannot be read. */
interface Unreadable {
  readonly scheme: Scheme
  readonly code: 'SB_CREDENTIALS_MALFORMED' | 'SB_CREDENTIALS_REPEATED'
  readonly source: Credentials['source']
}

/** Credentials, what is wrong with them, or `undefined` where there are none. */
export type CredentialsFound = Credentials | Unreadable | undefined

/** A place where credentials are looked for; made by {@link bearer}, {@link header} and {@link cookie}. */
export interface CredentialsSource {
  readonly source: Credentials['source']
  /** The header field's name in lower case, or the cookie's name. */
  readonly name: string
  /** The scheme in front of the token; `undefined` for a cookie, and for a header that holds the token alone. */
  readonly scheme: string | undefined
}

/** What is known of a source beside its description. */
interface Reader {
  readonly scheme: Scheme
  readonly read: (request: AuthRequest) => CredentialsFound
}

/** Of the global registry, so that two copies of this package know each other's sources. */
const readerSymbol = Symbol.for('sealbearer.credentials')

/** Makes a source of credentials under a scheme. */
export function createSource(description: CredentialsSource, reader: Reader): CredentialsSource {
  return Object.freeze(Object.defineProperty(description, readerSymbol, { value: reader }))
}

function readerOf(source: unknown): Reader | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  // Only `createSource` writes there.
  return Object.getOwnPropertyDescriptor(source, readerSymbol)?.value as Reader | undefined
}

/** RFC 6750 §2.1. */
const b64token = '[A-Za-z0-9\\-._~+/]+=*'
/** A `token` of RFC 9110 §5.6.2, such as the name of a header or a scheme. */
const httpToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
export const isHttpToken = (text: unknown): text is string =>
  typeof text === 'string' && httpToken.exec(text)?.[0] === text

/**
 * Makes a reader of a header that holds a token, behind the name of a scheme where there is one. Another scheme is
 * not ours to refuse (RFC 6750 §3.1); its case is free (RFC 9110 §11.1).
 */
export function headerReader(
  name: string,
  prefix: string | undefined,
  scheme: Scheme,
): (request: AuthRequest) => CredentialsFound {
  const escaped = prefix?.replace(/[$*+.^|]/g, '\\$&')
  const credentials = new RegExp(
    escaped === undefined ? `^(${b64token})$` : `^${escaped} +(${b64token})$`,
    'i',
  )
  const isAnotherScheme = (value: string): boolean => {
    const named = httpToken.exec(value)?.[0].toLowerCase()
    return prefix !== undefined && named !== undefined && named !== prefix.toLowerCase()
  }
  return (request) => {
    const values = request.header(name)
    const [value] = values
    if (value === undefined) return undefined
    if (values.length > 1) return { scheme, code: 'SB_CREDENTIALS_REPEATED', source: 'header' }
    const token = credentials.exec(value)?.[1]
    if (token !== undefined) return { scheme, token, source: 'header' }
    return isAnotherScheme(value) ? undefined : { scheme, code: 'SB_CREDENTIALS_MALFORMED', source: 'header' }
  }
}

/**
 * Looks in the Authorization header, for the scheme `Bearer`. Other schemes count as no credentials.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750 §2.1}
 */
export function bearer(...unexpected: readonly never[]): CredentialsSource {
  if (unexpected.length > 0) {
    throw new TypeError('bearer: takes nothing; for a token in another header use header(name, { scheme })')
  }
  return createSource(
    { source: 'header', name: 'authorization', scheme: 'Bearer' },
    { scheme: bearerScheme, read: headerReader('authorization', 'Bearer', bearerScheme) },
  )
}

/** How a header holds a token. */
export interface HeaderOptions {
  /** What stands in front of the token, such as `'Bearer'`. @default nothing: the value is the token */
  readonly scheme?: string | undefined
}

/**
 * Looks in a header of another name, as gateways send their tokens: `cf-access-jwt-assertion`,
 * `x-goog-iap-jwt-assertion`. Challenges name the scheme `Bearer`, since clients can send none of these themselves.
 *
 * Anyone who reaches the server can send the header, so the token in it is verified like any other.
 *
 * @param name In any case. `cookie` is read by {@link cookie}.
 * @throws {TypeError} for a name or scheme that is not an HTTP token (RFC 9110 §5.6.2).
 */
export function header(name: string, options: HeaderOptions = {}): CredentialsSource {
  checkMembers('header', options, ['scheme'])
  const { scheme } = options
  if (!isHttpToken(name) || /^cookie$/i.test(name)) {
    throw new TypeError("header: the name must be that of a header, such as 'cf-access-jwt-assertion'")
  }
  if (scheme !== undefined && !isHttpToken(scheme)) {
    throw new TypeError(
      "header: scheme must be a word such as 'Bearer'; leave it out where the value is the token",
    )
  }
  const lowerCase = name.toLowerCase()
  return createSource(
    { source: 'header', name: lowerCase, scheme },
    { scheme: bearerScheme, read: headerReader(lowerCase, scheme, bearerScheme) },
  )
}

/**
 * An empty value is what is left of a cleared cookie. A browser sends two of one name after the path or the domain of
 * the cookie has changed: where they are equal, it does not matter which of them is ours.
 */
export function readCookie(request: AuthRequest, name: string): CredentialsFound {
  const [token, ...others] = cookieValues(request, name)
  if (others.some((other) => other !== token)) {
    return { scheme: bearerScheme, code: 'SB_CREDENTIALS_REPEATED', source: 'cookie' }
  }
  return token === undefined || token === '' ? undefined : { scheme: bearerScheme, token, source: 'cookie' }
}

/**
 * Looks for a cookie whose value is a token. Prefer a name that begins with `__Host-`: no other host can
 * set such a cookie. On an unsafe method, cookies need proof that one of your own pages sent them: see the
 * option `csrf`.
 *
 * @throws {TypeError} for a name that no cookie can have (RFC 6265 §4.1.1).
 */
export function cookie(name: string): CredentialsSource {
  if (!isCookieName(name)) {
    throw new TypeError("cookie: the name must be an RFC 6265 token such as '__Host-access'")
  }
  return createSource(
    { source: 'cookie', name, scheme: undefined },
    { scheme: bearerScheme, read: (request) => readCookie(request, name) },
  )
}

/** What an option `credentials` comes to. */
interface CredentialsReader {
  /** In the order of the sources, each once; the first answers requests without credentials first. */
  readonly schemes: readonly Scheme[]
  /** Whether one of the sources is the Authorization header. */
  readonly readsAuthorization: boolean
  /** Whether all of them are. */
  readonly readsAuthorizationAlone: boolean
  readonly read: (request: AuthRequest) => CredentialsFound
}

/**
 * Reads the option `credentials`.
 *
 * The reader refuses credentials in two places at once: two parties who each look in one of them could
 * take the request for two different senders.
 *
 * @throws {TypeError} for an empty list, the same place twice, and anything that {@link bearer}, {@link header} or
 *   {@link cookie} did not make.
 */
export function credentialsReader(sources: readonly CredentialsSource[] = [bearer()]): CredentialsReader {
  if (!Array.isArray(sources) || sources.length === 0) {
    throw new TypeError(
      'credentials: must be a list with bearer(), header(name), cookie(name) or several of them',
    )
  }
  const places = new Set<string>()
  const found = Array.from(sources, (source: CredentialsSource) => {
    const reader = readerOf(source)
    if (reader === undefined) {
      throw new TypeError('credentials: every item must come from bearer(), header(name) or cookie(name)')
    }
    const place = `${source.source} "${source.name}"${source.scheme === undefined ? '' : ` with ${source.scheme}`}`
    if (places.has(place.toLowerCase())) throw new TypeError(`credentials: the ${place} is listed twice`)
    places.add(place.toLowerCase())
    return reader
  })
  const schemes = [...new Set(found.map(({ scheme }) => scheme))]
  const [only] = found
  return {
    schemes,
    readsAuthorization: sources.some(isAuthorization),
    readsAuthorizationAlone: sources.every(isAuthorization),
    read: found.length === 1 && only !== undefined ? only.read : (request) => readAll(found, request),
  }
}

const isAuthorization = ({ source, name }: CredentialsSource): boolean =>
  source === 'header' && name === 'authorization'

function readAll(readers: readonly Reader[], request: AuthRequest): CredentialsFound {
  let found: Credentials | undefined
  for (const { read } of readers) {
    const next = read(request)
    if (next === undefined) continue
    if ('code' in next) return next
    if (found !== undefined)
      return { scheme: found.scheme, code: 'SB_CREDENTIALS_REPEATED', source: next.source }
    found = next
  }
  return found
}
