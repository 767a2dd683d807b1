import { type Authenticator, type AuthUnder, getAuth as getAuthOf } from '@sealbearer/core/adapter'
import type { AuthOfApp } from './registered.js'
import { nearestRegistration } from './registration.js'

/** What is read of Fastify's request. */
interface ScopedRequest {
  /** The scope of the route. */
  readonly server: object
}

type Options<Optional> = { readonly optional?: Optional }

/**
 * Returns who sends a request that a guard has let through. Never `undefined`: where `request.auth` may be, under
 * `protect: true` for instance, this needs no check.
 *
 * It asks the authenticator of the registration nearest to the route, so `Register` names its type.
 *
 * @throws {TypeError} if no guard of that authenticator accepted the request with credentials.
 */
export function getAuth(request: ScopedRequest): AuthOfApp
/**
 * Returns who sends a request that a guard of this authenticator has let through.
 *
 * @param options `optional: true` where the guard of the route is optional, and the answer may be `undefined`.
 * @throws {TypeError} if no guard of this authenticator accepted the request with credentials, unless `optional` is
 * set.
 */
export function getAuth<Claims, Optional extends boolean | undefined = false>(
  request: object,
  authenticator: Authenticator<Claims>,
  options?: Options<Optional>,
): AuthUnder<Claims, Optional>
export function getAuth<Claims>(
  request: object & Partial<ScopedRequest>,
  ...named: readonly [authenticator?: Authenticator<Claims>, options?: Options<boolean | undefined>]
): unknown {
  // Core refuses an authenticator that is `undefined` by mistake: it must not stand for the registered one.
  if (named.length > 0) return getAuthOf(request, named[0] as Authenticator<Claims>, named[1])
  const registration = request.server && nearestRegistration(request.server)
  if (!registration) {
    throw new TypeError(
      'getAuth: no guard ran, since @sealbearer/fastify is not registered in the scope of this route; register it, or name the authenticator of the guard: getAuth(request, authenticator)',
    )
  }
  const auth = getAuthOf(request, registration.authenticator, { optional: true })
  if (!auth) {
    throw new TypeError(
      'getAuth: no guard ran, or an optional one accepted the request without credentials; guard the route with config.auth, requireAuth() or protect: true, or read request.auth',
    )
  }
  return auth
}
