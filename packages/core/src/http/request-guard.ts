import { type LogOptions, logOptions } from './adapter-options.js'
import type { Authenticator } from './authenticator.js'
import { createGuard } from './guard.js'
import { type NodeRequest, nodeAuthRequest } from './node-request.js'
import type { Auth, AuthUnder, Outcome } from './outcome.js'
import type { AuthRequest } from './request.js'
import type { Requirement } from './requirement.js'
import { type ConnectionFacts, isWebRequest, type WebRequest, webAuthRequest } from './web-request.js'

/** Decides about requests under one requirement. */
export interface RequestGuard<A = Auth> {
  /**
   * @param request A Web-standard `Request`. Guards of one authenticator that get the same object verify its token and
   *   its proof once.
   * @param facts Connection properties that the `Request` does not have.
   */
  (request: WebRequest, facts?: ConnectionFacts): Promise<Outcome<A>>
  /**
   * @param request A request of Node's `http` or `http2`, or an object with the same members, such as method, path and
   *   headers of a serverless platform's event.
   * @param facts `secure` is by default whether the socket is one of TLS.
   */
  (request: NodeRequest, facts?: Pick<ConnectionFacts, 'secure' | 'host' | 'target'>): Promise<Outcome<A>>
}

/**
 * Creates a guard for a framework or a platform without an adapter. For a rejected request, respond with `status`,
 * `headers` and the JSON of `body`, or with `outcome.error.getResponse()`; the response to an accepted one must include
 * `outcome.headers`, with their cookies before its own: browsers keep the last one of a name. `getAuth(request,
 * authenticator)` returns the sender afterwards.
 *
 * Plain HTTP is rejected, unless it comes over loopback or the authenticator has `requireHttps: false`. Behind a proxy that
 * terminates TLS, pass `secure` according to the trusted proxy.
 *
 * @throws {TypeError} for an invalid requirement or option.
 * @example
 * const guard = createRequestGuard(authenticator, { scope: 'orders:read' })
 * const outcome = await guard(request)
 * if (!outcome.ok) return outcome.error.getResponse()
 */
export function createRequestGuard<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: LogOptions = {},
): RequestGuard<AuthUnder<Claims, Optional>> {
  const log = logOptions(options)
  const guard = createGuard(authenticator, requirement)
  return async (request: WebRequest | NodeRequest, facts?: ConnectionFacts) => {
    const outcome = await guard(authRequest(request, facts), request)
    if (!outcome.ok) log(outcome.error)
    return outcome
  }
}

function authRequest(request: WebRequest | NodeRequest, facts: ConnectionFacts = {}): AuthRequest {
  if (isWebRequest(request)) return webAuthRequest(request, facts)
  // Their headers lack what Node has dropped, such as a second Authorization.
  if (typeof request !== 'object' || request === null || 'raw' in request) throw new TypeError(wayOut)
  if (request.headers === undefined && request.rawHeaders === undefined) throw new TypeError(wayOut)
  const { secure = request.socket?.encrypted === true, target, host } = facts
  return nodeAuthRequest(request, secure, {
    ...(target !== undefined && { target }),
    ...(host !== undefined && { host: () => host }),
  })
}

const wayOut =
  'request: must be a Web Request or one of Node; frameworks that wrap it have it as `raw`, `req` or `request`'
