import { type Authenticator, throwsOnFailure } from '@sealbearer/core/adapter'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { GuardedRequest, RequestHook } from './auth-hook.js'
import type { RequireAuthOptions } from './hook.js'
import { lateHook, requireAuthOf, scopeOf } from './late-hook.js'
import { describedBy, guardOfHook, routeDescriber, type TransformOption } from './openapi.js'
import type { AuthOfApp } from './registered.js'
import {
  answerHandlerRefusal,
  hookFor,
  hookForConfig,
  nearestRegistration,
  pass,
  type Registration,
  register,
} from './registration.js'

/** Options of the plugin. */
export interface SealbearerOptions extends RequireAuthOptions {
  /** Accepts or rejects the requests of the scope. */
  readonly authenticator: Authenticator<unknown>
  /**
   * Guards every route of the scope, including its HEAD routes and those of plugins inside it; the 404 handler is not
   * guarded. A route can set a requirement in `config.auth`, or be public with `config: { auth: false }`.
   *
   * @default false; inside a protected scope, true
   */
  readonly protect?: boolean | undefined
  /**
   * Describes guarded routes in the document of `@fastify/swagger`: `security`, and the responses 400, 401, 403 and 503. Includes
   * guards by `protect`, `config.auth` and hooks of routes, but not hooks of whole scopes.
   *
   * If `@fastify/swagger` has a `transform`, pass it here too: otherwise it is not called for guarded routes.
   *
   * @default true if `@fastify/swagger` is registered before the routes, except for routes whose schemas are not JSON Schema
   */
  readonly openapi?: boolean | TransformOption | undefined
}

/** Chooses the hook that guards the route of a request. */
const guardOf = ({ server, routeOptions, is404 }: GuardedRequest): RequestHook =>
  hookForConfig(server, routeOptions.config, is404)

const routeGuards = new WeakSet<object>()

const isRouteGuard = (hook: object): boolean => routeGuards.has(hook)

/** The member of a route's config with the route and the scope that a guard was added to. */
const guarded = Symbol('sealbearer.guarded')

interface AddedRoute {
  readonly scope: object
  readonly route: { readonly onRequest?: object | object[] | undefined }
}

/** Guards the routes that were added before the plugin had loaded, and so have no guard of their own. */
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

// Asynchronous, because Fastify does not catch errors thrown by a callback plugin.
const plugin: FastifyPluginAsync<SealbearerOptions> = async (app, options) => {
  // Fastify passes its own options for the scope to the plugin, too.
  throwsOnFailure(options, ['authenticator', 'protect', 'openapi', 'prefix', 'logLevel', 'logSerializers'])
  const { onFailure, protect, openapi } = options
  if (protect !== undefined && typeof protect !== 'boolean') {
    throw new TypeError('protect: must be true or false')
  }
  const describe = routeDescriber(openapi)
  // `Register` declares the claims type of an app's authenticators.
  const authenticator = options.authenticator as Authenticator<AuthOfApp['claims']>
  const registration: Registration = { authenticator, onFailure, protect }
  if (!nearestRegistration(app)) app.decorateRequest('auth')
  register(app, registration)
  hookFor(app) // rejects an invalid authenticator

  app.decorate('requireAuth', requireAuthOf(app))

  // After the hooks of the scope, so that CORS comes first; before those of the route.
  app.addHook('onRoute', function (route) {
    // Rejects an invalid config when the route is added.
    hookForConfig(this, route.config ?? {}, false)
    const guard = describedBy(lateHook(scopeOf, guardOf), (scope) =>
      guardOfHook(hookForConfig(scope, route.config ?? {}, false), scope),
    )
    routeGuards.add(guard)
    // The route options may be copied from another route, or have the guard of an outer registration.
    const hooks = [route.onRequest ?? []].flat().filter((hook) => !isRouteGuard(hook))
    route.onRequest = [guard, ...hooks]
    route.config = Object.assign({}, route.config, { [guarded]: { scope: this, route } })
    // Before the error handlers of the scopes. A route's own error handler receives all errors.
    route.errorHandler ??= answerHandlerRefusal
    describe(this, route)
  })

  app.addHook(
    'onRequest',
    lateHook(scopeOf, ({ server }) => (nearestRegistration(server) === registration ? guardOthers : pass)),
  )
}

/**
 * The Fastify plugin: adds `auth` to requests and `requireAuth` to the instance, guards routes by their `config.auth`, and
 * responds to the errors of `authenticator.refuse`.
 *
 * Register it before the routes. It applies to the scope that it is registered in and to all scopes inside. Each route uses the
 * registration nearest to it, regardless of the order in which Fastify loads them.
 */
export const sealbearer: FastifyPluginAsync<SealbearerOptions> = fp(plugin, {
  fastify: '5.x',
  name: '@sealbearer/fastify',
})
