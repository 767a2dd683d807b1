import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { exportJwk, generateKey } from '@sealbearer/core'
import { type ClientMetadata, Provider } from 'oidc-provider'
import { audience } from './provider.js'

export const secretOf = (id: string): string => `a secret of ${id} alone, and long enough`

/** Makes a certificate for loopback that signs itself. */
export function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sealbearer-tls-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key]
    execFileSync('openssl', ['req', '-x509', ...newKey, ...subject, '-out', cert], { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The public key of a certificate, with the certificate itself. */
export function certificateJwk(pem: string): object {
  const certificate = new X509Certificate(pem)
  return { ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] }
}

const resourceServer: Omit<ClientMetadata, 'client_id'> = {
  grant_types: [],
  redirect_uris: [],
  response_types: [],
  // Its own default, RS256, is not among the keys.
  id_token_signed_response_alg: 'ES256',
  introspection_signed_response_alg: 'ES256',
}

/** The client of a resource server that asks about tokens. */
export const introspectingClient = (id: string, metadata: object): ClientMetadata => ({
  ...resourceServer,
  client_id: id,
  client_secret: secretOf(id),
  ...metadata,
})

/** A provider that issues opaque tokens, and answers about them. */
interface IntrospectionProvider extends AsyncDisposable {
  readonly issuer: string
  readonly endpoint: string
  readonly tokenEndpoint: string
  /** With a proof of possession for its endpoint, the token is bound to the key of the proof. */
  readonly accessToken: (proof?: string) => Promise<string>
  readonly revoke: (token: string) => Promise<void>
}

/** Starts one, over TLS if there is a certificate. */
export async function startIntrospectionProvider(
  clients: readonly ClientMetadata[],
  tls?: { readonly key: string; readonly cert: string },
): Promise<IntrospectionProvider> {
  const server: Server =
    tls === undefined
      ? createHttpServer()
      : createHttpsServer({ ...tls, requestCert: true, rejectUnauthorized: false })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const issuer = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
  const signing = await generateKey('ES256', { kid: 'signing', extractable: true })
  const service = 'service'
  const provider = new Provider(issuer, {
    // Its types know JWKs by their members; ours are of the same standard.
    jwks: { keys: [{ ...exportJwk(signing) } as never] },
    clients: [
      ...clients,
      {
        ...resourceServer,
        ...{ client_id: service, client_secret: secretOf(service), grant_types: ['client_credentials'] },
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'private_key_jwt', 'self_signed_tls_client_auth'],
    enabledJWA: {
      introspectionSigningAlgValues: ['ES256', 'HS256'],
      introspectionEncryptionAlgValues: ['RSA-OAEP-256'],
      introspectionEncryptionEncValues: ['A256GCM'],
    },
    scopes: ['orders:read'],
    features: {
      devInteractions: { enabled: false },
      encryption: { enabled: true },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      mTLS: {
        enabled: true,
        selfSignedTlsClientAuth: true,
        getCertificate: ({ req }: { readonly req: IncomingMessage }) => {
          // Every socket of the server over TLS is one.
          const raw = (req.socket as TLSSocket).getPeerCertificate?.()?.raw
          return raw === undefined ? undefined : new X509Certificate(raw)
        },
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          ...{ audience, scope: 'orders:read', accessTokenFormat: 'opaque', accessTokenTTL: 300 },
        }),
      },
    },
  } as never)
  server.on('request', provider.callback())
  const ask = async (path: string, fields: Record<string, string>, proof?: string): Promise<Response> => {
    const authorization = `Basic ${btoa(`${service}:${encodeURIComponent(secretOf(service))}`)}`
    return fetch(`${issuer}${path}`, {
      method: 'POST',
      headers: { authorization, ...(proof !== undefined && { dpop: proof }) },
      body: new URLSearchParams(fields),
    })
  }
  return {
    issuer,
    endpoint: `${issuer}/token/introspection`,
    tokenEndpoint: `${issuer}/token`,
    async accessToken(proof) {
      if (tls !== undefined) return ownToken(provider, service)
      const fields = { grant_type: 'client_credentials', resource: audience, scope: 'orders:read' }
      const answered = (await (await ask('/token', fields, proof)).json()) as { access_token?: string }
      if (answered.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answered)}`)
      return answered.access_token
    },
    async revoke(token) {
      const { status } = await ask('/token/revocation', { token })
      if (status !== 200) throw new Error(`not revoked: ${status}`)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A token without a request for it. */
async function ownToken(provider: Provider, service: string): Promise<string> {
  const client = await provider.Client.find(service)
  if (client === undefined) throw new Error('no client')
  const token = new provider.ClientCredentials({ client, scope: 'orders:read' })
  Object.assign(token, { aud: audience, expiresIn: 300 })
  return token.save()
}
