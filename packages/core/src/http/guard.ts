import { chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import type { RegisteredAuth } from './adapter-options.js'
import { createAttachment } from './attachment.js'
import { type Authenticator, type AuthenticatorPolicy, authenticatorPolicy } from './authenticator.js'
import type { RequestMemory } from './identify.js'
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
      () => policy.decide(policy.ofRequest(request, guarded), checked) as Decided,
      (outcome) => {
        if (outcome.ok) guarded.auth = outcome.auth
        return settle(outcome)
      },
      fail,
    )
  }
}

/** Per-request state of the guards of one authenticator. */
interface GuardedRequest<Claims> extends RequestMemory<Claims> {
  readonly policy: AuthenticatorPolicy<Claims>
  /** Set by each guard that accepts the request. */
  auth: Auth<Claims> | undefined
  /** State of the next authenticator, if the request passes guards of several. */
  next: GuardedRequest<unknown> | undefined
}

const stateFor = (policy: AuthenticatorPolicy<unknown>): GuardedRequest<unknown> => ({
  policy,
  state: undefined,
  auth: undefined,
  next: undefined,
})

// Attached as a private field, so that an `auth` that is inherited or written by an application has no effect.
const guarded = createAttachment(stateFor)

/** Returns the state for an authenticator; creates it for the first guard. */
function guardedRequest<Claims>(owner: object, policy: AuthenticatorPolicy<Claims>): GuardedRequest<Claims> {
  // A state is only returned for its own policy, and so for its claims.
  const own = policy as AuthenticatorPolicy<unknown>
  let at = guarded.ensure(owner, own)
  while (at.policy !== own) {
    at.next ??= stateFor(own)
    at = at.next
  }
  return at as GuardedRequest<Claims>
}

function acceptedBy(owner: object): readonly GuardedRequest<unknown>[] {
  const accepted = []
  for (let at = guarded.of(owner); at !== undefined; at = at.next)
    if (at.auth !== undefined) accepted.push(at)
  return accepted
}

/** @typeParam Register The adapter's interface in which users declare their authenticator. */
export interface GetAuth<Register> {
  /**
   * Returns the sender of a request that a guard accepted. Never `undefined`. Its type is that of the authenticator in
   * `Register`.
   *
   * @param request The object that the framework passes to a handler.
   * @throws {TypeError} if no guard accepted the request with credentials, or guards of two authenticators did.
   */
  (request: object): RegisteredAuth<Register>
  /**
   * Returns the sender of a request that a guard of this authenticator accepted.
   *
   * @param options `optional: true` if the guard of the route is optional; the result may then be `undefined`.
   * @throws {TypeError} if no guard of this authenticator accepted the request with credentials, unless `optional` is
   * set.
   */
  <Claims, Optional extends boolean | undefined = false>(
    request: object,
    authenticator: Authenticator<Claims>,
    options?: { readonly optional?: Optional },
  ): AuthUnder<Claims, Optional>
}

/** For the owners passed to a guard. */
export const getAuth: GetAuth<object> = getAuthOf as GetAuth<object>

function getAuthOf(
  owner: object,
  // An authenticator that is `undefined` by mistake must not mean any authenticator: it is rejected below.
  ...named: readonly [authenticator?: Authenticator<unknown>, options?: { readonly optional?: boolean }]
): Auth<unknown> | undefined {
  const accepted = acceptedBy(owner)
  if (named.length === 0) {
    const [one, another] = accepted
    if (one === undefined) {
      throw new TypeError(
        'getAuth: no guard ran on this route, or an optional one accepted the request without credentials; put requireAuth before the handler',
      )
    }
    if (another !== undefined) {
      throw new TypeError(
        'getAuth: guards of several authenticators ran on this route; name one: getAuth(request, authenticator)',
      )
    }
    return one.auth
  }
  const policy = authenticatorPolicy(named[0] as Authenticator<unknown>)
  const found = accepted.find((one) => one.policy === policy)
  if (found === undefined && named[1]?.optional !== true) {
    throw new TypeError(
      'getAuth: no guard of this authenticator accepted this request with credentials; put requireAuth before the handler, or pass { optional: true }',
    )
  }
  return found?.auth
}
