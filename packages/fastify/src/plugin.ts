import { type Authenticator, throwsOnFailure } from '@sealbearer/core/adapter'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { GuardedReply, GuardedRequest, RequestHook } from './auth-hook.js'
import { answerRefusal, type RequireAuthOptions } from './hook.js'
import { lateHook, requireAuthOf, scopeOf } from './late-hook.js'
import { describedBy, guardOfHook, routeDescriber, type TransformOption } from './openapi.js'
import type { AuthOfApp } from './registered.js'
import {
  hookFor,
  hookForConfig,
  nearestRegistration,
  pass,
  type Registration,
  register,
} from './registration.js'

/** Options of the plugin. */
export interface SealbearerOptions extends RequireAuthOptions {
  /** Decides about the requests of the scope. */
  readonly authenticator: Authenticator<unknown>
  /**
   * Guards every route of the scope: HEAD twins and routes of plugins inside it too, but not the answer
   * where there is no route. A route with a requirement in `config.auth` asks for that instead, one with
   * `config: { auth: false }` is open. In a scope within a protected one, `true` is the default.
   *
   * @default false
   */
  readonly protect?: boolean | undefined
  /**
   * Describes guarded routes in the document of `@fastify/swagger`: `security`, and the responses 400, 401, 403 and 503. Hooks
   * of whole scopes are not seen there; `protect`, `config.auth` and the hooks of routes are.
   *
   * Give it the `transform` of `@fastify/swagger`, if that has one: it is not called for guarded routes otherwise.
   *
   * @default on where `@fastify/swagger` is registered before the routes, except for routes whose schemas are not JSON Schema
   */
  readonly openapi?: boolean | TransformOption | undefined
}

/** Chooses the hook that guards the route of a request. */
const guardOf = ({ server, routeOptions, is404 }: GuardedRequest): RequestHook =>
  hookForConfig(server, routeOptions.config, is404)

const routeGuards = new WeakSet<object>()

const isRouteGuard = (hook: object): boolean => routeGuards.has(hook)

/** Names, in the config of a route, the route and the scope that a guard was added to. */
const guarded = Symbol('sealbearer.guarded')

interface AddedRoute {
  readonly scope: object
  readonly route: { readonly onRequest?: object | object[] | undefined }
}

/** Guards the routes that have no guard of their own, because they were added before the plugin had loaded. */
const guardOthers = lateHook(
  // 404 handlers may share a config, but not a scope.
  ({ server, routeOptions, is404 }) => (is404 ? server : routeOptions.config),
  (request) => {
    const { [guarded]: added }: { [guarded]?: AddedRoute } = request.routeOptions.config
    const isGuarded =
      added?.scope === request.server && [added.route.onRequest ?? []].flat().some(isRouteGuard)
    return isGuarded ? pass : guardOf(request)
  },
)

/** What handlers refuse is answered as guards answer, unless the registration wants what is refused thrown. */
function answerInHandler(
  error: unknown,
  request: Pick<GuardedRequest, 'server' | 'log'>,
  reply: GuardedReply,
): void {
  if (nearestRegistration(request.server)?.onFailure === 'throw') throw error
  answerRefusal(error, request, reply)
}

// Asynchronous, because Fastify does not catch what a callback plugin throws.
const plugin: FastifyPluginAsync<SealbearerOptions> = async (app, options) => {
  // Fastify hands a plugin its own options for the scope along with ours.
  throwsOnFailure(options, ['authenticator', 'protect', 'openapi', 'prefix', 'logLevel', 'logSerializers'])
  const { onFailure, protect, openapi } = options
  if (protect !== undefined && typeof protect !== 'boolean') {
    throw new TypeError('protect: must be true or false')
  }
  const describe = routeDescriber(openapi)
  // `Register` says what claims the authenticators of an app leave.
  const authenticator = options.authenticator as Authenticator<AuthOfApp['claims']>
  const registration: Registration = { authenticator, onFailure, protect }
  if (!nearestRegistration(app)) app.decorateRequest('auth')
  register(app, registration)
  hookFor(app) // refuses an invalid authenticator

  app.decorate('requireAuth', requireAuthOf(app))

  // Behind the hooks of the scope, so that one for CORS answers first; before those of the route.
  app.addHook('onRoute', function (route) {
    // Refuses an invalid config when the route is added.
    hookForConfig(this, route.config ?? {}, false)
    const guard = describedBy(lateHook(scopeOf, guardOf), (scope) =>
      guardOfHook(hookForConfig(scope, route.config ?? {}, false), scope),
    )
    routeGuards.add(guard)
    // The route options may be copied from another route, or have the guard of an outer registration.
    const hooks = [route.onRequest ?? []].flat().filter((hook) => !isRouteGuard(hook))
    route.onRequest = [guard, ...hooks]
    route.config = Object.assign({}, route.config, { [guarded]: { scope: this, route } })
    // In front of the error handlers of the scopes. An own one of the route gets everything.
    route.errorHandler ??= answerInHandler
    describe(this, route)
  })

  app.addHook(
    'onRequest',
    lateHook(scopeOf, ({ server }) => (nearestRegistration(server) === registration ? guardOthers : pass)),
  )
}

/**
 * The plugin: adds `auth` to requests and `requireAuth` to the instance, guards routes by their `config.auth`, and
 * answers what handlers refuse by `authenticator.refuse`. Register it before the routes; without a scope of its own, it serves the one it is
 * registered in, and all within. For every route the nearest registration decides, in whatever order
 * Fastify loads them.
 */
export const sealbearer: FastifyPluginAsync<SealbearerOptions> = fp(plugin, {
  fastify: '5.x',
  name: '@sealbearer/fastify',
})
