import type { AuthUnder } from '@sealbearer/core/adapter'
import type { AuthHook, guard } from './auth-hook.js'
import type { AuthOfApp, RegisteredRequirement } from './registered.js'

// `Config` only stands to the left of `extends`, so that TypeScript before 6 can compare two requests.

/** The type of `request.auth` under a `config.auth`. */
type AuthByConfig<Config> = Config extends { readonly auth: infer Requirement }
  ? Requirement extends false
    ? undefined
    : Requirement extends { readonly optional: infer Optional }
      ? AuthUnder<AuthOfApp['claims'], Optional>
      : Requirement extends object
        ? AuthOfApp
        : AuthOfApp | undefined
  : AuthOfApp | undefined

/** The type of `request.auth` on a route: by its hooks, otherwise by its config. */
type AuthIn<Config> = Config extends { readonly [guard]?: readonly [infer Auth] }
  ? unknown extends Auth
    ? AuthByConfig<Config>
    : Auth
  : AuthByConfig<Config>

declare module 'fastify' {
  // The type parameters have to be all those of Fastify, up to the last one that is used.
  interface FastifyRequest<RouteGeneric, RawServer, RawRequest, SchemaCompiler, TypeProvider, ContextConfig> {
    /**
     * The sender of the request, set by a guard. Possibly `undefined` if the types show no guard, as under
     * `protect: true`, or if the guard is `optional`. There, `getAuth(request)` returns it or throws.
     */
    auth: AuthIn<ContextConfig>
  }

  interface FastifyInstance {
    /**
     * Creates an `onRequest` hook that accepts only requests that meet the requirement. Uses the authenticator of the
     * registration nearest to the route.
     *
     * @throws {TypeError} for an invalid requirement.
     */
    requireAuth(requirement?: RegisteredRequirement): AuthHook<AuthOfApp>
    requireAuth(requirement?: RegisteredRequirement<boolean | undefined>): AuthHook<AuthOfApp | undefined>
  }

  interface FastifyContextConfig {
    /** The requirement of the route; `false` makes it public under `protect: true`. */
    auth?: RegisteredRequirement<boolean | undefined> | false | undefined
  }
}
