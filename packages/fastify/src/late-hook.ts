import type { GuardedRequest, RequestHook } from './auth-hook.js'
import { describedBy, guardOfHook } from './openapi.js'
import type { RegisteredRequirement } from './registered.js'
import { hookFor } from './registration.js'

/**
 * Creates a hook that is chosen once for each key: at the first request, when every plugin has loaded.
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

/** The key for hooks that are the same for all routes of a scope. */
export const scopeOf = ({ server }: GuardedRequest): object => server

/** Whether a scope is `outer` or inside it. */
const isWithin = (scope: unknown, outer: object): scope is object =>
  scope === outer || Object.prototype.isPrototypeOf.call(outer, Object(scope))

/**
 * Creates the function `requireAuth` of a scope. On a route inside the scope, it uses the registration nearest to the route;
 * on any other route, the one nearest to the scope.
 */
export function requireAuthOf(registered: object) {
  return function (this: unknown, requirement?: RegisteredRequirement<boolean | undefined>): RequestHook {
    // Fastify's scopes inherit the function. If it is called without its object, `this` is no scope.
    const scope = isWithin(this, registered) ? this : registered
    // Rejects an invalid requirement now, not at the first request.
    hookFor(scope, requirement)
    const hookIn = (server: object): RequestHook =>
      hookFor(isWithin(server, scope) ? server : scope, requirement)
    return describedBy(
      lateHook(scopeOf, ({ server }) => hookIn(server)),
      (server) => guardOfHook(hookIn(server), server),
    )
  }
}
