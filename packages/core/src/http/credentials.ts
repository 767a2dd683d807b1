import { cookieValues, isCookieName } from './cookie.js'
import type { AuthRequest } from './request.js'

/** What a request brings to be authenticated by. */
interface Credentials {
  readonly scheme: 'Bearer'
  readonly token: string
  /** A browser sends a cookie by itself, whoever asks it to; a header it does not. */
  readonly source: 'header' | 'cookie'
}

/** Credentials, the code of what is wrong with them, or `undefined` where there are none. */
export type CredentialsFound =
  | Credentials
  | 'SB_CREDENTIALS_MALFORMED'
  | 'SB_CREDENTIALS_REPEATED'
  | undefined

/** RFC 6750 §2.1: the scheme, spaces, and a b64token. The scheme's case is free (RFC 9110 §11.1). */
const bearerCredentials = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i

/** A `token` of RFC 9110 §5.6.2 that ends where the scheme does. */
const scheme = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/

/** Reads the Authorization header. A scheme other than Bearer is not ours to refuse (RFC 6750 §3.1). */
export function readBearer(request: AuthRequest): CredentialsFound {
  const values = request.header('authorization')
  const [value] = values
  if (value === undefined) return undefined
  if (values.length > 1) return 'SB_CREDENTIALS_REPEATED'
  const token = bearerCredentials.exec(value)?.[1]
  if (token !== undefined) return { scheme: 'Bearer', token, source: 'header' }
  const named = scheme.exec(value)?.[0].toLowerCase()
  return named === undefined || named === 'bearer' ? 'SB_CREDENTIALS_MALFORMED' : undefined
}

/** An empty value is what is left of a cleared cookie. */
export function readCookie(request: AuthRequest, name: string): CredentialsFound {
  const [token, second] = cookieValues(request, name)
  if (second !== undefined) return 'SB_CREDENTIALS_REPEATED'
  return token === undefined || token === '' ? undefined : { scheme: 'Bearer', token, source: 'cookie' }
}

/** A place where credentials are looked for; made by {@link bearer} and {@link cookie}. */
export interface CredentialsSource {
  readonly source: Credentials['source']
  /** The header field's name in lower case, or the cookie's name. */
  readonly name: string
}

type CredentialsReader = (request: AuthRequest) => CredentialsFound

const readers = new WeakMap<CredentialsSource, CredentialsReader>()

function createSource(description: CredentialsSource, read: CredentialsReader): CredentialsSource {
  const source = Object.freeze(description)
  readers.set(source, read)
  return source
}

/**
 * Looks in the Authorization header, for the scheme `Bearer`. Other schemes count as no credentials.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750 §2.1}
 */
export function bearer(): CredentialsSource {
  return createSource({ source: 'header', name: 'authorization' }, readBearer)
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
  return createSource({ source: 'cookie', name }, (request) => readCookie(request, name))
}

/**
 * Reads the option `credentials`.
 *
 * The reader refuses credentials in two places at once: two parties who each look in one of them could
 * take the request for two different senders.
 *
 * @throws {TypeError} for an empty list, the same place twice, and anything that {@link bearer} or
 *   {@link cookie} did not make.
 */
export function credentialsReader(sources: readonly CredentialsSource[] = [bearer()]): CredentialsReader {
  if (!Array.isArray(sources) || sources.length === 0) {
    throw new TypeError('credentials: must be a list with bearer(), cookie(name) or both')
  }
  const places = new Set<string>()
  const reads = Array.from(sources, (source: CredentialsSource) => {
    const read = readers.get(source)
    if (read === undefined)
      throw new TypeError('credentials: every item must come from bearer() or cookie(name)')
    const place = `${source.source} "${source.name}"`
    if (places.has(place)) throw new TypeError(`credentials: the ${place} is listed twice`)
    places.add(place)
    return read
  })
  const [only] = reads
  return reads.length === 1 && only !== undefined ? only : (request) => readAll(reads, request)
}

function readAll(reads: readonly CredentialsReader[], request: AuthRequest): CredentialsFound {
  let found: Credentials | undefined
  for (const read of reads) {
    const next = read(request)
    if (next === undefined) continue
    if (typeof next === 'string') return next
    if (found !== undefined) return 'SB_CREDENTIALS_REPEATED'
    found = next
  }
  return found
}
