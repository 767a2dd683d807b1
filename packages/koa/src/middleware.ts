import {
  type Authenticator,
  type AuthUnder,
  createGuard,
  nodeAuthRequest,
  type OnFailure,
  type Refused,
  type Requirement,
  throwsOnFailure,
  writeHeaders,
} from '@sealbearer/core/adapter'
import type Koa from 'koa'

/** How a guard behaves. */
export interface RequireAuthOptions {
  /**
   * What to do with a refused request: answer it, or throw the error, with `status`, `headers` and `body`
   * on it, by `ctx.throw`.
   *
   * @default 'respond'
   */
  readonly onFailure?: OnFailure | undefined
}

/** What a guard leaves in `ctx.state`. */
export interface AuthState<A> {
  auth: A
}

/**
 * Lets a request through once the authenticator accepts it and it meets the requirement; leaves `auth` in
 * `ctx.state`. Behind a proxy that ends TLS, set Koa's `app.proxy`.
 *
 * @throws {TypeError} for a requirement or an option that is none.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: RequireAuthOptions = {},
): Koa.Middleware<AuthState<AuthUnder<Claims, Optional>>> {
  const throws = throwsOnFailure(options)
  const guard = createGuard(authenticator, requirement)
  const answer = (ctx: Koa.Context, { status, body, headers }: Refused): void => {
    ctx.status = status
    ctx.body = JSON.stringify(body)
    // Last, since a body changes the type.
    writeHeaders(ctx.res, headers)
  }
  return (ctx, next) =>
    guard(
      nodeAuthRequest(ctx.req, () => ctx.secure, ctx.originalUrl),
      ctx,
      (outcome): unknown => {
        if (outcome.ok) {
          writeHeaders(ctx.res, outcome.headers)
          ctx.state.auth = outcome.auth
          return next()
        }
        // The message tells a log more than a client may know.
        if (throws) ctx.throw(outcome.error, { expose: false })
        return answer(ctx, outcome)
      },
    )
}
