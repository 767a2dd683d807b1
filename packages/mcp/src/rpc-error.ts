/** The response to a body from which no tool can be read. */
export interface Unreadable {
  readonly status: number
  /** JSON-RPC 2.0 §5.1. */
  readonly body: object
}

const errorOf = (status: number, code: number, message: string): Unreadable => ({
  status,
  body: { jsonrpc: '2.0', id: null, error: { code, message } },
})

/** As the SDK's own transports respond. */
export const unreadable: Readonly<Record<'notJson' | 'noMessage' | 'tooLarge' | 'otherType', Unreadable>> = {
  notJson: errorOf(400, -32_700, 'Parse error'),
  noMessage: errorOf(400, -32_600, 'Invalid Request: the body is no JSON-RPC message'),
  tooLarge: errorOf(413, -32_600, 'Invalid Request: the body is too large'),
  otherType: errorOf(415, -32_000, 'Unsupported Media Type: the Content-Type must be application/json'),
}
