import {
  type ConnectionFacts,
  isTruncated,
  isUnixSocket,
  type NodeSocket,
  peerCertificate,
  type SecureOption,
  secureOption,
} from '@sealbearer/core/adapter'
import type { Context } from 'hono'

/** Properties of the connection, which a `Request` does not have. */
export interface ConnectionOptions {
  /**
   * Whether the client's own connection was TLS, or a function that returns it for a request. Hono itself trusts no
   * proxy: behind one that terminates TLS, read the header that it sets.
   *
   * @default whether the socket is TLS on Node, `false` on Deno's own server, the scheme of the URL elsewhere
   */
  readonly secure?: SecureOption<Context> | undefined
  /**
   * Returns the address of the socket's peer, never one from a header. On Bun: `(c) => getConnInfo(c).remote.address`.
   *
   * @default the peer's address with `@hono/node-server` and Deno's server, otherwise none
   */
  readonly remoteAddress?: ((c: Context) => string | undefined) | undefined
  /**
   * Returns the host and port that the client requested, if a trusted proxy forwards them: pages of that host may send
   * cookies with unsafe requests.
   *
   * @default the header `Host`
   */
  readonly host?: ((c: Context) => string | undefined) | undefined
}

/**
 * Creates the function that reads the properties of a request's connection.
 *
 * @throws {TypeError} for an invalid `secure`, `remoteAddress` or `host`.
 */
export function factsReader(options: ConnectionOptions): (c: Context) => ConnectionFacts {
  const { remoteAddress = peerAddress, host } = options
  if (typeof remoteAddress !== 'function') {
    throw new TypeError('remoteAddress: must be a function that returns the address of the socket')
  }
  if (host !== undefined && typeof host !== 'function') {
    throw new TypeError('host: must be a function that returns the host and port that the client asked for')
  }
  const secure = secureOption(options.secure, isTls)
  return (c) => {
    const incoming = incomingOf(c)
    return {
      secure: secure(c),
      remoteAddress: remoteAddress(c),
      isUnixSocket: isUnixSocket(incoming?.socket) || denoPeer(c)?.transport === 'unix',
      host: host?.(c),
      rawHeaders: incoming?.rawHeaders,
      isTruncated: incoming !== undefined && isTruncated(incoming.rawHeaders, incoming.socket),
      // A mounted application gets another URL.
      target: incoming?.url,
      clientCertificate: () => peerCertificate(incoming?.socket),
    }
  }
}

/**
 * A request line with an absolute URL can contain any scheme, so the socket counts if there is one. Deno's server creates the
 * URL from that line and exposes no socket: there, the option `secure` must be set.
 */
function isTls(c: Context): boolean {
  const incoming = incomingOf(c)
  if (incoming !== undefined) return incoming.socket?.encrypted === true
  return denoPeer(c) === undefined && c.req.url.startsWith('https:')
}

const peerAddress = (c: Context): string | undefined =>
  incomingOf(c)?.socket?.remoteAddress ?? denoPeer(c)?.hostname

/** The peer according to Deno's server. */
interface DenoPeer {
  readonly transport?: unknown
  readonly hostname?: string
}

/** Found if Deno's server passes its second argument to Hono, as `Deno.serve(app.fetch)` does. */
function denoPeer(c: Context): DenoPeer | undefined {
  if (!('Deno' in globalThis)) return undefined
  const peer = c.env?.remoteAddr
  return typeof peer === 'object' && peer !== null ? peer : undefined
}

/** The members used of the `IncomingMessage` that `@hono/node-server` puts into `c.env`. */
interface NodeIncoming {
  readonly rawHeaders: readonly string[]
  readonly url?: string
  readonly socket?: NodeSocket & { readonly encrypted?: boolean }
}

function incomingOf(c: Context): NodeIncoming | undefined {
  const incoming = (c.env?.server ?? c.env)?.incoming
  // Another runtime can have a binding of that name, but without such a list.
  return Array.isArray(incoming?.rawHeaders) ? incoming : undefined
}
