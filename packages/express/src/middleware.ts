import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Authenticator,
  createGuard,
  nodeAuthRequest,
  type OnFailure,
  type Requirement,
  throwsOnFailure,
  writeHeaders,
} from '@sealbearer/core/adapter'

/** How a guard behaves. */
export interface RequireAuthOptions {
  /**
   * What to do with a refused request: answer it, or hand the error, with `status`, `headers` and `body` on
   * it, to `next`.
   *
   * @default 'respond'
   */
  readonly onFailure?: OnFailure | undefined
}

/** What a guard reads of Express's `Request`, and writes to it. */
interface GuardedRequest extends IncomingMessage {
  readonly secure: boolean
  auth?: unknown
}

/** A middleware that leaves the types of its neighbours' params and bodies alone. */
export type AuthHandler = (
  req: GuardedRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void | Promise<void>

/**
 * Lets a request through once the authenticator accepts it and it meets the requirement; leaves `auth` on
 * the request. Behind a proxy that ends TLS, set Express's `trust proxy`.
 *
 * @throws {TypeError} for a requirement or an option that is none.
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: RequireAuthOptions = {},
): AuthHandler {
  const throws = throwsOnFailure(options)
  const guard = createGuard(authenticator, requirement)
  return (req, res, next) =>
    guard(
      nodeAuthRequest(req, () => req.secure),
      req,
      (outcome): void => {
        writeHeaders(res, outcome.headers)
        if (outcome.ok) {
          req.auth = outcome.auth
          next()
        } else if (throws) {
          next(outcome.error)
        } else {
          res.statusCode = outcome.status
          res.end(JSON.stringify(outcome.body))
        }
      },
    )
}
