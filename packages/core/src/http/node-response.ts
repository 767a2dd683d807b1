import type { FailureResponse, HeaderFields } from '../errors.js'

/** The members used of Node's `ServerResponse` and `Http2ServerResponse`. */
export interface NodeResponse {
  getHeader(name: string): unknown
  setHeader(name: string, value: string): unknown
  appendHeader(name: string, value: string[]): unknown
}

/**
 * Writes the headers of an outcome or an endpoint: a string replaces the header, a list is appended to it, except for what
 * it contains already.
 */
export function writeHeaders(response: NodeResponse, headers: HeaderFields): void {
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') response.setHeader(name, value)
    else if (value !== undefined) appendHeader(response, name, value)
  }
}

function appendHeader(response: NodeResponse, name: string, values: readonly string[]): void {
  const written: readonly unknown[] = [response.getHeader(name)].flat()
  const others = values.filter((value) => !written.includes(value))
  if (others.length > 0) response.appendHeader(name, others)
}

/** Writes the response to a rejected request. */
export function writeRefusal(
  response: NodeResponse & { statusCode: number; end(body: string): unknown },
  { status, headers, body }: FailureResponse,
): void {
  response.statusCode = status
  writeHeaders(response, headers)
  response.end(JSON.stringify(body))
}

/** The member used of a socket. */
interface UpgradeSocket {
  end(text: string): unknown
}

/**
 * Answers a refused upgrade, such as the handshake of a WebSocket, on the socket of Node's event `upgrade`, and closes it.
 * Node has no response object there, and removes its own listener for errors of the socket: add one before the decision.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2 RFC 6455 §4.2.2}
 */
export function refuseUpgrade(socket: UpgradeSocket, { status, headers, body }: FailureResponse): void {
  const text = JSON.stringify(body)
  const length = new TextEncoder().encode(text).length
  const fields = Object.entries({ ...headers, 'Content-Length': String(length), Connection: 'close' })
  const lines = fields.flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}\r\n`))
  // The reason phrase may be empty (RFC 9112 §4).
  socket.end(`HTTP/1.1 ${status} \r\n${lines.join('')}\r\n${text}`)
}
