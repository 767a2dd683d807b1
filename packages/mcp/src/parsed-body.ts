import type { IncomingHttpHeaders } from 'node:http'
import { isJsonObject, isPlainObject } from '@sealbearer/core/internal'
import { type Unreadable, unreadable } from './rpc-error.js'

/** A request of Node.js whose body a parser of the framework has read. */
interface ParsedRequest {
  readonly method?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body?: unknown
}

/**
 * Returns the refusal of a request from whose body no tool can be read; `undefined` for a readable one. Parsers skip bodies
 * of other types, which a transport could then parse in its own way.
 *
 * @throws {TypeError} for a body that no parser has read.
 */
export function whyUnreadable({ method, headers, body }: ParsedRequest): Unreadable | undefined {
  if (method !== 'POST') return undefined
  if (!/^application\/json[ \t]*(?:;|$)/i.test(headers['content-type'] ?? '')) return unreadable.otherType
  if (body !== undefined) return whyNoMessage(body)
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  if (isEmpty) return unreadable.notJson
  throw notParsed()
}

/** Parsers of Express 4 set an empty object if they have read nothing. */
export function whyNoMessage(body: unknown): Unreadable | undefined {
  const isPrimitive = typeof body !== 'object' || body === null
  return isPrimitive || Object.keys(body).length === 0 ? unreadable.noMessage : undefined
}

/**
 * Checks that a body is the result of a JSON parser. In text, bytes or a stream, no call would be found here, but the
 * transport would find it.
 *
 * @throws {TypeError}
 */
export function assertParsed(body: unknown): void {
  if (typeof body === 'string' || (isJsonObject(body) && !isPlainObject(body))) throw notParsed()
}

const notParsed = (): TypeError =>
  new TypeError(
    'createMcpAuth: the body is not parsed; parse JSON before this, with express.json() or the parser of Fastify',
  )
