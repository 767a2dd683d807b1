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

/** What a guard reads of Express's `Request`, and writes to it. */
interface GuardedRequest extends ForwardedRequest {
  readonly secure: boolean
  auth?: unknown
}

/** The response of a route behind a guard that leaves `A` in `req.auth`. */
interface GuardedResponse<A> extends ServerResponse {
  // As Express has it: any handler may read any of the locals.
  // biome-ignore lint/suspicious/noExplicitAny: that is the type that Express gives them.
  locals: GuardedLocals<A> & Record<string, any>
}

type Next = (error?: unknown) => void

/** A middleware that leaves `A` in `req.auth`, and the types of its neighbours' params and bodies alone. */
export interface AuthHandler<A = unknown> {
  (req: GuardedRequest, res: ServerResponse, next: Next): void | Promise<void>
  /** For inference: the type of the route's locals, and with it that of `req.auth`, comes from here. */
  (req: GuardedRequest, res: GuardedResponse<A>, next: Next): void | Promise<void>
}

export const getAuth: GetAuth<Register> = getAuthOf

/**
 * Lets a request through once the authenticator accepts it and it meets the requirement; leaves `auth` on
 * the request. Behind a proxy that terminates TLS, set Express's `trust proxy`.
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
      // Express 4 ignores promises: a rejected one would end the process.
      next,
    )
}

/** An error handler of Express. */
export type RefusalHandler = (error: unknown, req: unknown, res: ServerResponse, next: Next) => void

/**
 * Creates an error handler that answers what handlers refuse by `authenticator.refuse`, and guards with
 * `onFailure: 'throw'`, as guards answer. Its logger gets what no guard has logged. Other errors are passed to the next error
 * handler.
 *
 * @throws {TypeError} for an unknown option, and for an invalid one.
 * @example
 * app.use(createRefusalHandler({ logger })) // behind the routes
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
