import { chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { type Authenticator, authenticatorPolicy } from './authenticator.js'
import { guardedRequest } from './guarded-request.js'
import type { Auth, AuthUnder, Outcome } from './outcome.js'
import type { AuthRequest } from './request.js'
import type { Requirement } from './requirement.js'

/**
 * Decides about requests under one requirement.
 *
 * @param owner The framework's own request object. Guards of one authenticator with the same owner verify the token and
 *   its proof once; each repeats the checks whose result can have changed, and checks its own requirement.
 * @param settle Called with the outcome, synchronously if possible; the guard returns its result. By default, the guard
 *   returns the outcome.
 * @param fail Called with errors unrelated to the request. By default, the guard throws or rejects.
 */
export type Guard<A = Auth> = <T = Outcome<A>>(
  request: AuthRequest,
  owner: object,
  settle?: (outcome: Outcome<A>) => MaybePromise<T>,
  fail?: (error: unknown) => MaybePromise<T>,
) => MaybePromise<T>

const rethrow = (error: unknown): never => {
  throw error
}

/**
 * Creates the guard that an adapter runs before a route. It returns no promise if the verifier returns none.
 *
 * @throws {TypeError} for an invalid requirement, and for an authenticator not created by `createAuthenticator`.
 */
export function createGuard<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
): Guard<AuthUnder<Claims, Optional>> {
  const policy = authenticatorPolicy(authenticator)
  const checked = policy.checkRequirement(requirement)
  type Decided = MaybePromise<Outcome<AuthUnder<Claims, Optional>>>
  return <T = Outcome<AuthUnder<Claims, Optional>>>(
    request: AuthRequest,
    owner: object,
    // Without `settle`, the guard returns the outcome itself.
    settle = (outcome: Outcome<AuthUnder<Claims, Optional>>): MaybePromise<T> => outcome as T,
    fail: (error: unknown) => MaybePromise<T> = rethrow,
  ) => {
    const guarded = guardedRequest(owner, policy)
    return chainOrRecover(
      // `decide` leaves `auth` undefined only under a requirement with `optional: true`, as the type says.
      () => policy.decide(request, checked, guarded) as Decided,
      (outcome) => {
        if (outcome.ok) guarded.auth = outcome.auth
        return settle(outcome)
      },
      fail,
    )
  }
}
