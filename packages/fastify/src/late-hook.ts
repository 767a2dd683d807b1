import type { GuardedRequest, RequestHook } from './auth-hook.js'
import { describedBy, guardOfHook } from './openapi.js'
import type { RegisteredRequirement } from './registered.js'
import { hookFor } from './registration.js'

/**
 * Creates a hook that is chosen at the first request with a key, when every plugin has loaded, and then kept for
 * that key.
 */
export function lateHook(
  keyOf: (request: GuardedRequest) => object,
  choose: (request: GuardedRequest) => RequestHook,
): RequestHook {
  const chosen = new WeakMap<object, RequestHook>()
  return (request, reply, done) => {
    const key = keyOf(request)
    let hook = chosen.get(key)
    if (!hook) {
      hook = choose(request)
      chosen.set(key, hook)
    }
    hook(request, reply, done)
  }
}

/** The key of what is the same for all routes of a scope. */
export const scopeOf = ({ server }: GuardedRequest): object => server

/** Whether a scope is `outer`, or within it. */
const isWithin = (scope: unknown, outer: object): scope is object =>
  scope === outer || Object.prototype.isPrototypeOf.call(outer, Object(scope))

/**
 * Creates the function `requireAuth` of a scope. On a route further in, the registration nearest to the route
 * decides; on a route elsewhere, the one nearest to the scope whose function was called.
 */
export function requireAuthOf(registered: object) {
  return function (this: unknown, requirement?: RegisteredRequirement<boolean | undefined>): RequestHook {
    // Fastify's scopes inherit the function. Called without its object, it has no scope.
    const scope = isWithin(this, registered) ? this : registered
    // Refuses an invalid requirement now, not at a request.
    hookFor(scope, requirement)
    const hookIn = (server: object): RequestHook =>
      hookFor(isWithin(server, scope) ? server : scope, requirement)
    return describedBy(
      lateHook(scopeOf, ({ server }) => hookIn(server)),
      (server) => guardOfHook(hookIn(server), server),
    )
  }
}
