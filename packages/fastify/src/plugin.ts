import { type Authenticator, checkMembers, type RegisteredAuth } from '@sealbearer/core/adapter'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { Register, RegisteredRequirement } from './augment.js'
import { type AuthHook, type RequireAuthOptions, requireAuth } from './hook.js'

/** What the plugin takes. */
export interface SealbearerOptions extends RequireAuthOptions {
  readonly authenticator: Authenticator<unknown>
  /**
   * Guards every route of the scope: HEAD twins and routes of plugins inside it too, but not the answer
   * where there is no route. A route with a requirement in `config.auth` asks for that instead, one with
   * `config: { auth: false }` is open. In a scope within a protected one, `true` goes without saying.
   *
   * @default false
   */
  readonly protect?: boolean | undefined
}

type RequireAuth = FastifyInstance['requireAuth']

/** Marks the config of a route whose guard is settled. */
const settled = Symbol('sealbearer.settled')

const protecting = new WeakSet<RequireAuth>()

// Asynchronous, because Fastify does not catch what a callback plugin throws.
const plugin: FastifyPluginAsync<SealbearerOptions> = async (app, options) => {
  // Fastify hands a plugin its own options for the scope along with ours.
  checkMembers('options', options, [
    'authenticator',
    'protect',
    'onFailure',
    'prefix',
    'logLevel',
    'logSerializers',
  ])
  const { onFailure, protect = protecting.has(app.requireAuth) } = options
  if (typeof protect !== 'boolean') throw new TypeError('protect: must be true or false')
  // `Register` says what claims the authenticators of an app leave.
  const authenticator = options.authenticator as Authenticator<RegisteredAuth<Register>['claims']>
  const makeHook: RequireAuth = (requirement) => requireAuth(authenticator, requirement, { onFailure })
  const bare = makeHook()
  if (protect) protecting.add(makeHook)

  function hookFor(config: unknown): AuthHook | undefined {
    if (config === undefined) return protect ? bare : undefined
    if (config === false) return undefined
    if (typeof config !== 'object' || config === null) {
      throw new TypeError("config.auth: must be false, or a requirement such as { scope: 'orders:read' }")
    }
    // Its members are checked by core.
    return makeHook(config as RegisteredRequirement)
  }

  if (!app.hasDecorator('requireAuth')) app.decorateRequest('auth')
  app.decorate('requireAuth', makeHook)

  app.addHook('onRoute', function (route) {
    // Where the plugin is registered again further in, that one decides.
    if (this.requireAuth !== makeHook) return
    const hook = hookFor(route.config?.auth)
    route.config = Object.assign({}, route.config, { [settled]: true })
    if (hook) route.onRequest = [hook, ...[route.onRequest ?? []].flat()]
  })

  // A route that was added before Fastify loaded the plugin has never been seen by the hook above.
  app.addHook('onRequest', function (request, reply, next) {
    const { config, url } = request.routeOptions
    const hook =
      this.requireAuth === makeHook && url !== undefined && !(settled in config) && hookFor(config.auth)
    if (hook) hook(request, reply, next)
    else next()
  })
}

/**
 * The plugin: gives requests `auth` and the instance `requireAuth`, and guards routes by their
 * `config.auth`. Register it before the routes; without a scope of its own, it serves the one it is
 * registered in, and all within.
 */
export const sealbearer: FastifyPluginAsync<SealbearerOptions> = fp(plugin, {
  fastify: '5.x',
  name: '@sealbearer/fastify',
})
