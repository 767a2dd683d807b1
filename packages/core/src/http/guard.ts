import { chain, type MaybePromise } from '../maybe-promise.js'
import { type Authenticator, authenticatorPolicy } from './authenticator.js'
import type { Auth, AuthUnder, Outcome } from './outcome.js'
import type { AuthRequest } from './request.js'
import { checkRequirement, type Requirement } from './requirement.js'

/**
 * Decides about requests under one requirement.
 *
 * @param owner The framework's own request object. Guards of one authenticator that see the same owner
 *   read credentials and verify the token once; each still checks its own requirement.
 */
export type Guard<A = Auth> = (request: AuthRequest, owner: object) => MaybePromise<Outcome<A>>

/**
 * Makes the guard that an adapter puts in front of a route. It answers without a promise where the
 * verifier does.
 *
 * @throws {TypeError} for a requirement that is none, and for an authenticator that `createAuthenticator`
 *   did not make.
 */
export function createGuard<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
): Guard<AuthUnder<Claims, Optional>> {
  const policy = authenticatorPolicy(authenticator)
  const judge = policy.judge(checkRequirement(requirement))
  return (request, owner) => {
    const visit = policy.visit(request, owner)
    const decide = (found: Awaited<typeof visit.found>): Outcome<AuthUnder<Claims, Optional>> => {
      const outcome = judge(found)
      if (outcome.ok) visit.auth = outcome.auth
      // `judge` leaves `auth` undefined only under a requirement with `optional: true`, as the type says.
      return outcome as Outcome<AuthUnder<Claims, Optional>>
    }
    return chain(visit.found, decide)
  }
}

/**
 * Says who sends a request that a guard of this authenticator has let through.
 *
 * @param owner The object that the guard was given.
 * @param options `optional: true` where the route's guard is optional, and the answer may be `undefined`.
 * @throws {TypeError} where no guard of this authenticator has let the request through with credentials,
 *   unless `optional` is set.
 */
export function getAuth<Claims, Optional extends boolean | undefined = false>(
  owner: object,
  authenticator: Authenticator<Claims>,
  options?: { readonly optional?: Optional },
): AuthUnder<Claims, Optional> {
  const auth = authenticatorPolicy(authenticator).visited(owner)?.auth
  if (auth === undefined && options?.optional !== true) {
    throw new TypeError(
      'getAuth: no guard of this authenticator has let this request through with credentials; put requireAuth before the handler, or ask with { optional: true }',
    )
  }
  // Undefined only under `optional: true`, as checked above.
  return auth as AuthUnder<Claims, Optional>
}
