import { readBounded } from '../bounded-read.js'
import { type HeaderFields, isSealbearerError, type SealbearerError } from '../errors.js'
import { retryAfterSeconds } from './refusal.js'
import type { AuthRequest } from './request.js'

/** A request to an endpoint. */
export interface EndpointRequest extends AuthRequest {
  /**
   * Returns the body as text, up to the given number of bytes.
   *
   * @throws {RangeError} for a longer body, which is not read further.
   */
  text(maxBytes: number): Promise<string>
}

/** A complete response. */
export interface EndpointResponse {
  readonly status: number
  readonly headers: HeaderFields
  /** `undefined` for no body. */
  readonly body: string | undefined
  /** Why the request was refused, for logs; not sent to clients. */
  readonly error?: SealbearerError
}

/**
 * A route that sealbearer serves by itself: a JWK Set, metadata, a login or a logout. The `serve` of each adapter registers
 * it.
 */
export interface Endpoint {
  (request: EndpointRequest): Promise<EndpointResponse>
  /** The usual path, for adapters that mount by path. */
  readonly path?: string
}

/**
 * Adds the path to an endpoint, and the response for keys or stores that are unavailable.
 *
 * @throws {TypeError} for a path without a leading slash.
 */
export function endpointAt(
  path: unknown,
  endpoint: (request: EndpointRequest) => Promise<EndpointResponse>,
): Endpoint {
  if (typeof path !== 'string' || !/^\/[^?#\s]*$/.test(path)) {
    throw new TypeError("path: must begin with a slash and have no query, such as '/.well-known/jwks.json'")
  }
  const available = async (request: EndpointRequest): Promise<EndpointResponse> => {
    try {
      return await endpoint(request)
    } catch (error) {
      if (!isSealbearerError(error) || error.status !== 503) throw error
      return { ...unavailable, error }
    }
  }
  return Object.freeze(Object.assign(available, { path }))
}

const unavailable = Object.freeze({
  status: 503,
  headers: Object.freeze({ 'Retry-After': String(retryAfterSeconds), 'Cache-Control': 'no-store' }),
  body: undefined,
})

const tooLong = (): Error => new RangeError('the body is longer than allowed')

/** Reads a body as text. A response can be sent before all of a body that is too long has arrived. */
export async function readText(
  body: AsyncIterable<Uint8Array | string> | null | undefined,
  maxBytes: number,
): Promise<string> {
  return new TextDecoder().decode(await readBounded(body ?? [], maxBytes, tooLong))
}

/** Whether a request has a form as its body (RFC 9110 §8.3.1: in any case). */
export const hasForm = (request: Pick<AuthRequest, 'header'>): boolean =>
  /^application\/x-www-form-urlencoded *(?:;|$)/i.test(request.header('content-type')[0] ?? '')

/** Limits a text that a framework has already read. */
export function boundedText(text: string, maxBytes: number): string {
  if (new TextEncoder().encode(text).length > maxBytes) throw tooLong()
  return text
}
