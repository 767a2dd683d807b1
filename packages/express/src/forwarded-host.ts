import type { IncomingMessage } from 'node:http'

/** What is read of Express's `Request`. */
export interface ForwardedRequest extends IncomingMessage {
  /** Absent on servers that run the middleware without Express. */
  readonly app?: { get(setting: string): unknown }
}

/**
 * Returns the host and port that the client asked for, where a trusted proxy forwards them. Not `req.host`: in Express 4
 * it has no port, and a page of another port is another origin.
 */
export function forwardedHost({ app, headers, socket }: ForwardedRequest): string | undefined {
  const forwarded = headers['x-forwarded-host']
  if (forwarded === undefined) return undefined
  const trusts: unknown = app?.get('trust proxy fn')
  if (typeof trusts !== 'function' || trusts(socket.remoteAddress, 0) !== true) return undefined
  // The first proxy's value, as for Express itself.
  return String(forwarded).split(',', 1)[0]?.trim()
}
