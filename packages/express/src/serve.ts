import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Endpoint, nodeEndpointRequest, writeHeaders } from '@sealbearer/core/adapter'

/** What a handler reads of Express's request. */
interface ServedRequest extends IncomingMessage {
  readonly secure: boolean
  readonly host: string
}

/** A handler for a route that anyone may ask. */
export type EndpointHandler = (req: ServedRequest, res: ServerResponse) => Promise<void>

/**
 * Serves an endpoint of sealbearer, such as the one that `createJwksEndpoint` makes.
 *
 * @example
 * app.get('/.well-known/jwks.json', serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint): EndpointHandler {
  return async (req, res) => {
    const { status, headers, body } = await endpoint(
      nodeEndpointRequest(
        req,
        () => req.secure,
        undefined,
        () => req.host,
      ),
    )
    res.statusCode = status
    writeHeaders(res, headers)
    res.end(body)
  }
}
