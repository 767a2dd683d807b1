import { type Endpoint, webEndpointRequest } from '@sealbearer/core/adapter'
import type { Handler } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { factsReader } from './request.js'

/**
 * Serves an endpoint of sealbearer, such as the one of `createJwksEndpoint`.
 *
 * @example
 * app.get('/.well-known/jwks.json', serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint): Handler {
  const factsOf = factsReader({})
  return async (c) => {
    const { status, headers, body } = await endpoint(webEndpointRequest(c.req.raw, factsOf(c)))
    const fields = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const)
    // An endpoint answers with statuses that Hono knows.
    return c.newResponse(body ?? null, status as StatusCode, Object.fromEntries(fields))
  }
}
