import {
  type Endpoint,
  type LogOptions,
  logOptions,
  type NodeBodyRequest,
  nodeEndpointRequest,
} from '@sealbearer/core/adapter'
import { type PlatformResponse, setHeaders } from './refusal-exception.js'

/** The members used of a request of Express or Fastify. */
interface ServedRequest extends NodeBodyRequest {
  /** Node's request, in a request of Fastify. */
  readonly raw?: NodeBodyRequest
  readonly protocol: string
  readonly host: string
}

/** The members used of a response of Express or Fastify. */
interface EndpointResponse extends PlatformResponse {
  status(status: number): unknown
  send(body: Uint8Array | undefined): unknown
}

/** A handler of Express or Fastify. */
export type EndpointHandler = (request: ServedRequest, response: EndpointResponse) => Promise<void>

/**
 * Serves an endpoint of sealbearer, such as the one of `createJwksEndpoint`, on either platform. The route is public.
 *
 * @throws {TypeError} for an unknown option, and for an invalid one.
 * @example
 * app.getHttpAdapter().get('/.well-known/jwks.json', serve(createJwksEndpoint(keys))) // before app.listen
 */
export function serve(endpoint: Endpoint, options: LogOptions = {}): EndpointHandler {
  const log = logOptions(options)
  return async (request, response) => {
    const facts = { host: () => request.host, body: request.body }
    const { status, headers, body, error } = await endpoint(
      nodeEndpointRequest(request.raw ?? request, () => request.protocol === 'https', facts),
    )
    log(error)
    setHeaders(response, headers)
    response.status(status)
    // As text it would get a charset, which JWK Sets do not have.
    response.send(body === undefined ? undefined : Buffer.from(body))
  }
}
