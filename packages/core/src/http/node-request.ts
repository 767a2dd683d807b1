import { type AuthRequest, rawHeadersHaveAny, rawHeaderValues } from './request.js'

/** What is read of Node's `IncomingMessage` and `Http2ServerRequest`. */
export interface NodeRequest {
  /** Names and values in turn, as received. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Read only where `rawHeaders` hold nothing: what stands in for a server may fill in these alone. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** What `url` was before a framework rewrote it: Express and Fastify keep it here. */
  readonly originalUrl?: string | undefined
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined
}

const none: readonly string[] = Object.freeze([])

/**
 * Reads on demand, and nothing twice: most requests need one header and nothing else, and under Express on Node 20 each
 * look at a member of its request takes V8 up to a microsecond.
 */
class NodeAuthRequest implements AuthRequest {
  readonly secure: boolean
  readonly #incoming: NodeRequest
  readonly #rawHeaders: readonly string[]
  readonly #target: string | undefined

  constructor(incoming: NodeRequest, secure: boolean, target: string | undefined) {
    this.#incoming = incoming
    this.#rawHeaders = incoming.rawHeaders ?? none
    this.secure = secure
    this.#target = target
  }

  get method(): string {
    return this.#incoming.method ?? ''
  }

  get target(): string {
    return this.#target ?? this.#incoming.originalUrl ?? this.#incoming.url ?? ''
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.socket?.remoteAddress
  }

  header(name: string): readonly string[] {
    const values = this.#values(name)
    return values.length === 0 && name === 'host' ? this.#values(':authority') : values
  }

  broughtAny(names: readonly string[]): boolean {
    return this.#rawHeaders.length > 0
      ? rawHeadersHaveAny(this.#rawHeaders, names)
      : names.some((name) => this.header(name).length > 0)
  }

  #values(name: string): readonly string[] {
    if (this.#rawHeaders.length > 0) return rawHeaderValues(this.#rawHeaders, name)
    const value = this.#incoming.headers?.[name] ?? none
    return typeof value === 'string' ? [value] : value
  }
}

/**
 * Describes a request of Node's `http` or `http2`.
 *
 * @param secure Whether the client's own connection was TLS, as the framework sees it.
 * @param target Path and query as sent, where the framework keeps them elsewhere than in `originalUrl` or `url`.
 */
export function nodeAuthRequest(incoming: NodeRequest, secure: boolean, target?: string): AuthRequest {
  return new NodeAuthRequest(incoming, secure, target)
}
