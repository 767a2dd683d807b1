import type { IncomingMessage } from 'node:http'

/** The members of Express's `Request` that are used. */
export interface ForwardedRequest extends IncomingMessage {
  /** Absent on servers that run the middleware without Express. */
  readonly app?: { get(setting: string): unknown }
}

/**
 * Returns the host and port that the client requested, if a trusted proxy forwards them. Not `req.host`, which has no port
 * in Express 4: a page on another port has another origin.
 */
export function forwardedHost({ app, headers, socket }: ForwardedRequest): string | undefined {
  const forwarded = headers['x-forwarded-host']
  if (forwarded === undefined) return undefined
  const trusts: unknown = app?.get('trust proxy fn')
  if (typeof trusts !== 'function' || trusts(socket.remoteAddress, 0) !== true) return undefined
  // The value of the first proxy, which Express uses too.
  return String(forwarded).split(',', 1)[0]?.trim()
}
