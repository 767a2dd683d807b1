import type { ServerResponse } from 'node:http'
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
  type Requirement,
  writeHeaders,
  writeRefusal,
} from '@sealbearer/core/adapter'
import type { GuardedLocals, Register } from './augment.js'
import { type ForwardedRequest, forwardedHost } from './forwarded-host.js'

/** The members of Express's `Request` that a guard uses. */
interface GuardedRequest extends ForwardedRequest {
  readonly secure: boolean
  auth?: unknown
}

/** The response of a route behind a guard that sets `req.auth` to `A`. */
interface GuardedResponse<A> extends ServerResponse {
  // As in Express: any handler may read any of the locals.
  // biome-ignore lint/suspicious/noExplicitAny: Express declares them with this type.
  locals: GuardedLocals<A> & Record<string, any>
}

type Next = (error?: unknown) => void

/** Middleware that sets `req.auth` to `A`, and does not affect the types of params and bodies in other handlers. */
export interface AuthHandler<A = unknown> {
  (req: GuardedRequest, res: ServerResponse, next: Next): void | Promise<void>
  /** For inference of the type of the route's locals, and so of `req.auth`. */
  (req: GuardedRequest, res: GuardedResponse<A>, next: Next): void | Promise<void>
}

export const getAuth: GetAuth<Register> = getAuthOf

/**
 * Creates middleware that accepts only requests that the authenticator accepts and that meet the requirement, and sets
 * `req.auth`. Behind a proxy that terminates TLS, set Express's `trust proxy`.
 *
 * @throws {TypeError} for an invalid requirement or option.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: GuardOptions = {},
): AuthHandler<AuthUnder<Claims, Optional>> {
  const { throws, log } = guardOptions(options)
  const guard = createGuard(authenticator, requirement)
  return (req: GuardedRequest, res: ServerResponse, next: Next) =>
    guard(
      nodeAuthRequest(req, () => req.secure, { host: () => forwardedHost(req) }),
      req,
      (outcome): void => {
        if (outcome.ok) {
          writeHeaders(res, outcome.headers)
          req.auth = outcome.auth
          next()
          return
        }
        log(outcome.error)
        if (throws) next(outcome.error)
        else writeRefusal(res, outcome)
      },
      // Express 4 ignores promises: an unhandled rejection would end the process.
      next,
    )
}

/** An error handler of Express. */
export type RefusalHandler = (error: unknown, req: unknown, res: ServerResponse, next: Next) => void

/**
 * Creates an error handler that responds to the errors of `authenticator.refuse`, and of guards with `onFailure: 'throw'`, as
 * guards respond. Its logger receives those that no guard has logged. Other errors are passed to the next error handler.
 *
 * @throws {TypeError} for an unknown option, and for an invalid one.
 * @example
 * app.use(createRefusalHandler({ logger })) // after the routes
 */
export function createRefusalHandler(options: LogOptions = {}): RefusalHandler {
  const log = logOptions(options)
  // Express recognizes error handlers by their four parameters.
  return (error, _req, res, next) => {
    if (!isRefusal(error) || res.headersSent) {
      next(error)
      return
    }
    log(error)
    writeRefusal(res, error)
  }
}

/** The error handler of `createRefusalHandler` without a logger. */
export const answerRefusal: RefusalHandler = createRefusalHandler()
