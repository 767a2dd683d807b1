import {
  type Endpoint,
  logThrownRefusal,
  type NodeBodyRequest,
  nodeEndpointRequest,
  type RefusalLogger,
} from '@sealbearer/core/adapter'

/** What an endpoint reads of Fastify's request. */
interface ServedRequest {
  readonly raw: NodeBodyRequest
  readonly protocol: string
  readonly host: string
  readonly log: RefusalLogger
}

/** What is written to Fastify's reply. */
interface EndpointReply {
  code(status: number): unknown
  header(name: string, value: string | readonly string[]): unknown
  send(payload: unknown): unknown
}

/** Route options with their handler, open under `protect: true`. */
export interface EndpointRoute {
  readonly config: { readonly auth: false }
  readonly preParsing: (request: ServedRequest, reply: EndpointReply) => Promise<unknown>
  readonly handler: () => Promise<never>
}

const notReached = async (): Promise<never> => {
  throw new Error('the hook before the parser answers every request')
}

/**
 * Serves an endpoint of sealbearer, such as the one of `createJwksEndpoint`. Open to all, under
 * `protect: true` too. Refused requests are logged at `info`.
 *
 * @example
 * app.get('/.well-known/jwks.json', serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint): EndpointRoute {
  return {
    config: { auth: false },
    // Before Fastify's parsers, which refuse bodies of types that they do not know.
    async preParsing({ raw, protocol, host, log }, reply) {
      // Fastify leaves out the body of an answer to HEAD by itself, and counts its bytes before.
      const method = raw.method === 'HEAD' ? 'GET' : raw.method
      const request = nodeEndpointRequest(raw, protocol === 'https', { host: () => host })
      const { status, headers, body, error } = await endpoint(
        Object.defineProperty(request, 'method', { value: method }),
      )
      if (error) logThrownRefusal(log, error)
      reply.code(status)
      for (const name in headers) reply.header(name, headers[name] ?? '')
      // As text it would get a charset, which JWK Sets do not have.
      return reply.send(body === undefined ? undefined : Buffer.from(body))
    },
    handler: notReached,
  }
}
