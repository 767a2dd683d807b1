import { type Endpoint, type LogOptions, logOptions, webEndpointRequest } from '@sealbearer/core/adapter'
import type { Handler, HonoRequest } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import { factsReader } from './request.js'

/**
 * Serves an endpoint of sealbearer, such as that of `createJwksEndpoint`.
 *
 * @throws {TypeError} for an unknown option, and for an invalid one.
 * @example
 * app.get('/.well-known/jwks.json', serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint, options: LogOptions = {}): Handler {
  const log = logOptions(options)
  const factsOf = factsReader({})
  return async (c) => {
    const request = webEndpointRequest(c.req.raw, factsOf(c), () => textOf(c.req))
    const { status, headers, body, error } = await endpoint(request)
    log(error)
    const fields = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const)
    // Hono knows all statuses of endpoints.
    return c.newResponse(body ?? null, status as StatusCode, Object.fromEntries(fields))
  }
}

/** The text of a body that the application has read. Hono keeps a form in one of two ways, and converts neither into the other. */
async function textOf(request: HonoRequest): Promise<string> {
  try {
    const form = await request.formData()
    return new URLSearchParams([...form].map(([name, value]) => [name, String(value)])).toString()
  } catch {
    return request.text()
  }
}
