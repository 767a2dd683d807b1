import {
  type Authenticator,
  type AuthUnder,
  createGuard,
  nodeAuthRequest,
  type OnFailure,
  type Outcome,
  type Requirement,
  throwsOnFailure,
} from '@sealbearer/core/adapter'
import type { AuthHook } from './auth-hook.js'

/** How a guard behaves. */
export interface RequireAuthOptions {
  /**
   * What to do with a refused request: answer it, or hand the error, with `status`, `headers` and `body` on
   * it, to Fastify's error handler.
   *
   * @default 'respond'
   */
  readonly onFailure?: OnFailure | undefined
}

/**
 * Makes an `onRequest` hook that lets a request through once the authenticator accepts it and it meets the
 * requirement; leaves `auth` on the request. Unlike `app.requireAuth`, it names its authenticator: for a
 * second one in one scope. Behind a proxy that terminates TLS, set Fastify's `trustProxy`.
 *
 * @throws {TypeError} for an invalid requirement or option.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: RequireAuthOptions = {},
): AuthHook<AuthUnder<Claims, Optional>> {
  const throws = throwsOnFailure(options)
  const guard = createGuard(authenticator, requirement)
  return (request, reply, done) => {
    const settle = (outcome: Outcome<unknown>): void => {
      for (const name in outcome.headers) reply.header(name, outcome.headers[name] ?? '')
      if (outcome.ok) {
        request.auth = outcome.auth
        done()
        return
      }
      const { code, parameter } = outcome.error
      request.log.info({ code, parameter }, 'request refused')
      reply.code(outcome.status)
      if (throws) done(outcome.error)
      else reply.send(JSON.stringify(outcome.body))
    }
    // Fastify waits for a promise that a hook returns: it gets none.
    guard(
      nodeAuthRequest(request.raw, () => request.protocol === 'https'),
      request,
      settle,
      // Fastify takes whatever was thrown.
      (error) => done(error as Error),
    )
  }
}
