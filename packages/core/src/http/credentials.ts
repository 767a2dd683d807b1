import { pastedWith } from '../compact/segments.js'
import { checkMembers } from '../options.js'
import type { AuthRequest } from './request.js'
import { bearerScheme, type Credentials, type Scheme } from './scheme.js'

/** Credentials that are malformed. */
interface Unreadable {
  readonly scheme: Scheme
  readonly code: 'SB_CREDENTIALS_MALFORMED' | 'SB_CREDENTIALS_REPEATED'
  readonly source: Credentials['source']
  /** The name of the header or cookie. */
  readonly place: string
}

/** Credentials, the error in them, or `undefined` if absent. */
export type CredentialsFound = Credentials | Unreadable | undefined

/** A source of credentials; created by {@link bearer}, {@link header} and {@link cookie}. */
export interface CredentialsSource {
  readonly source: Credentials['source']
  /** The header name in lower case, or the cookie name. */
  readonly name: string
  /** The scheme before the token; `undefined` for a cookie, and for a header that contains only the token. */
  readonly scheme: string | undefined
}

/** Internal data of a source. */
interface Reader {
  readonly scheme: Scheme
  readonly read: (request: AuthRequest) => CredentialsFound
}

/** A registered symbol, so that two copies of this package recognize each other's sources. */
const readerSymbol = Symbol.for('sealbearer.credentials')

/** Creates a source of credentials with a scheme. */
export function createSource(description: CredentialsSource, reader: Reader): CredentialsSource {
  return Object.freeze(Object.defineProperty(description, readerSymbol, { value: reader }))
}

function readerOf(source: unknown): Reader | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  // Only `createSource` sets it.
  return Object.getOwnPropertyDescriptor(source, readerSymbol)?.value as Reader | undefined
}

/** The `b64token` of RFC 6750 §2.1. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Whether a header contains anything but a token. Not checked while reading, because for a request with a cached token it
 * takes longer than everything else.
 */
export const isMalformed = ({ source, token }: Pick<Credentials, 'source' | 'token'>): boolean =>
  source === 'header' && !b64token.test(token)

/** Names the header or cookie of malformed credentials, and what was copied together with the token. */
export function malformedBy({ place, token }: Pick<Credentials, 'place' | 'token'>): string {
  const cause = pastedWith(token)
  return cause === undefined ? place : `${place}: ${cause}`
}

/** A `token` of RFC 9110 §5.6.2, such as the name of a header or a scheme. */
const httpToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
export const isHttpToken = (text: unknown): text is string =>
  typeof text === 'string' && httpToken.exec(text)?.[0] === text

const otherHeaders =
  /^(?:cookie|set-cookie|host|origin|connection|keep-alive|upgrade|te|trailer|transfer-encoding|content-length|sec-fetch-.*)$/i

/** Whether a header has a meaning of its own, and so never contains credentials or certificates. */
export const meansSomethingElse = (name: string): boolean => otherHeaders.test(name)

/**
 * Creates a reader for a header that contains a token, optionally after a scheme. Another scheme is ignored, not rejected
 * (RFC 6750 §3.1); its case does not matter (RFC 9110 §11.1). What follows it can be malformed, see {@link isMalformed}.
 */
export function headerReader(
  name: string,
  prefix: string | undefined,
  scheme: Scheme,
): (request: AuthRequest) => CredentialsFound {
  const start = prefix === undefined ? '' : `${prefix.toLowerCase()} `
  const tokenOf = (value: string): string => {
    if (value.slice(0, start.length).toLowerCase() !== start) return ''
    let first = start.length
    while (start !== '' && value[first] === ' ') first++
    return value.slice(first)
  }
  const isAnotherScheme = (value: string): boolean => {
    const named = httpToken.exec(value)?.[0].toLowerCase()
    return prefix !== undefined && named !== undefined && named !== prefix.toLowerCase()
  }
  return (request) => {
    const values = request.header(name)
    const [value] = values
    if (value === undefined) return undefined
    if (values.length > 1) return { scheme, code: 'SB_CREDENTIALS_REPEATED', source: 'header', place: name }
    const token = tokenOf(value)
    if (token !== '') return { scheme, token, source: 'header', place: name }
    return isAnotherScheme(value)
      ? undefined
      : { scheme, code: 'SB_CREDENTIALS_MALFORMED', source: 'header', place: name }
  }
}

/**
 * Reads the Authorization header with the scheme `Bearer`. Other schemes count as no credentials.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750 §2.1}
 */
export function bearer(...unexpected: readonly never[]): CredentialsSource {
  if (unexpected.length > 0) {
    throw new TypeError(
      'bearer: accepts no arguments; for a token in another header use header(name, { scheme })',
    )
  }
  return createSource(
    { source: 'header', name: 'authorization', scheme: 'Bearer' },
    { scheme: bearerScheme, read: headerReader('authorization', 'Bearer', bearerScheme) },
  )
}

/** How a header contains a token. */
export interface HeaderOptions {
  /** The scheme before the token, such as `'Bearer'`. @default none: the value is the token */
  readonly scheme?: string | undefined
}

/**
 * Reads a header with another name, as used by gateways: `cf-access-jwt-assertion`, `x-goog-iap-jwt-assertion`.
 * Challenges use the scheme `Bearer`, because clients cannot send these headers themselves.
 *
 * Anyone who reaches the server can send the header, so the token in it is verified like any other.
 *
 * @param name Case-insensitive. For `cookie` use {@link cookie}.
 * @throws {TypeError} for a name or scheme that is not an HTTP token (RFC 9110 §5.6.2).
 */
export function header(name: string, options: HeaderOptions = {}): CredentialsSource {
  checkMembers('header', options, ['scheme'])
  const { scheme } = options
  if (!isHttpToken(name) || meansSomethingElse(name)) {
    throw new TypeError(
      "header: the name must be that of a header with a token, such as 'cf-access-jwt-assertion'",
    )
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

/** The validated option `credentials`. */
interface CredentialsReader {
  /** In the order of the sources, without duplicates; the first challenges requests without credentials first. */
  readonly schemes: readonly Scheme[]
  /** Whether one of the sources is the Authorization header. */
  readonly readsAuthorization: boolean
  /** Whether all of them are. */
  readonly readsAuthorizationAlone: boolean
  readonly read: (request: AuthRequest) => CredentialsFound
  /** Names a header that is there with another scheme, or a preflight, which never has credentials. For the log. */
  readonly whyMissing: (request: AuthRequest) => string | undefined
}

/**
 * Reads the option `credentials`.
 *
 * The reader rejects credentials in two places: two parties that each read one of them could assume two different senders
 * for the request.
 *
 * @throws {TypeError} for an empty list, the same place twice, and anything not created by {@link bearer}, {@link header}
 *   or {@link cookie}.
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
    const { scheme } = source
    // Schemes are compared ignoring case, the names of cookies are not.
    const place = `${source.source} "${source.name}"${scheme === undefined ? '' : ` with ${scheme}`}`
    const key = `${source.source} "${source.name}" ${scheme?.toLowerCase() ?? ''}`
    if (places.has(key)) throw new TypeError(`credentials: the ${place} is listed twice`)
    places.add(key)
    return reader
  })
  checkTogether(sources)
  const schemes = [...new Set(found.map(({ scheme }) => scheme))]
  const [only] = found
  const headers = sources.filter(({ source }) => source === 'header').map(({ name }) => name)
  return {
    schemes,
    whyMissing(request) {
      const name = headers.find((name) => request.header(name).length > 0)
      if (name !== undefined) return `${name}: another scheme`
      return isPreflight(request) ? 'a CORS preflight' : undefined
    },
    readsAuthorization: sources.some(isAuthorization),
    readsAuthorizationAlone: sources.every(isAuthorization),
    read: found.length === 1 && only !== undefined ? only.read : (request) => readAll(found, request),
  }
}

/** A browser asks whether a page of another origin may send a request. */
const isPreflight = (request: AuthRequest): boolean =>
  request.method === 'OPTIONS' && request.header('access-control-request-method').length > 0

/** @throws {TypeError} for a header that is read both with and without a scheme. */
function checkTogether(sources: readonly CredentialsSource[]): void {
  const bare = sources.find(({ source, scheme }) => source === 'header' && scheme === undefined)
  const other = sources.find((each) => each !== bare && each.source === 'header' && each.name === bare?.name)
  if (bare === undefined || other === undefined) return
  throw new TypeError(
    `credentials: the header "${bare.name}" is read with ${other.scheme} and without a scheme, and each source rejects what the other accepts; remove one`,
  )
}

/** Whether a source is the Authorization header. */
export const isAuthorization = ({ source, name }: CredentialsSource): boolean =>
  source === 'header' && name === 'authorization'

function readAll(readers: readonly Reader[], request: AuthRequest): CredentialsFound {
  let found: Credentials | undefined
  for (const { read } of readers) {
    const next = read(request)
    if (next === undefined) continue
    if ('code' in next) return next
    if (found !== undefined) {
      const malformed = [found, next].find(isMalformed)
      if (malformed !== undefined) {
        const { scheme, source, place } = malformed
        return { scheme, code: 'SB_CREDENTIALS_MALFORMED', source, place }
      }
      const place = `${found.place} and ${next.place}`
      return { scheme: found.scheme, code: 'SB_CREDENTIALS_REPEATED', source: next.source, place }
    }
    found = next
  }
  return found
}
