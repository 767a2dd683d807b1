import type { RegisteredAuth, Requirement } from '@sealbearer/core/adapter'
import type { AuthHook } from './hook.js'

/**
 * Says once what `request.auth` is:
 *
 * @example
 * declare module '@sealbearer/fastify' {
 *   interface Register { authenticator: typeof authenticator }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: users give it its member.
export interface Register {}

/** What can be asked of a request whose claims are the registered ones. */
export type RegisteredRequirement = Requirement<RegisteredAuth<Register>['claims']>

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Who sends the request, once a guard has let it through. `undefined` on a route without a guard and,
     * without credentials, behind one with `optional: true`: ask `getAuth` there.
     */
    auth: RegisteredAuth<Register>
  }

  interface FastifyInstance {
    /**
     * Makes an `onRequest` hook that lets a request through once it meets the requirement.
     *
     * @throws {TypeError} for a requirement that is none.
     */
    requireAuth(requirement?: RegisteredRequirement): AuthHook
  }

  interface FastifyContextConfig {
    /** What the route asks for: a requirement guards it, `false` opens it under `protect: true`. */
    auth?: RegisteredRequirement | false | undefined
  }
}
