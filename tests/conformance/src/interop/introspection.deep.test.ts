import {
  authenticateRequest,
  bearer,
  createAuthenticator,
  createIntrospectionVerifier,
  discoverIssuer,
  dpop,
  generateKey,
  type IntrospectionVerifierOptions,
  publicJwks,
} from '@sealbearer/core'
import { createMemoryStore } from '@sealbearer/core/stores'
import { generateKeyPair, generateProof, type KeyPair } from 'dpop'
import { describe, expect, test } from 'vitest'
import {
  certificateJwk,
  introspectingClient,
  secretOf,
  selfSigned,
  startIntrospectionProvider,
} from './introspection-provider.js'
import { audience } from './provider.js'
import { frameworks, startServer } from './servers.js'

const id = 'api'
const key = await generateKey('ES256', { kid: 'client' })
const bySecret = { clientId: id, clientSecret: secretOf(id) }
const strange = await generateKey('ES256', { kid: 'client' })

const codeOf = (options: IntrospectionVerifierOptions, token: string): Promise<unknown> =>
  createIntrospectionVerifier(options)
    .verify(token)
    .then(
      ({ claims }) => claims['client_id'],
      (error) => error.code,
    )

describe('RFC 7662 at oidc-provider', () => {
  test.each(Object.entries(frameworks))('opaque tokens, in %s', async (_, framework) => {
    await using provider = await startIntrospectionProvider([introspectingClient(id, {})])
    const { issuer, endpoint } = provider
    const verifier = createIntrospectionVerifier({
      issuer,
      audience,
      endpoint,
      clientAuthentication: bySecret,
    })
    await using server = await startServer(await framework(createAuthenticator({ verifier })))
    const token = await provider.accessToken()
    expect(token).not.toContain('.')
    expect(await server.get(token)).toEqual({ status: 200, body: { client: 'service' } })
    expect(await server.get(`${token}x`)).toMatchObject({ status: 401 })
    await provider.revoke(token)
    expect(await server.get(token)).toMatchObject({ status: 401 })
  })

  test('by a secret, which must be the right one', async () => {
    await using provider = await startIntrospectionProvider([introspectingClient(id, {})])
    const { issuer, endpoint } = provider
    const token = await provider.accessToken()
    const options = { issuer, audience, endpoint }
    expect(await codeOf({ ...options, clientAuthentication: bySecret }, token)).toBe('service')
    const wrong = { ...bySecret, clientSecret: 'another' }
    expect(await codeOf({ ...options, clientAuthentication: wrong }, token)).toBe('SB_INTROSPECTION_FAILED')
  })

  test('by private_key_jwt, under the right key alone', async () => {
    const metadata = { token_endpoint_auth_method: 'private_key_jwt', jwks: publicJwks(key) }
    await using provider = await startIntrospectionProvider([introspectingClient(id, metadata)])
    const { issuer, endpoint } = provider
    const token = await provider.accessToken()
    const options = { issuer, audience, endpoint }
    const verifier = createIntrospectionVerifier({ ...options, clientAuthentication: { clientId: id, key } })
    // An assertion is used once.
    for (const _ of [1, 2]) expect((await verifier.verify(token)).claims['client_id']).toBe('service')
    expect(await codeOf({ ...options, clientAuthentication: { clientId: id, key: strange } }, token)).toBe(
      'SB_INTROSPECTION_FAILED',
    )
  })

  test('RFC 8705 §2: by a certificate, over TLS', async () => {
    const [server, client, other] = ['server', 'client', 'other'].map(selfSigned)
    if (server === undefined || client === undefined || other === undefined)
      throw new Error('no certificates')
    const metadata = {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: [certificateJwk(client.cert)] },
    }
    await using provider = await startIntrospectionProvider([introspectingClient(id, metadata)], server)
    const { issuer, endpoint } = provider
    const token = await provider.accessToken()
    const options = { issuer, audience, endpoint }
    const with_ = (certificate: { cert: string; key: string; ca?: string }) => ({
      ...options,
      clientAuthentication: { clientId: id, certificate },
    })
    const ca = server.cert
    expect(await codeOf(with_({ ...client, ca }), token)).toBe('service')
    expect(await codeOf(with_({ ...client, ca }), `${token}x`)).toBe('SB_TOKEN_INACTIVE')
    expect(await codeOf(with_({ ...other, ca }), token)).toBe('SB_INTROSPECTION_FAILED')
    // The server is authenticated too.
    expect(await codeOf(with_(client), token)).toBe('SB_INTROSPECTION_FAILED')
    expect(await codeOf(with_({ ...client, ca: other.cert }), token)).toBe('SB_INTROSPECTION_FAILED')
  })
})

test('RFC 9449 §6.2 at oidc-provider: opaque tokens that are bound to a key', async () => {
  await using provider = await startIntrospectionProvider([introspectingClient(id, {})])
  const { issuer, endpoint, tokenEndpoint } = provider
  const url = `${audience}/orders`
  const verifier = createIntrospectionVerifier({ issuer, audience, endpoint, clientAuthentication: bySecret })
  const credentials = [dpop({ origin: new URL(audience).origin, replay: createMemoryStore() }), bearer()]
  const authenticator = createAuthenticator({ verifier, credentials })
  const [keys, others] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const token = await provider.accessToken(await generateProof(keys, tokenEndpoint, 'POST'))
  expect(token).not.toContain('.')
  const ask = async (headers: Record<string, string>) => {
    const outcome = await authenticateRequest(authenticator, new Request(url, { headers }))
    return outcome.ok ? 'accepted' : outcome.error.code
  }
  const proven = async (by: KeyPair) => ({
    authorization: `DPoP ${token}`,
    dpop: await generateProof(by, url, 'GET', undefined, token),
  })
  expect(await ask(await proven(keys))).toBe('accepted')
  expect(await ask(await proven(others))).toBe('SB_CONFIRMATION_MISMATCH')
  expect(await ask({ authorization: `Bearer ${token}` })).toBe('SB_CONFIRMATION_REQUIRED')
  expect(await ask({ authorization: `Bearer ${await provider.accessToken()}` })).toBe('accepted')
})

describe('RFC 9701 at oidc-provider', () => {
  test('signed answers, under the keys of the issuer alone', async () => {
    await using provider = await startIntrospectionProvider([introspectingClient(id, {})])
    await using another = await startIntrospectionProvider([introspectingClient(id, {})])
    const { issuer, endpoint } = provider
    const token = await provider.accessToken()
    const options = { issuer, audience, endpoint, clientAuthentication: bySecret }
    const signedBy = (source: string) => ({
      signedResponse: { signature: { algorithms: ['ES256'] as const, keys: discoverIssuer(source).keys } },
    })
    expect(await codeOf({ ...options, ...signedBy(issuer) }, token)).toBe('service')
    expect(await codeOf({ ...options, ...signedBy(issuer) }, `${token}x`)).toBe('SB_TOKEN_INACTIVE')
    expect(await codeOf({ ...options, ...signedBy(another.issuer) }, token)).toBe('SB_INTROSPECTION_FAILED')
    expect(await codeOf(options, token)).toBe('service')
  })

  test('signed and encrypted answers', async () => {
    const ours = await generateKey('RSA-OAEP-256', { kid: 'ours' })
    const metadata = {
      introspection_encrypted_response_alg: 'RSA-OAEP-256',
      introspection_encrypted_response_enc: 'A256GCM',
      jwks: publicJwks(ours),
    }
    // The provider names the client in the header of the JWE, and the resource inside: RFC 7519 §5.3 wants them equal.
    await using provider = await startIntrospectionProvider([introspectingClient(audience, metadata)])
    const { issuer, endpoint } = provider
    const token = await provider.accessToken()
    const signature = { algorithms: ['ES256'] as const, keys: discoverIssuer(issuer).keys }
    const encryption = {
      ...{ keyManagement: ['RSA-OAEP-256'] as const, contentEncryption: ['A256GCM'] as const, keys: ours },
    }
    const clientAuthentication = { clientId: audience, clientSecret: secretOf(audience) }
    const options = { issuer, audience, endpoint, clientAuthentication }
    expect(await codeOf({ ...options, signedResponse: { signature, encryption } }, token)).toBe('service')
    expect(await codeOf({ ...options, signedResponse: { signature } }, token)).toBe('SB_INTROSPECTION_FAILED')
  })
})
