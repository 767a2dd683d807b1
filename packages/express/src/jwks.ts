import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createJwksEndpoint,
  type JwksEndpointOptions,
  type Keys,
  nodeAuthRequest,
} from '@sealbearer/core/adapter'

/** A handler for a route that anyone may ask. */
export type JwksHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

/**
 * Serves the public half of keys as a JWK Set, with `Cache-Control`, ETag and 304; see `createJwksEndpoint` of
 * `@sealbearer/core`.
 *
 * @throws {TypeError} for keys of which nothing can be published, and for an option that is none.
 * @example
 * app.get('/.well-known/jwks.json', jwks(keys))
 */
export function jwks(keys: Keys, options?: JwksEndpointOptions): JwksHandler {
  const endpoint = createJwksEndpoint(keys, options)
  return async (req, res) => {
    const { status, headers, body } = await endpoint(nodeAuthRequest(req, false))
    res.writeHead(status, headers).end(body)
  }
}
