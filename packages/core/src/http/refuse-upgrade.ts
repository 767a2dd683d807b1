import type { FailureResponse } from '../errors.js'

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
