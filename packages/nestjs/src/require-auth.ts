import type { CanActivate, ExecutionContext } from '@nestjs/common'
import {
  type Authenticator,
  createGuard,
  type GuardOptions,
  guardOptions,
  type NodeRequest,
  nodeAuthRequest,
  type Requirement,
} from '@sealbearer/core/adapter'
import { type PlatformResponse, refusalException, setHeaders } from './refusal-exception.js'

/** How a guard behaves. */
export type RequireAuthOptions = Pick<GuardOptions, 'logger'>

/** What is read of a request of Express or Fastify. */
interface PlatformRequest extends NodeRequest {
  /** Fastify's requests have Node's in it. */
  readonly raw?: NodeRequest
  readonly protocol: string
  readonly host: string
}

/**
 * Creates a guard that lets a request through once the authenticator accepts it and it meets the requirement. Behind a
 * proxy that terminates TLS, tell the platform to trust it.
 *
 * A refusal is thrown as an `HttpException` with status and body of the answer, whose `cause` is the error; the headers
 * are on the response already. It guards routes of HTTP alone, and refuses any other context with a `TypeError`.
 *
 * @throws {TypeError} for an invalid requirement or option.
 * @example
 * @UseGuards(requireAuth(authenticator, { scope: 'orders:read' }))
 */
export function requireAuth<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  requirement?: Requirement<Claims, Optional>,
  options: RequireAuthOptions = {},
): CanActivate {
  const { log } = guardOptions(options)
  const guard = createGuard(authenticator, requirement)
  return {
    async canActivate(context: ExecutionContext): Promise<true> {
      if (context.getType() !== 'http') {
        throw new TypeError(
          'requireAuth: guards routes of HTTP only; elsewhere use authenticator.authenticateToken',
        )
      }
      const http = context.switchToHttp()
      const request = http.getRequest<PlatformRequest>()
      const response = http.getResponse<PlatformResponse>()
      const incoming = nodeAuthRequest(request.raw ?? request, () => request.protocol === 'https', {
        host: () => request.host,
      })
      const outcome = await guard(incoming, request)
      if (!outcome.ok) {
        log(outcome.error)
        throw refusalException(outcome, outcome.error, response)
      }
      setHeaders(response, outcome.headers)
      return true
    },
  }
}
