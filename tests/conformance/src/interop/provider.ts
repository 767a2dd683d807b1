import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJwk, generateKey, type Key } from '@sealbearer/core'
import { type Configuration, Provider } from 'oidc-provider'

export const audience = 'https://api.example.com'

/** The algorithms that a provider under test signs with. */
export type SigningAlgorithm = 'ES256' | 'RS256' | 'PS256' | 'EdDSA'

/** What a provider is to be like. */
interface ProviderOptions {
  readonly algorithm: SigningAlgorithm
  /** Wherein the provider is mounted, such as `/tenant`. */
  readonly path?: string
  readonly kid?: string
  /** Seals the access tokens. */
  readonly encryption?: { readonly alg: 'ECDH-ES' | 'dir'; readonly enc: string; readonly key: unknown }
}

/** A real OpenID provider on loopback, with one client. */
interface RunningProvider extends AsyncDisposable {
  readonly issuer: string
  /** Requests for the keys. */
  readonly keyRequests: () => number
  /** Gets an access token by the client credentials grant (RFC 6749 §4.4). */
  readonly accessToken: (scope?: string) => Promise<string>
  /** Signs with another key from now on, and publishes that one alone. */
  readonly rotate: () => Promise<void>
}

const client = { id: 'service', secret: 'a secret of the test alone, and long enough' }

/** Starts a provider on a port of its own. */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const { algorithm, path = '', kid = 'signing' } = options
  let keyRequests = 0
  let answer: ReturnType<Provider['callback']> | undefined
  const server = createServer((request, response) => {
    const { url = '' } = request
    if (url.endsWith('/jwks')) keyRequests++
    if (!url.startsWith(path)) return response.writeHead(404).end()
    request.url = url.slice(path.length)
    // What a framework says where a router is mounted; the provider builds its own addresses from it.
    Object.assign(request, { originalUrl: url, baseUrl: path })
    return answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}${path}`
  const rotateTo = async (key: Key): Promise<void> => {
    const provider = new Provider(issuer, configuration(options, { ...exportJwk(key) }))
    answer = provider.callback()
  }
  const newKey = (name: string): Promise<Key> => generateKey(algorithm, { kid: name, extractable: true })
  await rotateTo(await newKey(kid))
  return {
    issuer,
    keyRequests: () => keyRequests,
    rotate: async () => rotateTo(await newKey(`${kid} after rotation`)),
    async accessToken(scope = '') {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.id}:${encodeURIComponent(client.secret)}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope }),
      })
      const answered = (await response.json()) as { access_token?: string }
      if (answered.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answered)}`)
      return answered.access_token
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function configuration({ algorithm, encryption }: ProviderOptions, jwk: object): Configuration {
  return {
    // Its types know JWKs by their members; ours are of the same standard.
    jwks: { keys: [jwk as never] },
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: algorithm,
      },
    ],
    scopes: ['orders:read', 'orders:write'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience,
          scope: 'orders:read orders:write',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: algorithm }, ...(encryption && { encrypt: encryption as never }) },
        }),
      },
    },
  }
}
