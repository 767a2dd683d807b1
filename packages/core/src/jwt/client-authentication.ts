import type { ClientRequest, IncomingMessage } from 'node:http'
import { isAsymmetric } from '../crypto/algorithms.js'
import { signJws } from '../jws/sign.js'
import type { Key } from '../keys/key.js'
import { checkMembers } from '../options.js'
import type { Fetch, FetchResponse } from '../remote-keys/fetch-json.js'

/** How this server authenticates to an authorization server. */
export type ClientAuthentication =
  /** HTTP Basic (RFC 6749 §2.3.1). */
  | { readonly clientId: string; readonly clientSecret: string }
  /** A signed assertion (`private_key_jwt`, RFC 7523 §2.2). */
  | { readonly clientId: string; readonly key: Key }
  /** Its certificate in the TLS handshake (RFC 8705 §2). */
  | { readonly clientId: string; readonly certificate: ClientCertificateKey }

/** Credentials for a request to the authorization server. */
interface ClientCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, string>>
}

interface ClientAuthenticator {
  credentials(): Promise<ClientCredentials>
  /** Replaces the usual `fetch`. */
  readonly fetch: Fetch | undefined
}

const wayOut =
  'must be { clientId } with one of clientSecret, key (a private key that signs) and certificate ({ cert, key } in PEM)'
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds. */
const assertionLifetime = 60

/**
 * Reads the option `clientAuthentication`.
 *
 * @param audience The audience of assertions: the issuer, or the endpoint if the issuer is unknown.
 * @throws {TypeError}
 */
export function clientAuthenticationOption(
  options: ClientAuthentication,
  audience: string,
  clock: () => number,
): ClientAuthenticator {
  const option = 'clientAuthentication'
  checkMembers(option, options, ['clientId', 'clientSecret', 'key', 'certificate'])
  const { clientId, clientSecret, key, certificate } = options as Readonly<Record<string, unknown>>
  const given = [clientSecret, key, certificate].filter((way) => way !== undefined)
  if (!isText(clientId) || given.length !== 1) throw new TypeError(`${option}: ${wayOut}`)
  if ('clientSecret' in options && clientSecret !== undefined) return bySecret(clientId, clientSecret)
  if ('key' in options && options.key !== undefined)
    return byAssertion(clientId, options.key, audience, clock)
  if ('certificate' in options) return byCertificate(clientId, options.certificate)
  throw new TypeError(`${option}: ${wayOut}`)
}

/** RFC 6749 §2.3.1: each is form-encoded before the two are joined. */
const formEncoded = (text: string): string => new URLSearchParams({ a: text }).toString().slice(2)

function bySecret(clientId: string, secret: unknown): ClientAuthenticator {
  if (!isText(secret)) throw new TypeError(`clientAuthentication.clientSecret: ${wayOut}`)
  const headers = { authorization: `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(secret)}`)}` }
  return { credentials: async () => ({ headers, fields: {} }), fetch: undefined }
}

function byAssertion(clientId: string, key: Key, audience: string, clock: () => number): ClientAuthenticator {
  const { alg } = key
  if (!isAsymmetric(alg) || key.type !== 'private') {
    throw new TypeError(`clientAuthentication.key: must be a private key that signs; ${wayOut}`)
  }
  return {
    async credentials() {
      const iat = Math.floor(clock())
      const claims = {
        iss: clientId,
        sub: clientId,
        aud: audience,
        jti: crypto.randomUUID(),
        iat,
        exp: iat + assertionLifetime,
      }
      const payload = new TextEncoder().encode(JSON.stringify(claims))
      const assertion = await signJws(payload, { algorithm: alg, key, protectedHeader: { typ: 'JWT' } })
      const fields = {
        client_id: clientId,
        client_assertion_type: assertionType,
        client_assertion: assertion,
      }
      return { headers: {}, fields }
    },
    fetch: undefined,
  }
}

function byCertificate(clientId: string, certificate: ClientCertificateKey): ClientAuthenticator {
  checkMembers('clientAuthentication.certificate', certificate, ['cert', 'key', 'ca'])
  if (!isText(certificate.cert) || !isText(certificate.key)) {
    throw new TypeError(`clientAuthentication.certificate: ${wayOut}`)
  }
  return {
    credentials: async () => ({ headers: {}, fields: { client_id: clientId } }),
    fetch: certificateFetch(certificate),
  }
}

/** A client certificate and its private key, both in PEM. */
export interface ClientCertificateKey {
  readonly cert: string
  readonly key: string
  /** Trusted certificate authorities for the server, in PEM. @default those of the runtime */
  readonly ca?: string | undefined
}

/**
 * Creates a `fetch` with a client certificate (RFC 8705 §2). The Fetch standard does not support them, so it uses
 * `node:https`.
 *
 * @throws {TypeError} on runtimes without `node:https`.
 */
function certificateFetch({ cert, key, ca }: ClientCertificateKey): Fetch {
  const find: unknown = globalThis.process?.getBuiltinModule
  const https = typeof find === 'function' ? globalThis.process.getBuiltinModule('node:https') : undefined
  if (https === undefined) {
    throw new TypeError(
      'clientAuthentication.certificate: this runtime has no node:https; authenticate with key, or set a fetch that sends the certificate',
    )
  }
  const agent = new https.Agent({ cert, key, keepAlive: true, ...(ca !== undefined && { ca }) })
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      // Both types describe the runtime's own AbortSignal.
      const request: ClientRequest = https.request(url, {
        method,
        headers,
        agent,
        signal: signal as AbortSignal,
      })
      request.on('error', reject)
      request.on('response', (response) => resolve(responseOf(response)))
      request.end(body)
    })
}

function responseOf(response: IncomingMessage): FetchResponse {
  const chunks: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]()
  return {
    status: response.statusCode ?? 0,
    headers: { get: (name) => [response.headers[name]].flat()[0] ?? null },
    body: {
      getReader: () => ({
        async read() {
          const { done, value } = await chunks.next()
          return { done: done === true, value: done === true ? undefined : value }
        },
        async cancel() {
          response.destroy()
        },
      }),
    },
  }
}
