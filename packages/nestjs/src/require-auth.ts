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

/** Options of a guard. */
export type RequireAuthOptions = Pick<GuardOptions, 'logger'>

/** The members used of a request of Express or Fastify. */
interface PlatformRequest extends NodeRequest {
  /** Node's request, in a request of Fastify. */
  readonly raw?: NodeRequest
  readonly protocol: string
  readonly host: string
}

/**
 * Creates a guard that accepts only requests that the authenticator accepts and that meet the requirement. Behind a proxy
 * that terminates TLS, configure the platform to trust it.
 *
 * For a rejected request it sets the headers and throws an `HttpException` with status and body, whose `cause` is the error.
 * It guards HTTP routes only: in any other context it throws a `TypeError`.
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
