import {
  type Authenticator,
  type AuthUnder,
  createGuard,
  type GuardedBy,
  type GuardOptions,
  isRefusal,
  logRefusal,
  logThrownRefusal,
  nodeAuthRequest,
  type Outcome,
  type RefusalLogger,
  type Requirement,
  throwsOnFailure,
  writeHeaders,
} from '@sealbearer/core/adapter'
import type { AuthHook, GuardedReply } from './auth-hook.js'
import { describedBy } from './openapi.js'

/** Options of a guard. Rejected requests are logged at `info` through `request.log`. */
export type RequireAuthOptions = Pick<GuardOptions, 'onFailure'>

/**
 * Creates an `onRequest` hook that accepts only requests that the authenticator accepts and that meet the requirement, and
 * sets `request.auth`. Unlike `app.requireAuth`, it takes its authenticator as an argument: for a second one in a scope.
 * Behind a proxy that terminates TLS, set Fastify's `trustProxy`.
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
  const hook: AuthHook<AuthUnder<Claims, Optional>> = (request, reply, done) => {
    const settle = (outcome: Outcome<unknown>): void => {
      for (const name in outcome.headers) reply.header(name, outcome.headers[name] ?? '')
      if (outcome.ok) {
        // A handler that responds through `reply.raw`, as for streams, omits the headers of the reply.
        writeHeaders(reply.raw, outcome.headers)
        request.auth = outcome.auth
        done()
        return
      }
      logRefusal(request.log, outcome.error)
      reply.code(outcome.status)
      if (throws) done(outcome.error)
      else reply.send(JSON.stringify(outcome.body))
    }
    // Returns nothing: Fastify would wait for a promise.
    guard(
      nodeAuthRequest(request.raw, () => request.protocol === 'https', { host: () => request.host }),
      request,
      settle,
      // Fastify accepts any thrown value.
      (error) => done(error as Error),
    )
  }
  // A description calls no function of the requirement, so the type of its claims does not matter.
  return describedBy(hook, () => ({ authenticator, requirement }) as GuardedBy)
}

/**
 * An error handler that responds to the errors of `authenticator.refuse`, and of guards with `onFailure: 'throw'`, as guards
 * respond, and logs them at `info`. Other errors are passed to the outer error handler. Routes in a scope of the plugin need
 * it only with `onFailure: 'throw'`.
 *
 * @example
 * app.setErrorHandler(answerRefusal)
 */
export function answerRefusal(
  error: unknown,
  request: { readonly log: RefusalLogger },
  reply: GuardedReply,
): void {
  if (!isRefusal(error)) throw error
  logThrownRefusal(request.log, error)
  reply.code(error.status)
  // If a guard has thrown the error, a list is already on the reply.
  for (const [name, value] of Object.entries(error.headers)) {
    if (typeof value === 'string' || !reply.hasHeader(name)) reply.header(name, value)
  }
  reply.send(JSON.stringify(error.body))
}
