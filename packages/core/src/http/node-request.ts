import { boundedText, type EndpointRequest, hasForm, readText } from './endpoint.js'
import { type AuthRequest, type HeaderNames, rawHeadersHaveAny, rawHeaderValues } from './request.js'

/** The members used of Node's `IncomingMessage` and `Http2ServerRequest`. */
export interface NodeRequest {
  /** Names and values alternating, as received. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Changes by the application are respected. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** `url` before a framework rewrote it; set by Express and Fastify. */
  readonly originalUrl?: string | undefined
  readonly socket?: NodeSocket | undefined
}

/** The members used of Node's sockets. */
export interface NodeSocket {
  readonly remoteAddress?: string | undefined
  /** `null` for a socket that no server accepted. */
  readonly server?: NodeServer | null | undefined
  /** `true` for sockets of TLS. */
  readonly encrypted?: boolean | undefined
  /** Only sockets of TLS have it. */
  getPeerCertificate?(): { readonly raw?: Uint8Array } | null
}

/** The members used of Node's servers. */
interface NodeServer {
  readonly maxHeadersCount?: number | null
  /** A string for a server on a Unix domain socket or a named pipe. */
  address?(): unknown
}

/** Whether a connection uses a Unix domain socket or a named pipe, whose peers have no address. */
export const isUnixSocket = (socket: NodeSocket | undefined): boolean =>
  // A closed socket has no address either, so the server's address is used.
  socket?.remoteAddress === undefined && typeof socket?.server?.address?.() === 'string'

/** A request whose body can be read. */
export interface NodeBodyRequest extends NodeRequest, AsyncIterable<Uint8Array | string> {
  /** The body, if a body parser of the application has read it. */
  readonly body?: unknown
  /** Whether anything has been read from the stream. */
  readonly readableDidRead?: boolean
}

const none: readonly string[] = Object.freeze([])

/** Maximum number of header lines in Node if `server.maxHeadersCount` is not set. */
const usualMaxHeaders = 1_000

/** Whether header lines may be missing: Node silently drops those beyond a limit, and a second credential could be there. */
export function isTruncated({ length }: readonly string[], socket: NodeSocket | undefined): boolean {
  if (length === 0) return false
  const limit = socket?.server?.maxHeadersCount ?? usualMaxHeaders
  return limit > 0 && length >= 2 * limit
}

/** Whether the client's own connection was TLS, according to the framework; a function is called when that is needed. */
type Secure = boolean | (() => boolean)

/** What a framework knows about the target of a request. */
export interface NodeRequestTarget {
  /** Path and query as sent. @default `originalUrl`, otherwise `url` */
  readonly target?: string
  /** Returns the requested host and port, if the framework may take them from a trusted proxy. @default the header `host` */
  readonly host?: () => string | undefined
}

/**
 * Reads lazily, and nothing twice: most requests need only one header, and with Express on Node 20 each access to a member
 * of its request takes V8 up to a microsecond.
 */
class NodeAuthRequest implements AuthRequest {
  readonly #incoming: NodeRequest
  readonly #rawHeaders: readonly string[]
  readonly #socket: NodeSocket | undefined
  readonly #secure: Secure
  readonly #target: string | undefined
  readonly #host: (() => string | undefined) | undefined

  constructor(incoming: NodeRequest, secure: Secure, { target, host }: NodeRequestTarget) {
    this.#incoming = incoming
    this.#rawHeaders = incoming.rawHeaders ?? none
    this.#socket = incoming.socket
    this.#secure = secure
    this.#target = target
    this.#host = host
  }

  get method(): string {
    return this.#incoming.method ?? ''
  }

  get target(): string {
    return this.#target ?? this.#incoming.originalUrl ?? this.#incoming.url ?? ''
  }

  get secure(): boolean {
    return typeof this.#secure === 'function' ? this.#secure() : this.#secure
  }

  get remoteAddress(): string | undefined {
    return this.#socket?.remoteAddress
  }

  get isUnixSocket(): boolean {
    return isUnixSocket(this.#socket)
  }

  get host(): string | undefined {
    return this.#host?.()
  }

  clientCertificate(): Uint8Array | undefined {
    return peerCertificate(this.#socket)
  }

  get isTruncated(): boolean {
    return isTruncated(this.#rawHeaders, this.#socket)
  }

  header(name: string): readonly string[] {
    const values = this.#values(name)
    if (name !== 'host') return values
    const authority = this.#values(':authority')
    // RFC 9113 §8.3.1: they must not differ; both are returned if they do.
    return values[0] === authority[0] ? values : [...authority, ...values]
  }

  hasAnyHeader(names: HeaderNames): boolean {
    return this.#rawHeaders.length > 0
      ? rawHeadersHaveAny(this.#rawHeaders, names)
      : names.list.some((name) => this.header(name).length > 0)
  }

  /**
   * The raw headers contain every occurrence of a header, of which `headers` hides some. If an application has assigned
   * another value in `headers`, that one is used.
   */
  #values(name: string): readonly string[] {
    const { headers } = this.#incoming
    if (headers === undefined) return rawHeaderValues(this.#rawHeaders, name)
    if (this.#rawHeaders.length === 0) return valuesOfAnySpelling(headers, name)
    const sent = rawHeaderValues(this.#rawHeaders, name)
    const value = headers[name] ?? none
    const seen = typeof value === 'string' ? [value] : value
    const isAsSent = seen.length === 1 ? isSeenOf(sent, seen[0] ?? '', name) : seen.length === sent.length
    return isAsSent ? sent : seen
  }
}

/** The client's certificate; Node returns an empty object if there is none. */
export const peerCertificate = (socket: NodeSocket | undefined): Uint8Array | undefined =>
  socket?.getPeerCertificate?.()?.raw

/**
 * Headers that Node has not parsed, such as those of a serverless platform's event, may have names in any case, and one name
 * in several.
 */
const valuesOfAnySpelling = (headers: NonNullable<NodeRequest['headers']>, name: string): readonly string[] =>
  Object.keys(headers).flatMap((key) => (key.toLowerCase() === name ? (headers[key] ?? none) : none))

/** Whether Node would return this value for the received ones: the first, or all of them joined. */
function isSeenOf(sent: readonly string[], seen: string, name: string): boolean {
  if (sent.length === 0) return false
  return seen === sent[0] || (sent.length > 1 && seen === sent.join(name === 'cookie' ? '; ' : ', '))
}

const asReceived: NodeRequestTarget = Object.freeze({})

/** Adapts a request of Node's `http` or `http2`. */
export const nodeAuthRequest = (
  incoming: NodeRequest,
  secure: Secure,
  target: NodeRequestTarget = asReceived,
): AuthRequest => new NodeAuthRequest(incoming, secure, target)

/** What a framework knows about a request with a body. */
interface NodeBodyTarget extends NodeRequestTarget {
  /** The body, if a body parser has read it. @default the member `body` of the request */
  readonly body?: unknown
}

const isEmpty = (body: unknown): boolean => typeof body === 'object' && Object.keys(body ?? {}).length === 0

class NodeEndpointRequest extends NodeAuthRequest implements EndpointRequest {
  readonly #incoming: NodeBodyRequest
  readonly #body: unknown

  constructor(incoming: NodeBodyRequest, secure: Secure, target: NodeBodyTarget) {
    super(incoming, secure, target)
    this.#incoming = incoming
    this.#body = target.body
  }

  async text(maxBytes: number): Promise<string> {
    const body = this.#body === undefined ? this.#incoming.body : this.#body
    // The parsers of Express 4 give every request an empty body, also one of a type that they do not read.
    const isUnread = isEmpty(body) && this.#incoming.readableDidRead === false
    if (body === undefined || isUnread) return readText(this.#incoming, maxBytes)
    if (typeof body === 'string') return boundedText(body, maxBytes)
    if (body instanceof Uint8Array) return boundedText(new TextDecoder().decode(body), maxBytes)
    // A form parser has converted it to an object, with a list for repeated names.
    const entries = Object.entries(body ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, String(value)]),
    )
    return boundedText(
      hasForm(this) ? new URLSearchParams(entries).toString() : JSON.stringify(body),
      maxBytes,
    )
  }
}

/** Adapts a request of Node's `http` or `http2` for an endpoint, whether its body has been parsed or not. */
export const nodeEndpointRequest = (
  incoming: NodeBodyRequest,
  secure: Secure,
  target: NodeBodyTarget = asReceived,
): EndpointRequest => new NodeEndpointRequest(incoming, secure, target)
