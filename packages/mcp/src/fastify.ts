import type { IncomingMessage } from 'node:http'
import type { HeaderFields } from '@sealbearer/core'
import type { Authorize } from './authorize.js'

interface FastifyRequest {
  readonly raw: IncomingMessage & { auth?: unknown }
  readonly body: unknown
}

interface FastifyReply {
  code(status: number): FastifyReply
  headers(fields: Record<string, string | string[]>): FastifyReply
  send(body: string): unknown
}

/** A `preHandler` hook of Fastify. */
export type FastifyHook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

export function fastifyHook(authorize: Authorize): FastifyHook {
  return async (request, reply) => {
    const outcome = await authorize(request, request.body)
    if (!outcome.ok) {
      return reply.code(outcome.status).headers(mutable(outcome.headers)).send(JSON.stringify(outcome.body))
    }
    // The SDK's transports for Node receive `request.raw`, and read it there.
    request.raw.auth = outcome.authInfo
    return undefined
  }
}

/** Fastify's types require mutable arrays. */
const mutable = (fields: HeaderFields): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
