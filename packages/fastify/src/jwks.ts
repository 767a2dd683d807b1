import {
  createJwksEndpoint,
  type JwksEndpointOptions,
  type JwksResponse,
  type Keys,
  type NodeRequest,
  nodeAuthRequest,
} from '@sealbearer/core/adapter'

/** What is written to Fastify's reply. */
interface JwksReply {
  code(status: number): unknown
  headers(values: JwksResponse['headers']): unknown
  send(payload: unknown): unknown
}

/** Route options with their handler, open under `protect: true`. */
export interface JwksRoute {
  readonly config: { readonly auth: false }
  readonly handler: (request: { readonly raw: NodeRequest }, reply: JwksReply) => Promise<unknown>
}

/**
 * Serves the public half of keys as a JWK Set, with `Cache-Control`, ETag and 304; see `createJwksEndpoint` of
 * `@sealbearer/core`. Open to all, under `protect: true` too.
 *
 * @throws {TypeError} for keys of which nothing can be published, and for an option that is none.
 * @example
 * app.get('/.well-known/jwks.json', jwks(keys))
 */
export function jwks(keys: Keys, options?: JwksEndpointOptions): JwksRoute {
  const endpoint = createJwksEndpoint(keys, options)
  return {
    config: { auth: false },
    async handler({ raw }, reply) {
      const request = nodeAuthRequest(raw, false)
      // Fastify leaves out the body of an answer to HEAD by itself, and counts its octets before.
      const method = request.method === 'HEAD' ? 'GET' : request.method
      const { status, headers, body } = await endpoint({ method, header: (name) => request.header(name) })
      reply.code(status)
      reply.headers(headers)
      // As text it would get a charset, which JWK Sets do not have.
      return reply.send(body && Buffer.from(body))
    },
  }
}
