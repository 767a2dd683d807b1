import type { AuthRequest } from './request.js'

/** What is read of Node's `IncomingMessage` and `Http2ServerRequest`. */
export interface NodeRequest {
  /** Names and values in turn, as received. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Read only where `rawHeaders` hold nothing: what stands in for a server may fill in these alone. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined
}

const none: readonly string[] = Object.freeze([])

/** Reads on demand: most requests need one header and nothing else. */
class NodeAuthRequest implements AuthRequest {
  readonly secure: boolean
  readonly #incoming: NodeRequest
  readonly #target: string | undefined

  constructor(incoming: NodeRequest, secure: boolean, target: string | undefined) {
    this.#incoming = incoming
    this.secure = secure
    this.#target = target
  }

  get method(): string {
    return this.#incoming.method ?? ''
  }

  get target(): string {
    return this.#target ?? this.#incoming.url ?? ''
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.socket?.remoteAddress
  }

  header(name: string): readonly string[] {
    const values = this.#values(name)
    return values.length === 0 && name === 'host' ? this.#values(':authority') : values
  }

  #values(name: string): readonly string[] {
    const { rawHeaders = none, headers } = this.#incoming
    if (rawHeaders.length > 0) return rawHeaderValues(rawHeaders, name)
    const value = headers?.[name] ?? none
    return typeof value === 'string' ? [value] : value
  }
}

/** `headers` keeps the first of two Authorization values without a word; `rawHeaders` keeps both. */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): readonly string[] {
  let values: string[] | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const sent = rawHeaders[i]
    const value = rawHeaders[i + 1]
    if (sent === undefined || value === undefined || sent.length !== name.length) continue
    if (sent !== name && sent.toLowerCase() !== name) continue
    if (values === undefined) values = [value]
    else values.push(value)
  }
  return values ?? none
}

/**
 * Describes a request of Node's `http` or `http2`.
 *
 * @param secure Whether the client's own connection was TLS, as the framework sees it.
 * @param target Path and query as sent, where the framework has rewritten `url`.
 */
export function nodeAuthRequest(incoming: NodeRequest, secure: boolean, target?: string): AuthRequest {
  return new NodeAuthRequest(incoming, secure, target)
}
