import {
  type AuthRequest,
  type CsrfOptions,
  checkMembers,
  csrfCheck,
  type NodeRequest,
  nodeAuthRequest,
  unprovenBy,
  type WebRequest,
  webAuthRequest,
} from '@sealbearer/core/internal'
import { sessionError } from './session-error.js'

/** A request of the Fetch standard, of Node's `http`, of Express, or an `AuthRequest` of core. */
export type CheckedRequest = WebRequest | NodeRequest | AuthRequest

/** Node's request with the members of Express: `secure` respects `trust proxy`. */
type IncomingRequest = NodeRequest & {
  readonly secure?: boolean
  readonly socket?: { readonly encrypted?: boolean }
}

/** Options of {@link checkCsrf}. */
export interface CheckCsrfOptions extends CsrfOptions {
  /** Whether the client's own connection was TLS, for a server behind a proxy. @default that of the request */
  readonly secure?: boolean
}

/**
 * Throws unless a request is safe (RFC 9110 §9.2.1), or proven to come from an allowed origin: by `Sec-Fetch-Site`, otherwise
 * by `Origin`. For routes without a guard, such as the login.
 *
 * @throws {SealbearerError} `SB_CSRF` (403)
 * @throws {TypeError} for an invalid option.
 * @example
 * app.post('/login', async (c) => {
 *   checkCsrf(c.req.raw)
 *   …
 * })
 */
export function checkCsrf(request: CheckedRequest, options: CheckCsrfOptions = {}): void {
  checkMembers('checkCsrf', options, ['origins', 'secure'])
  const { secure, origins } = options
  const incoming = describedRequest(request, secure)
  requireOwnPage(incoming, csrfCheck({ origins }))
}

/** The checked option `csrf`: whether a request is safe, or proven to come from an allowed origin. */
export type CsrfCheck = ReturnType<typeof csrfCheck>

/** @throws {SealbearerError} `SB_CSRF` */
export function requireOwnPage(request: AuthRequest, csrfHolds: CsrfCheck): void {
  if (!csrfHolds(request)) throw sessionError('SB_CSRF', unprovenBy(request))
}

/** Describes a request to core. @throws {TypeError} */
export function describedRequest(request: CheckedRequest, secure: boolean | undefined): AuthRequest {
  if (secure !== undefined && typeof secure !== 'boolean')
    throw new TypeError('secure: must be true or false')
  // Requests of Express and Hono have a function `header` too.
  if ('header' in request && 'target' in request) return request
  if ('raw' in request) {
    throw new TypeError('checkCsrf: pass the request itself, which Fastify and Hono have as `raw`')
  }
  if ('url' in request && isWebRequest(request)) {
    return webAuthRequest(request, secure === undefined ? {} : { secure })
  }
  // Neither of the two above.
  const incoming = request as IncomingRequest
  return nodeAuthRequest(incoming, secure ?? incoming.secure ?? incoming.socket?.encrypted === true)
}

const isWebRequest = (request: object): request is WebRequest =>
  'headers' in request &&
  typeof request.headers === 'object' &&
  request.headers !== null &&
  'get' in request.headers &&
  typeof request.headers.get === 'function'
