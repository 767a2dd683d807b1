import {
  type Authenticator,
  type AuthUnder,
  createGuard,
  type GetAuth,
  type GuardOptions,
  getAuth as getAuthOf,
  guardOptions,
  isRefusal,
  type LogOptions,
  logOptions,
  nodeAuthRequest,
  type Refused,
  type Requirement,
  writeHeaders,
} from '@sealbearer/core/adapter'
import type Koa from 'koa'
import type { Register } from './augment.js'
import { keepInErrors } from './error-headers.js'

/** The part of `ctx.state` that a guard sets. */
export interface AuthState<A> {
  auth: A
}

/** Middleware that sets `ctx.state.auth` to `A`. */
export interface AuthMiddleware<A = unknown> {
  (ctx: Koa.ParameterizedContext<object>, next: Koa.Next): unknown
  /** For inference of the state's type in later middleware. */
  (ctx: Koa.ParameterizedContext<AuthState<A>>, next: Koa.Next): unknown
}

export const getAuth: GetAuth<Register> = getAuthOf

/**
 * Creates middleware that accepts only requests that the authenticator accepts and that meet the requirement, and sets
 * `ctx.state.auth`. Behind a proxy that terminates TLS, set Koa's `app.proxy`.
 *
 * @throws {TypeError} for an invalid requirement or option.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: GuardOptions = {},
): AuthMiddleware<AuthUnder<Claims, Optional>> {
  const { throws, log } = guardOptions(options)
  const guard = createGuard(authenticator, requirement)
  return (ctx: Koa.ParameterizedContext<Partial<AuthState<unknown>>>, next: Koa.Next) =>
    guard(
      nodeAuthRequest(ctx.req, () => ctx.secure, { target: ctx.originalUrl, host: () => ctx.host }),
      ctx,
      (outcome): unknown => {
        if (outcome.ok) {
          writeHeaders(ctx.res, outcome.headers)
          ctx.state.auth = outcome.auth
          keepInErrors(ctx, outcome.headers)
          return next()
        }
        log(outcome.error)
        // The message is for the log, not for the client.
        if (throws) ctx.throw(outcome.error, { expose: false })
        return respond(ctx, outcome)
      },
    )
}

/**
 * Creates middleware that responds to the errors of `authenticator.refuse`, and of guards with `onFailure: 'throw'`, in later
 * middleware as guards respond. Its logger receives those that no guard has logged. Other errors are rethrown.
 *
 * @throws {TypeError} for an unknown option, and for an invalid one.
 * @example
 * app.use(createRefusalHandler({ logger })) // before the routes
 */
export function createRefusalHandler(options: LogOptions = {}): Koa.Middleware<object> {
  const log = logOptions(options)
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (!isRefusal(error)) throw error
      log(error)
      respond(ctx, error)
    }
  }
}

/** The middleware of `createRefusalHandler` without a logger. */
export const answerRefusal: Koa.Middleware<object> = createRefusalHandler()

function respond(
  ctx: Koa.ParameterizedContext<object>,
  { status, body, headers }: Pick<Refused, 'status' | 'headers' | 'body'>,
): void {
  ctx.status = status
  ctx.body = JSON.stringify(body)
  // Last, because setting the body changes the Content-Type.
  writeHeaders(ctx.res, headers)
}
