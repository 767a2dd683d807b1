import type { IncomingMessage } from 'node:http'
import type { HeaderFields } from '@sealbearer/core'
import type { Authorize } from './authorize.js'
import { whyUnreadable } from './parsed-body.js'

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
    const { raw, body } = request
    const problem = whyUnreadable({ method: raw.method, headers: raw.headers, body })
    if (problem !== undefined) {
      const headers = { 'content-type': 'application/json' }
      return reply.code(problem.status).headers(headers).send(JSON.stringify(problem.body))
    }
    const outcome = await authorize(request, body)
    if (!outcome.ok) {
      return reply.code(outcome.status).headers(mutable(outcome.headers)).send(JSON.stringify(outcome.body))
    }
    // The SDK's transports for Node receive `request.raw`, and read it there.
    raw.auth = outcome.authInfo
    return undefined
  }
}

/** Fastify's types require mutable arrays. */
const mutable = (fields: HeaderFields): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
