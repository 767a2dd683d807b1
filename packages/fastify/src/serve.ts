import {
  type Endpoint,
  logThrownRefusal,
  type NodeBodyRequest,
  nodeEndpointRequest,
  type RefusalLogger,
} from '@sealbearer/core/adapter'

/** The members of Fastify's request that an endpoint uses. */
interface ServedRequest {
  readonly raw: NodeBodyRequest
  readonly protocol: string
  readonly host: string
  readonly log: RefusalLogger
}

/** The members of Fastify's reply that an endpoint uses. */
interface EndpointReply {
  code(status: number): unknown
  header(name: string, value: string | readonly string[]): unknown
  send(payload: unknown): unknown
}

/** Route options with their handler; public, under `protect: true` too. */
export interface EndpointRoute {
  readonly config: { readonly auth: false }
  readonly preParsing: (request: ServedRequest, reply: EndpointReply) => Promise<unknown>
  readonly handler: () => Promise<never>
}

const notReached = async (): Promise<never> => {
  throw new Error('the hook before the parser responds to every request')
}

/**
 * Serves an endpoint of sealbearer, such as that of `createJwksEndpoint`. The route is public, under `protect: true` too.
 * Rejected requests are logged at `info`.
 *
 * @example
 * app.get('/.well-known/jwks.json', serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint): EndpointRoute {
  return {
    config: { auth: false },
    // Before Fastify's parsers, which reject bodies of unknown types.
    async preParsing({ raw, protocol, host, log }, reply) {
      // Fastify itself omits the body of a response to HEAD, after counting its bytes.
      const method = raw.method === 'HEAD' ? 'GET' : raw.method
      const request = nodeEndpointRequest(raw, protocol === 'https', { host: () => host })
      const { status, headers, body, error } = await endpoint(
        Object.defineProperty(request, 'method', { value: method }),
      )
      if (error) logThrownRefusal(log, error)
      reply.code(status)
      for (const name in headers) reply.header(name, headers[name] ?? '')
      // Fastify adds a charset to text, which the media type of JWK Sets does not have.
      return reply.send(body === undefined ? undefined : Buffer.from(body))
    },
    handler: notReached,
  }
}
