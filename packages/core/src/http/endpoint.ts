import type { HeaderFields } from '../errors.js'
import type { AuthRequest } from './request.js'

/** A request to an endpoint. */
export interface EndpointRequest extends AuthRequest {
  /**
   * The body as text, of at most so many bytes.
   *
   * @throws {RangeError} for a longer one, of which no more is read.
   */
  text(maxBytes: number): Promise<string>
}

/** An answer, to be sent as it is. */
export interface EndpointResponse {
  readonly status: number
  readonly headers: HeaderFields
  /** `undefined` where none is sent. */
  readonly body: string | undefined
}

/**
 * Something that sealbearer serves by itself: a JWK Set, metadata, a login or a logout. The `serve` of each adapter makes
 * a route of it.
 */
export interface Endpoint {
  (request: EndpointRequest): Promise<EndpointResponse>
  /** Where it is usually served; adapters that mount by path need it. */
  readonly path?: string
}

/** Lets an endpoint say where it is served. @throws {TypeError} for a path that does not begin with a slash. */
export function endpointAt(
  path: unknown,
  endpoint: (request: EndpointRequest) => Promise<EndpointResponse>,
): Endpoint {
  if (typeof path !== 'string' || !/^\/[^?#\s]*$/.test(path)) {
    throw new TypeError("path: must begin with a slash and have no query, such as '/.well-known/jwks.json'")
  }
  return Object.freeze(Object.assign(endpoint, { path }))
}

const tooLong = (): never => {
  throw new RangeError('the body is longer than allowed')
}

/** Reads a body as text. An answer can be sent before all of a body that is too long has come. */
export async function readText(
  body: AsyncIterable<Uint8Array | string> | null | undefined,
  maxBytes: number,
): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body ?? []) {
    const part = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    bytes += part.length
    if (bytes > maxBytes) return tooLong()
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}

/** Bounds a text that a framework has read already. */
export function boundedText(text: string, maxBytes: number): string {
  return new TextEncoder().encode(text).length > maxBytes ? tooLong() : text
}
