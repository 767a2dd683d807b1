import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import {
  createAuthenticator,
  createIssuer,
  createVerifier,
  dpop,
  exportJwk,
  generateKey,
  publicJwks,
} from '@sealbearer/core'
import { nodeAuthRequest } from '@sealbearer/core/adapter'
import { createMemoryStore } from '@sealbearer/core/stores'
import { Provider } from 'oidc-provider'
import { loadBetterAuth } from './better-auth.js'
import { audience, clientId } from './token-endpoint.js'

/** A resource of one library that takes tokens bound to a client's key, with a replay check in memory. */
export interface BoundPeer {
  readonly title: string
  readonly path: string
  readonly listener: RequestListener
  /** Issues a token that is bound to the key of this thumbprint. */
  newToken(jkt: string): Promise<string>
}

const issuer = 'https://auth.example.com'

async function es256Tokens() {
  const key = await generateKey('ES256', { kid: 'signing' })
  const tokens = createIssuer({
    ...{ issuer, audience, typ: 'at+jwt', lifetime: '15m' },
    signature: { algorithm: 'ES256', keys: key },
  })
  const newToken = async (jkt: string): Promise<string> => {
    const { token } = await tokens.issue({ sub: crypto.randomUUID(), client_id: clientId, cnf: { jkt } })
    return token
  }
  return { key, newToken }
}

export async function ourResource(origin: string): Promise<BoundPeer> {
  const { key, newToken } = await es256Tokens()
  const authenticator = createAuthenticator({
    verifier: createVerifier({
      ...{ issuer, audience, typ: 'at+jwt' },
      signature: { algorithms: ['ES256'], keys: key },
    }),
    credentials: [dpop({ origin, replay: createMemoryStore({ maxEntries: 1_000_000 }), maxAge: '10m' })],
  })
  return {
    ...{ title: 'sealbearer', path: '/orders', newToken },
    async listener(request, response) {
      const outcome = await authenticator.authenticate(nodeAuthRequest(request, true))
      if (outcome.ok) response.end(JSON.stringify({ sub: outcome.auth.claims.sub }))
      else response.writeHead(outcome.status).end(JSON.stringify(outcome.body))
    },
  }
}

interface RequestVerifier {
  verifyAccessTokenRequest(request: object, options: object): Promise<{ readonly sub?: string }>
}

/** The function of better-auth for resource servers. */
export async function betterAuthResource(origin: string): Promise<BoundPeer> {
  const { verifyAccessTokenRequest } = await loadBetterAuth<RequestVerifier>(['better-auth/oauth2'])
  const { key, newToken } = await es256Tokens()
  const jwks = publicJwks(key)
  const options = {
    verifyOptions: { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] },
    ...{ jwksFetch: async () => jwks, jwksCacheKey: jwks, dpop: { proofMaxAgeSeconds: 600 } },
  }
  return {
    ...{ title: 'better-auth', path: '/orders', newToken },
    async listener({ method, url, headers }, response) {
      try {
        const { authorization: authorizationHeader, dpop: dpopProofJwt } = headers
        const input = { authorizationHeader, dpopProofJwt, method, url: `${origin}${url}` }
        const { sub } = await verifyAccessTokenRequest(input, options)
        response.end(JSON.stringify({ sub }))
      } catch {
        response.writeHead(401).end()
      }
    },
  }
}

/** The userinfo endpoint of oidc-provider, whose tokens are opaque. */
export async function oidcProviderResource(origin: string): Promise<BoundPeer> {
  const key = await generateKey('ES256', { kid: 'signing', extractable: true })
  const provider = new Provider(origin, {
    // Its types know JWKs by their members; ours are of the same standard.
    jwks: { keys: [{ ...exportJwk(key) } as never] },
    clients: [
      {
        ...{ client_id: clientId, token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' },
        ...{ redirect_uris: ['https://app.example.com/callback'] },
      },
    ],
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    features: { devInteractions: { enabled: false }, dPoP: { enabled: true } },
  })
  const client = await provider.Client.find(clientId)
  if (client === undefined) throw new Error('the client was not configured')
  const answer = provider.callback()
  return {
    title: 'oidc-provider',
    path: '/me',
    listener: (request, response) => void answer(request, response),
    async newToken(jkt) {
      const accountId = crypto.randomUUID()
      const grant = new provider.Grant({ accountId, clientId })
      grant.addOIDCScope('openid')
      const token = new provider.AccessToken({
        ...{ accountId, client, grantId: await grant.save(), scope: 'openid', gty: 'authorization_code' },
        // Its types have members that only other grants fill.
      } as never)
      Object.assign(token, { jkt })
      return token.save()
    },
  }
}

export const thumbprintOf = ({ crv, kty, x, y }: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
