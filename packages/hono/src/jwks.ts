import { createJwksEndpoint, type JwksEndpointOptions, type Keys } from '@sealbearer/core/adapter'
import type { Handler } from 'hono'
import { requestReader } from './request.js'

/**
 * Serves the public half of keys as a JWK Set, with `Cache-Control`, ETag and 304; see `createJwksEndpoint` of
 * `@sealbearer/core`.
 *
 * @throws {TypeError} for keys of which nothing can be published, and for an option that is none.
 * @example
 * app.get('/.well-known/jwks.json', jwks(keys))
 */
export function jwks(keys: Keys, options?: JwksEndpointOptions): Handler {
  const endpoint = createJwksEndpoint(keys, options)
  const read = requestReader({})
  return async (c) => {
    const { status, headers, body } = await endpoint(read(c))
    return c.newResponse(body ?? null, status, headers)
  }
}
