import type { ServerResponse } from 'node:http'
import {
  type Endpoint,
  type LogOptions,
  logOptions,
  nodeEndpointRequest,
  writeHeaders,
} from '@sealbearer/core/adapter'
import { type ForwardedRequest, forwardedHost } from './forwarded-host.js'

/** The members of Express's request that a handler uses. */
interface ServedRequest extends ForwardedRequest {
  readonly secure: boolean
}

/** A handler for a public route. */
export type EndpointHandler = (
  req: ServedRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>

/**
 * Serves an endpoint of sealbearer, such as that of `createJwksEndpoint`.
 *
 * @throws {TypeError} for an unknown option, and for an invalid one.
 * @example
 * app.get('/.well-known/jwks.json', serve(createJwksEndpoint(keys)))
 */
export function serve(endpoint: Endpoint, options: LogOptions = {}): EndpointHandler {
  const log = logOptions(options)
  return async (req, res, next) => {
    const host = (): string | undefined => forwardedHost(req)
    try {
      const response = await endpoint(nodeEndpointRequest(req, () => req.secure, { host }))
      log(response.error)
      res.statusCode = response.status
      writeHeaders(res, response.headers)
      res.end(response.body)
    } catch (error) {
      // Express 4 ignores promises: an unhandled rejection would end the process.
      next(error)
    }
  }
}
