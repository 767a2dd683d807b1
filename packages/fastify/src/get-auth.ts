import { type Authenticator, type AuthUnder, getAuth as getAuthOf } from '@sealbearer/core/adapter'
import type { AuthOfApp } from './registered.js'
import { nearestRegistration } from './registration.js'

/** The member of Fastify's request that is used. */
interface ScopedRequest {
  /** The scope of the route. */
  readonly server: object
}

type Options<Optional> = { readonly optional?: Optional }

/**
 * Returns the sender of a request that a guard accepted. Never `undefined`, unlike the type of `request.auth` under
 * `protect: true`.
 *
 * Applies to the authenticator of the registration nearest to the route, whose type is declared in `Register`.
 *
 * @throws {TypeError} if no guard of that authenticator accepted the request with credentials.
 */
export function getAuth(request: ScopedRequest): AuthOfApp
/**
 * Returns the sender of a request that a guard of this authenticator accepted.
 *
 * @param options `optional: true` if the guard of the route is optional; the result may then be `undefined`.
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
  // An authenticator that is `undefined` by mistake must not mean the registered one: core rejects it.
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
