import type { ServerResponse } from 'node:http'
import {
  type Endpoint,
  type LogOptions,
  logOptions,
  nodeEndpointRequest,
  writeHeaders,
} from '@sealbearer/core/adapter'
import { type ForwardedRequest, forwardedHost } from './forwarded-host.js'

/** What a handler reads of Express's request. */
interface ServedRequest extends ForwardedRequest {
  readonly secure: boolean
}

/** A handler for a route that anyone may ask. */
export type EndpointHandler = (
  req: ServedRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>

/**
 * Serves an endpoint of sealbearer, such as the one of `createJwksEndpoint`.
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
      const answer = await endpoint(nodeEndpointRequest(req, () => req.secure, { host }))
      log(answer.error)
      res.statusCode = answer.status
      writeHeaders(res, answer.headers)
      res.end(answer.body)
    } catch (error) {
      // Express 4 ignores promises: a rejected one would end the process.
      next(error)
    }
  }
}
