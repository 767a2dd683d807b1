import { readBearer } from './bearer.js'
import { isCookieName, readCookie } from './cookie-header.js'
import type { Credentials, CredentialsFound } from './credentials-found.js'
import type { AuthRequest } from './request.js'

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
