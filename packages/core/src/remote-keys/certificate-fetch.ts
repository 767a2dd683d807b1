import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Fetch, FetchResponse } from './fetch-json.js'

/** A client's certificate and its private key, both in PEM. */
export interface ClientCertificateKey {
  readonly cert: string
  readonly key: string
  /** Certificates of authorities that are trusted for the server, in PEM. @default those of the runtime */
  readonly ca?: string | undefined
}

/**
 * Makes a `fetch` that shows a certificate in the TLS handshake (RFC 8705 §2). That of the Fetch standard cannot, so
 * it takes `node:https`.
 *
 * @throws {TypeError} on runtimes without it.
 */
export function certificateFetch({ cert, key, ca }: ClientCertificateKey): Fetch {
  const find: unknown = globalThis.process?.getBuiltinModule
  const https = typeof find === 'function' ? globalThis.process.getBuiltinModule('node:https') : undefined
  if (https === undefined) {
    throw new TypeError(
      'clientAuthentication.certificate: this runtime has no node:https; authenticate by key, or give a fetch that shows the certificate',
    )
  }
  const agent = new https.Agent({ cert, key, keepAlive: true, ...(ca !== undefined && { ca }) })
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      // Both are the runtime's own AbortSignal.
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
