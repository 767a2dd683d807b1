import type { AuthUnder } from '@sealbearer/core/adapter'
import type { AuthHook, guard } from './auth-hook.js'
import type { AuthOfApp, RegisteredRequirement } from './registered.js'

// `Config` only stands to the left of `extends`, so that TypeScript before 6 can compare two requests.

/** What a `config.auth` leaves in `request.auth`. */
type AuthByConfig<Config> = Config extends { readonly auth: infer Requirement }
  ? Requirement extends false
    ? undefined
    : Requirement extends { readonly optional: infer Optional }
      ? AuthUnder<AuthOfApp['claims'], Optional>
      : Requirement extends object
        ? AuthOfApp
        : AuthOfApp | undefined
  : AuthOfApp | undefined

/** What the guards of a route leave in `request.auth`: its hooks, or else its config. */
type AuthIn<Config> = Config extends { readonly [guard]?: readonly [infer Auth] }
  ? unknown extends Auth
    ? AuthByConfig<Config>
    : Auth
  : AuthByConfig<Config>

declare module 'fastify' {
  // The type parameters have to be all those of Fastify, up to the last one that is used.
  interface FastifyRequest<RouteGeneric, RawServer, RawRequest, SchemaCompiler, TypeProvider, ContextConfig> {
    /**
     * Who sends the request, once a guard has let it through. Where the type cannot know of a guard, it may
     * be `undefined`: under `protect: true`, and where a guard is `optional`. There, `getAuth(request)`
     * returns it or throws.
     */
    auth: AuthIn<ContextConfig>
  }

  interface FastifyInstance {
    /**
     * Creates an `onRequest` hook that lets a request through once it meets the requirement. It asks the
     * authenticator of the registration nearest to the route.
     *
     * @throws {TypeError} for an invalid requirement.
     */
    requireAuth(requirement?: RegisteredRequirement): AuthHook<AuthOfApp>
    requireAuth(requirement?: RegisteredRequirement<boolean | undefined>): AuthHook<AuthOfApp | undefined>
  }

  interface FastifyContextConfig {
    /** What the route asks for: a requirement guards it, `false` leaves it open under `protect: true`. */
    auth?: RegisteredRequirement<boolean | undefined> | false | undefined
  }
}
