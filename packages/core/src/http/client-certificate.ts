import { engine } from '#crypto'
import { base64urlOf } from '../compact/base64.js'
import { SealbearerError } from '../errors.js'
import { chain, isTrue } from '../maybe-promise.js'
import { checkMembers, oneOf, withDefault } from '../options.js'
import { isHttpToken, meansSomethingElse } from './credentials.js'
import type { AuthRequest } from './request.js'
import type { ConfirmationCheck } from './scheme.js'

/** Source of a client's TLS certificate; created by {@link fromSocket} and {@link fromHeader}. */
export interface ClientCertificateSource {
  /** The certificate in DER; `undefined` if the client sent none. */
  readonly read: (request: AuthRequest) => Uint8Array | undefined
}

/**
 * Reads the certificate from the TLS connection itself, which must request client certificates: `requestCert: true` on
 * Node's server, and `rejectUnauthorized: false` for self-signed ones (RFC 8705 §2.2).
 */
export function fromSocket(): ClientCertificateSource {
  return Object.freeze({ read: (request: AuthRequest) => request.clientCertificate?.() })
}

/** How a proxy passes on the client's certificate. */
export interface FromHeaderOptions {
  /**
   * `rfc9440`: base64 between colons (`Client-Cert`). `nginx`: percent-encoded PEM, as in
   * `$ssl_client_escaped_cert`.
   *
   * @default 'rfc9440'
   */
  readonly format?: 'rfc9440' | 'nginx' | undefined
  /** Whether the peer of the connection is a proxy that sets the header and removes any sent by clients. */
  readonly trusted: (address: string) => boolean
}

/**
 * Reads the certificate from a header of a proxy that terminates TLS. From any other peer the header is ignored.
 *
 * @throws {TypeError} for an invalid header name, and without `trusted`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9440#section-2.2 RFC 9440 §2.2}
 */
export function fromHeader(name: string, options: FromHeaderOptions): ClientCertificateSource {
  if (!isHttpToken(name) || meansSomethingElse(name) || /^authorization$/i.test(name)) {
    throw new TypeError("fromHeader: the name must be that of a header, such as 'Client-Cert'")
  }
  checkMembers('fromHeader', options, ['format', 'trusted'])
  const { trusted } = options
  const decode = decoders[oneOf('format', withDefault(options.format, 'rfc9440'), ['rfc9440', 'nginx'])]
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

/** Longer than any client's certificate. */
const maxHeaderLength = 32_768

const decoders = {
  rfc9440: (value: string) => decodeBase64(/^:([A-Za-z0-9+/]+={0,2}):$/.exec(bounded(value))?.[1]),
  nginx: (value: string) =>
    decodeBase64(
      /^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\s*$/
        .exec(percentDecoded(bounded(value)))?.[1]
        ?.replace(/[\r\n]/g, ''),
    ),
}

const bounded = (value: string): string => (value.length > maxHeaderLength ? '' : value)

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
  return isPadded ? engine.decodeBase64url(base64urlOf(base64)) : undefined
}

/**
 * Creates the check that a token is bound to the client's certificate.
 *
 * @throws {TypeError} for anything not created by {@link fromSocket} or {@link fromHeader}.
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
