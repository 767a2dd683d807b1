import { engine } from '#crypto'
import { SealbearerError } from '../errors.js'
import { chain, ignoreRejection } from '../maybe-promise.js'
import { checkMembers, oneOf } from '../options.js'
import { isHttpToken } from './credentials.js'
import type { AuthRequest } from './request.js'
import type { ConfirmationCheck } from './scheme.js'

/** Where the certificate of a client's TLS connection is found; made by {@link fromSocket} and {@link fromHeader}. */
export interface ClientCertificateSource {
  /** The certificate in DER; `undefined` where the client showed none. */
  readonly read: (request: AuthRequest) => Uint8Array | undefined
}

/**
 * Takes the certificate from the TLS connection itself, which has to ask clients for one: `requestCert: true` on
 * Node's server, and `rejectUnauthorized: false` where clients make their own (RFC 8705 §2.2).
 */
export function fromSocket(): ClientCertificateSource {
  return Object.freeze({ read: (request: AuthRequest) => request.clientCertificate?.() })
}

/** How a proxy writes the certificate that a client showed it. */
export interface FromHeaderOptions {
  /**
   * `rfc9440`: between colons, in base64 (`Client-Cert`). `nginx`: PEM with percent-encoding, as
   * `$ssl_client_escaped_cert` has it.
   *
   * @default 'rfc9440'
   */
  readonly format?: 'rfc9440' | 'nginx' | undefined
  /** Whether the peer of the connection is a proxy that sets the header, and removes what clients send under its name. */
  readonly trusted: (address: string) => boolean
}

/**
 * Takes the certificate from a header of a proxy that terminates TLS. From any other peer the header counts for nothing.
 *
 * @throws {TypeError} for a name that no header has, and without `trusted`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9440#section-2.2 RFC 9440 §2.2}
 */
export function fromHeader(name: string, options: FromHeaderOptions): ClientCertificateSource {
  if (!isHttpToken(name)) {
    throw new TypeError("fromHeader: the name must be that of a header, such as 'Client-Cert'")
  }
  checkMembers('fromHeader', options, ['format', 'trusted'])
  const { trusted } = options
  const decode = decoders[oneOf('format', options.format ?? 'rfc9440', ['rfc9440', 'nginx'])]
  if (typeof trusted !== 'function') {
    throw new TypeError(
      'trusted: required: a function that returns true for the addresses of the proxies that set the header',
    )
  }
  const lowerCase = name.toLowerCase()
  return Object.freeze({
    read(request: AuthRequest) {
      const { remoteAddress } = request
      if (remoteAddress === undefined || !isTrue(trusted(remoteAddress))) return undefined
      const [value, another] = request.header(lowerCase)
      return value === undefined || another !== undefined ? undefined : decode(value)
    },
  })
}

/** A promise, or a text such as "false", must not pass for true. */
function isTrue(answer: unknown): boolean {
  ignoreRejection(answer)
  return answer === true
}

/** Longer certificates than any client's. */
const longestHeader = 32_768

const decoders = {
  rfc9440: (value: string) => decodeBase64(/^:([A-Za-z0-9+/]+={0,2}):$/.exec(bounded(value))?.[1]),
  nginx: (value: string) =>
    decodeBase64(
      /^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\s*$/
        .exec(percentDecoded(bounded(value)))?.[1]
        ?.replace(/[\r\n]/g, ''),
    ),
}

const bounded = (value: string): string => (value.length > longestHeader ? '' : value)

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return ''
  }
}

function decodeBase64(base64: string | undefined): Uint8Array | undefined {
  if (base64 === undefined) return undefined
  const isPadded = base64.length % 4 === 0
  return isPadded
    ? engine.decodeBase64url(base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))
    : undefined
}

/**
 * Makes the check that a token is bound to the client's certificate.
 *
 * @throws {TypeError} for what {@link fromSocket} and {@link fromHeader} did not make.
 * @see {@link https://www.rfc-editor.org/rfc/rfc8705#section-3 RFC 8705 §3}
 */
export function certificateCheck(source: ClientCertificateSource): ConfirmationCheck {
  if (typeof source?.read !== 'function') {
    throw new TypeError('clientCertificate: must be fromSocket() or fromHeader(name, { trusted })')
  }
  const member = 'x5t#S256'
  return {
    member,
    confirm(request, _token, thumbprint) {
      const certificate = source.read(request)
      if (certificate === undefined) throw new SealbearerError('SB_CONFIRMATION_REQUIRED', member)
      return chain(engine.hash(certificate), (found) => {
        if (found !== thumbprint) throw new SealbearerError('SB_CONFIRMATION_MISMATCH', member)
      })
    },
  }
}
