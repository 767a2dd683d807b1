import {
  type Authenticator,
  type AuthOf,
  type AuthUnder,
  checkMembers,
  checkRequirement,
  createGuard,
  type Guard,
  isPromise,
  type OnFailure,
  type Outcome,
  type Requirement,
  throwsOnFailure,
} from '@sealbearer/core/adapter'
import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ConnectionOptions, requestReader } from './request.js'

/** How a guard behaves. */
export interface RequireAuthOptions extends ConnectionOptions {
  /**
   * What to do with a refused request: answer it, or throw an `HTTPException` with the answer ready in it
   * and the error, with `status`, `headers` and `body`, as its `cause`.
   *
   * @default 'respond'
   */
  readonly onFailure?: OnFailure | undefined
}

/**
 * What guards of an authenticator leave in `c.var`, for handlers that are not chained to one:
 * `new Hono<{ Variables: AuthVariables<typeof authenticator> }>()`.
 */
export interface AuthVariables<A extends Authenticator<unknown>> {
  auth: AuthOf<A>
}

/** An authenticator, or a function that finds it where it depends on `c.env`. */
export type AuthenticatorSource<Claims> = Authenticator<Claims> | ((c: Context) => Authenticator<Claims>)

/**
 * Lets a request through once the authenticator accepts it and it meets the requirement; leaves `auth` in
 * `c.var`.
 *
 * @param authenticator A function is asked on every request: let it make an authenticator once and keep it.
 * @throws {TypeError} for a requirement or an option that is none.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: AuthenticatorSource<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: RequireAuthOptions = {},
): MiddlewareHandler<{ Variables: { auth: AuthUnder<Claims, Optional> } }> {
  checkMembers('options', options, ['onFailure', 'secure', 'remoteAddress'])
  const throws = throwsOnFailure(options.onFailure)
  const read = requestReader(options)
  const guardFor = guardFinder(authenticator, requirement)
  return (c, next) => {
    const settle = (outcome: Outcome<AuthUnder<Claims, Optional>>): ReturnType<MiddlewareHandler> => {
      if (outcome.ok) {
        c.set('auth', outcome.auth)
        return next()
      }
      const body = JSON.stringify(outcome.body)
      // Every status of core's table is one that has a body.
      const status = outcome.status as ContentfulStatusCode
      if (!throws) return Promise.resolve(c.body(body, status, outcome.headers))
      const res = new Response(body, outcome)
      throw new HTTPException(status, { res, message: outcome.error.message, cause: outcome.error })
    }
    const outcome = guardFor(c)(read(c), c)
    return isPromise(outcome) ? outcome.then(settle) : settle(outcome)
  }
}

function guardFinder<Claims, Optional extends boolean | undefined>(
  source: AuthenticatorSource<Claims>,
  requirement: Requirement<Claims, Optional> | undefined,
): (c: Context) => Guard<AuthUnder<Claims, Optional>> {
  if (typeof source !== 'function') {
    const guard = createGuard(source, requirement)
    return () => guard
  }
  checkRequirement(requirement)
  const guards = new WeakMap<Authenticator<Claims>, Guard<AuthUnder<Claims, Optional>>>()
  return (c) => {
    const authenticator = source(c)
    let guard = guards.get(authenticator)
    if (guard === undefined) {
      guard = createGuard(authenticator, requirement)
      guards.set(authenticator, guard)
    }
    return guard
  }
}
