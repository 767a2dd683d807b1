import type { Authenticator } from './authenticator.js'
import { boundedText, type EndpointRequest, readText } from './endpoint.js'
import type { AuthUnder, Outcome } from './outcome.js'
import { type AuthRequest, type HeaderNames, rawHeadersHaveAny, rawHeaderValues } from './request.js'
import type { Requirement } from './requirement.js'

/** The members used of a Web-standard `Request`. */
export interface WebRequest {
  readonly method: string
  /** Absolute, according to the Fetch standard. */
  readonly url: string
  readonly headers: { get(name: string): string | null }
}

/** Connection properties that a `Request` does not have. */
export interface ConnectionFacts {
  /**
   * Whether the client's own connection was TLS. Set it on a Deno server, where a client can put any scheme into the
   * `url` with an absolute request target.
   *
   * @default whether `url` starts with `https:`
   */
  readonly secure?: boolean | undefined
  /** Address of the socket's peer. Without it, no plain-HTTP request counts as loopback. */
  readonly remoteAddress?: string | undefined
  /** Whether the connection came over a Unix domain socket, whose peers have no address. @default false */
  readonly isUnixSocket?: boolean | undefined
  /** Requested host and port, if known from a trusted proxy. @default the header `host` */
  readonly host?: string | undefined
  /** Names and values alternating, as received by Node, with every occurrence of a header. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Whether the server may have dropped headers because there were too many. @default false */
  readonly isTruncated?: boolean | undefined
  /** Path and query as the client sent them, if the URL has been changed since. */
  readonly target?: string | undefined
  /** The client's certificate from the TLS handshake, in DER. */
  readonly clientCertificate?: (() => Uint8Array | undefined) | undefined
}

const none: readonly string[] = Object.freeze([])

class WebAuthRequest implements AuthRequest {
  readonly secure: boolean
  readonly remoteAddress: string | undefined
  readonly #request: WebRequest
  readonly #rawHeaders: readonly string[]
  readonly #facts: ConnectionFacts

  constructor(request: WebRequest, facts: ConnectionFacts) {
    this.#request = request
    this.secure = facts.secure ?? request.url.startsWith('https:')
    this.remoteAddress = facts.remoteAddress
    this.#rawHeaders = facts.rawHeaders ?? none
    this.#facts = facts
  }

  get method(): string {
    return this.#request.method
  }

  get isUnixSocket(): boolean {
    return this.#facts.isUnixSocket === true
  }

  get isTruncated(): boolean {
    return this.#facts.isTruncated === true
  }

  get host(): string | undefined {
    return this.#facts.host
  }

  get target(): string {
    const { target } = this.#facts
    if (target !== undefined) return target
    const { pathname, search } = new URL(this.#request.url)
    return pathname + search
  }

  clientCertificate(): Uint8Array | undefined {
    return this.#facts.clientCertificate?.()
  }

  /**
   * `Headers` joins repeated values with commas, which neither credentials nor origins contain: the raw headers then have
   * each value. They are ignored if they differ: the application may have changed the headers of the `Request`.
   */
  header(name: string): readonly string[] {
    const value = this.#request.headers.get(name)
    if (value === null) return name === 'host' ? [new URL(this.#request.url).host] : none
    if (!value.includes(',')) return [value]
    const sent = rawHeaderValues(this.#rawHeaders, name)
    return sent.join(', ') === value ? sent : [value]
  }

  /** By the raw headers, if there are any. */
  hasAnyHeader(names: HeaderNames): boolean {
    return this.#rawHeaders.length > 0
      ? rawHeadersHaveAny(this.#rawHeaders, names)
      : names.list.some((name) => this.#request.headers.get(name) !== null)
  }
}

/** Adapts a Web-standard `Request`. @throws {TypeError} for a request of another kind, such as one of Node. */
export function webAuthRequest(request: WebRequest, facts: ConnectionFacts = {}): AuthRequest {
  checkIsWeb(request)
  return new WebAuthRequest(request, facts)
}

/**
 * Adapts a Web-standard `Request` for an endpoint.
 *
 * @param readAgain Returns a body that the application has read before, if the framework keeps it.
 * @throws {TypeError} for a request of another kind.
 */
export function webEndpointRequest(
  request: WebRequest & {
    readonly body?: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | null
    readonly bodyUsed?: boolean
  },
  facts: ConnectionFacts = {},
  readAgain?: () => Promise<string>,
): EndpointRequest {
  checkIsWeb(request)
  return Object.assign(new WebAuthRequest(request, facts), {
    async text(maxBytes: number) {
      if (request.bodyUsed === true && readAgain !== undefined)
        return boundedText(await readAgain(), maxBytes)
      // A ReadableStream is iterable on every runtime that this package supports.
      return readText(request.body as AsyncIterable<Uint8Array> | null | undefined, maxBytes)
    },
  })
}

/** Whether a request is a Web-standard one, and not one of Node. */
export function isWebRequest(request: object | null | undefined): request is WebRequest {
  if (typeof request !== 'object' || request === null || !('headers' in request)) return false
  const { headers } = request
  return (
    typeof headers === 'object' && headers !== null && 'get' in headers && typeof headers.get === 'function'
  )
}

function checkIsWeb(request: WebRequest): void {
  if (isWebRequest(request)) return
  throw new TypeError(
    'request: must be a Web Request; for one of Node use createRequestGuard, or nodeAuthRequest of @sealbearer/core/adapter',
  )
}

/**
 * Authenticates a Web-standard `Request`, for any framework without an adapter. For a rejected one, respond with
 * `outcome.error.getResponse()`.
 *
 * Plain HTTP is rejected, unless `remoteAddress` is loopback or the authenticator has `requireHttps: false`. Behind a proxy
 * that terminates TLS, set `secure` according to the trusted proxy.
 *
 * @param facts Connection properties that the `Request` does not have.
 * @throws {TypeError} for an invalid requirement, and for a request that is not a Web Request.
 */
export async function authenticateRequest<Claims, Optional extends boolean | undefined = false>(
  authenticator: Authenticator<Claims>,
  request: WebRequest,
  requirement?: Requirement<Claims, Optional>,
  facts?: ConnectionFacts,
): Promise<Outcome<AuthUnder<Claims, Optional>>> {
  return authenticator.authenticate(webAuthRequest(request, facts), requirement)
}
