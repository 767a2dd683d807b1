import {
  type Authenticator,
  type AuthOf,
  type AuthUnder,
  checkRequirement,
  createGuard,
  type GetAuth,
  type Guard,
  type GuardOptions,
  getAuth as getAuthOf,
  guardOptions,
  type Requirement,
  webAuthRequest,
} from '@sealbearer/core/adapter'
import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { type ConnectionOptions, factsReader } from './request.js'
import { respondWith } from './response-headers.js'

/**
 * Augment this interface to declare the type of the authenticator, for `getAuth(c)`.
 *
 * @example
 * declare module '@sealbearer/hono' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users add its member.
export interface Register {}

export const getAuth: GetAuth<Register> = getAuthOf

/** Options of a guard. With `onFailure: 'throw'`, it throws an `HTTPException` with the response, and the error as `cause`. */
export interface RequireAuthOptions extends GuardOptions, ConnectionOptions {}

/**
 * The variables that guards of an authenticator set, for apps whose handlers are not all chained to a guard:
 * `new Hono<{ Variables: AuthVariables<typeof authenticator> }>()`. In a chained handler, `auth` is not `undefined`.
 */
export interface AuthVariables<A extends Authenticator<unknown>> {
  auth: AuthOf<A> | undefined
}

/** An authenticator, or a function that returns it if it depends on `c.env`. */
export type AuthenticatorSource<Claims> = Authenticator<Claims> | ((c: Context) => Authenticator<Claims>)

/**
 * Creates middleware that accepts only requests that the authenticator accepts and that meet the requirement, and sets
 * `c.var.auth`.
 *
 * @param authenticator A function is called for every request: it should create each authenticator once.
 * @throws {TypeError} for an invalid requirement or option.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: AuthenticatorSource<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: RequireAuthOptions = {},
): MiddlewareHandler<{ Variables: { auth: AuthUnder<Claims, Optional> } }> {
  const { throws, log } = guardOptions(options, ['secure', 'remoteAddress', 'host'])
  const factsOf = factsReader(options)
  const guardFor = guardFinder(authenticator, requirement)
  return (c, next) =>
    guardFor(c)(webAuthRequest(c.req.raw, factsOf(c)), c, (outcome): ReturnType<MiddlewareHandler> => {
      if (outcome.ok) {
        for (const [name, values] of Object.entries(outcome.headers)) {
          for (const value of [values].flat()) c.header(name, value, { append: typeof values !== 'string' })
        }
        c.set('auth', outcome.auth)
        return Object.keys(outcome.headers).length === 0 ? next() : respondWith(outcome.headers, c, next)
      }
      log(outcome.error)
      const { status } = outcome
      if (throws) {
        const { error } = outcome
        throw new HTTPException(status, { res: error.getResponse(), message: error.message, cause: error })
      }
      const fields = Object.entries(outcome.headers).map(([name, value]) => [name, [value].flat()] as const)
      return Promise.resolve(c.body(JSON.stringify(outcome.body), status, Object.fromEntries(fields)))
    }) as ReturnType<MiddlewareHandler>
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
