import {
  type ConnectionFacts,
  type NodeSocket,
  peerCertificate,
  type SecureOption,
  secureOption,
} from '@sealbearer/core/adapter'
import type { Context } from 'hono'

/** What a `Request` does not say about its connection, for runtimes that say it elsewhere. */
export interface ConnectionOptions {
  /**
   * Whether the client's own connection was TLS, or a function that says so for a request. Hono trusts no
   * proxy by itself: behind one that ends TLS, say here what it is trusted to say.
   *
   * @default what the socket says on Node, the scheme of the URL elsewhere
   */
  readonly secure?: SecureOption<Context> | undefined
  /**
   * Address of the socket's peer, never one taken from a header. On Bun and Deno:
   * `(c) => getConnInfo(c).remote.address`.
   *
   * @default what `@hono/node-server` knows, nothing elsewhere
   */
  readonly remoteAddress?: ((c: Context) => string | undefined) | undefined
}

/**
 * Makes the function that finds out about a request's connection.
 *
 * @throws {TypeError} for an invalid `secure` or `remoteAddress`.
 */
export function factsReader(options: ConnectionOptions): (c: Context) => ConnectionFacts {
  const { remoteAddress = (c) => incomingOf(c)?.socket?.remoteAddress } = options
  if (typeof remoteAddress !== 'function') {
    throw new TypeError('remoteAddress: must be a function that returns the address of the socket')
  }
  const secure = secureOption(options.secure, isTls)
  return (c) => {
    const incoming = incomingOf(c)
    return {
      secure: secure(c),
      remoteAddress: remoteAddress(c),
      rawHeaders: incoming?.rawHeaders,
      // A mounted application is handed another URL.
      target: incoming?.url,
      clientCertificate: () => peerCertificate(incoming?.socket),
    }
  }
}

/** A request line with an absolute URL could claim any scheme, so the socket is asked where there is one. */
function isTls(c: Context): boolean {
  const incoming = incomingOf(c)
  return incoming === undefined ? c.req.url.startsWith('https:') : incoming.socket?.encrypted === true
}

/** What is read of the `IncomingMessage` that `@hono/node-server` puts into `c.env`. */
interface NodeIncoming {
  readonly rawHeaders: readonly string[]
  readonly url?: string
  readonly socket?: NodeSocket & { readonly encrypted?: boolean }
}

function incomingOf(c: Context): NodeIncoming | undefined {
  const incoming = (c.env?.server ?? c.env)?.incoming
  // Another runtime can have a binding of that name, but none with such a list.
  return Array.isArray(incoming?.rawHeaders) ? incoming : undefined
}
