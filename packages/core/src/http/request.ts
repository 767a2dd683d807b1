/** A request as provided by an adapter. Core reads nothing else. */
export interface AuthRequest {
  /** As sent: methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string
  /** Path and query in origin form (RFC 9112 §3.2.1), as the client sent them. */
  readonly target: string
  /**
   * Every value of a header, in order; empty if absent. Joined or dropped values would hide that a client sent credentials
   * twice.
   *
   * @param name In lower case. `host` returns `:authority` on HTTP/2 (RFC 9113 §8.3.1).
   */
  header(name: string): readonly string[]
  /**
   * Whether any of these headers was received. Optional, for adapters that can check in one pass; without it each is
   * looked up.
   */
  hasAnyHeader?(names: HeaderNames): boolean
  /** `true` if the server may have dropped headers because there were too many: such a request is rejected. */
  readonly isTruncated?: boolean
  /** Whether the client's own connection was TLS, according to the framework's proxy trust. */
  readonly secure: boolean
  /** Address of the socket's peer, never from a header. */
  readonly remoteAddress?: string | undefined
  /** `true` for a connection on this machine that has no addresses: a Unix domain socket or a named pipe. */
  readonly isUnixSocket?: boolean | undefined
  /** Requested host and port, according to the framework's proxy trust. Without it, the header `host` is used. */
  readonly host?: string | undefined
  /** The client's certificate from the TLS handshake, in DER; `undefined` if there is none. */
  clientCertificate?(): Uint8Array | undefined
}

/** Names of headers, in lower case, by which the headers of a request are searched in one pass. */
export class HeaderNames {
  readonly list: readonly string[]
  readonly #byLength: readonly (readonly string[] | undefined)[]

  constructor(names: readonly string[]) {
    this.list = names
    this.#byLength = Array.from(
      { length: 1 + Math.max(...names.map(({ length }) => length)) },
      (_, length) => {
        const same = names.filter((name) => name.length === length)
        return same.length === 0 ? undefined : same
      },
    )
  }

  /** Whether a name, in any case, is one of them. */
  has(name: string): boolean {
    return this.#byLength[name.length]?.includes(name.toLowerCase()) === true
  }
}

const none: readonly string[] = Object.freeze([])

const isNamed = (sent: string | undefined, name: string): boolean =>
  sent !== undefined && sent.length === name.length && (sent === name || sent.toLowerCase() === name)

/** Every value of one header. Node's `headers` silently keeps the first of two Authorization values; `rawHeaders` keeps both. */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): readonly string[] {
  let values: string[] | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1]
    if (value === undefined || !isNamed(rawHeaders[i], name)) continue
    if (values === undefined) values = [value]
    else values.push(value)
  }
  return values ?? none
}

/** Whether one of the headers was sent, in one walk. */
export function rawHeadersHaveAny(rawHeaders: readonly string[], names: HeaderNames): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) if (names.has(rawHeaders[i] ?? '')) return true
  return false
}
