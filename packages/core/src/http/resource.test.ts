import { describe, expect, test } from 'vitest'
import { hs256Verifier } from '../../test-kit/hs256.js'
import { issuer } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { verifyJws } from '../jws/verify.js'
import { decodeUnverified } from '../jwt/decode.js'
import { createKeyRing } from '../key-ring/key-ring.js'
import { createExternalKey } from '../keys/external-key.js'
import { publicJwks } from '../keys/jwk-set.js'
import { keyMaterial } from '../keys/key.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { fromSocket } from './client-certificate.js'
import { cookie } from './cookie-credentials.js'
import { bearer } from './credentials.js'
import { dpop } from './dpop.js'
import type { Endpoint } from './endpoint.js'
import { nodeAuthRequest } from './node-request.js'
import { createMetadataEndpoint, type ResourceOptions, resourceOption } from './resource.js'

const verifier = hs256Verifier()
const resource: ResourceOptions = { identifier: 'https://api.example.com', authorizationServers: [issuer] }
const create = (change: Partial<ResourceOptions> = {}, options: Partial<AuthenticatorOptions> = {}) =>
  createAuthenticator({ verifier, ...options, resource: { ...resource, ...change } })

const askEndpoint = (endpoint: Endpoint, method = 'GET') =>
  endpoint({ method, target: '/', secure: true, header: () => [], text: async () => '' })
const ask = (by: ReturnType<typeof create>, method = 'GET') => askEndpoint(by.metadata, method)
const documentOf = async (by: ReturnType<typeof create>) => JSON.parse((await ask(by)).body ?? '')

test('RFC 9728 §2: serves what clients have to know', async () => {
  const by = create({
    scopes: ['orders:read', 'orders:write orders:read'],
    documentation: 'https://docs.example.com/#api',
    name: 'Orders',
  })
  expect(await documentOf(by)).toEqual({
    resource: 'https://api.example.com',
    authorization_servers: [issuer],
    scopes_supported: ['orders:read', 'orders:write'],
    resource_name: 'Orders',
    resource_documentation: 'https://docs.example.com/#api',
    bearer_methods_supported: ['header'],
    tls_client_certificate_bound_access_tokens: false,
  })
})

test('RFC 9728 §3.2: answers with 200 and JSON', async () => {
  expect(await ask(create())).toMatchObject({ status: 200, headers: { 'Content-Type': 'application/json' } })
})

test('RFC 9728 §3.2: leaves out what there is nothing to say about', async () => {
  expect(await documentOf(create())).toEqual({
    resource: 'https://api.example.com',
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    tls_client_certificate_bound_access_tokens: false,
  })
})

test('RFC 8705 §3.3: says that tokens can be bound to certificates', async () => {
  expect(await documentOf(create({}, { clientCertificate: fromSocket() }))).toMatchObject({
    tls_client_certificate_bound_access_tokens: true,
  })
})

const withDpop = dpop({
  origin: 'https://api.example.com',
  replay: createMemoryStore(),
  algorithms: ['ES256', 'Ed25519'],
})

test.each([
  [[withDpop, bearer()], false, ['header']],
  [[withDpop], true, ['header']],
])(
  'RFC 9728 §2: says what proofs are accepted, and whether they are required',
  async (credentials, required, methods) => {
    expect(await documentOf(create({}, { credentials }))).toMatchObject({
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519'],
      dpop_bound_access_tokens_required: required,
      bearer_methods_supported: methods,
    })
  },
)

test('RFC 9728 §2: an empty list says that tokens in cookies are for browsers alone', async () => {
  const by = create({}, { credentials: [cookie('__Host-access')] })
  expect(await documentOf(by)).toMatchObject({ bearer_methods_supported: [] })
})

test.each([
  ['https://api.example.com', '/.well-known/oauth-protected-resource'],
  ['https://api.example.com/', '/.well-known/oauth-protected-resource'],
  ['https://api.example.com/mcp', '/.well-known/oauth-protected-resource/mcp'],
  ['https://api.example.com/a/b/', '/.well-known/oauth-protected-resource/a/b/'],
  ['http://localhost:3000/mcp', '/.well-known/oauth-protected-resource/mcp'],
])(
  'RFC 9728 §3.1, §3.3: is found by inserting a path, and names the same resource: %s at %s',
  async (identifier, path) => {
    const by = create({ identifier })
    expect(by.metadata.path).toBe(path)
    expect(await documentOf(by)).toMatchObject({ resource: identifier })
    const outcome = await by.authenticate(nodeAuthRequest({ method: 'GET', url: '/', rawHeaders: [] }, true))
    expect(outcome.headers['WWW-Authenticate']).toBe(
      `Bearer resource_metadata="${new URL(identifier).origin}${path}"`,
    )
  },
)

test('RFC 9728 §5.1: every challenge says where it is', async () => {
  const by = create({}, { credentials: [withDpop, bearer()], realm: 'orders' })
  const outcome = await by.authenticate(nodeAuthRequest({ method: 'GET', url: '/', rawHeaders: [] }, true), {
    scope: 'orders:read',
  })
  const start =
    'realm="orders", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"'
  expect(outcome.headers['WWW-Authenticate']).toBe(
    `DPoP ${start}, algs="ES256 Ed25519", scope="orders:read", Bearer ${start}, scope="orders:read"`,
  )
})

test('pages of any origin can read it', async () => {
  expect((await ask(create())).headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' })
  expect(await ask(create(), 'OPTIONS')).toMatchObject({
    status: 204,
    headers: { 'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS', 'Access-Control-Allow-Headers': '*' },
  })
  expect(await ask(create(), 'HEAD')).toMatchObject({ status: 200, body: undefined })
  expect(await ask(create(), 'POST')).toMatchObject({ status: 405, headers: { Allow: 'GET, HEAD, OPTIONS' } })
})

describe('RFC 9728 §2.2: signed metadata', () => {
  test('signs the same members', async () => {
    const key = await testKey('ES256')
    const by = create({ signature: { key, algorithm: 'ES256' }, scopes: 'a' })
    const { signed_metadata: signed, ...plain } = await documentOf(by)
    const { payload } = await verifyJws(signed, { algorithms: ['ES256'], keys: key })
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ ...plain, iss: resource.identifier })
  })

  test('by another party', async () => {
    const key = await testKey('ES256')
    const by = create({ signature: { key, algorithm: 'ES256', issuer } })
    const { signed_metadata: signed } = await documentOf(by)
    const { payload } = await verifyJws(signed, { algorithms: ['ES256'], keys: key })
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ iss: issuer })
  })

  test('is signed once for many requests, and again before its key is gone', async () => {
    let seconds = 1_893_456_000
    const ring = await createKeyRing({
      keys: ['ES256'],
      maxTokenLifetime: '5m',
      now: () => new Date(seconds * 1000),
    })
    let monotonic = 0
    const facts = { schemes: [], readsAuthorization: true, readsCertificates: false }
    const signature = { key: ring, algorithm: 'ES256' } as const
    const endpoint = createMetadataEndpoint(
      resourceOption({ ...resource, signature }),
      facts,
      () => monotonic,
    )
    const signed = async (): Promise<string> =>
      JSON.parse((await askEndpoint(endpoint)).body ?? '').signed_metadata
    const policy = { algorithms: ['ES256'], keys: ring } as const
    const first = await signed()
    monotonic = 299
    expect(await signed(), 'cached').toBe(first)
    monotonic = 300
    expect(await signed(), 'signed again').not.toBe(first)
    const second = await signed()
    const kid = decodeUnverified(second)?.protectedHeader?.['kid']
    await ring.revoke(String(kid))
    seconds += 600
    const third = await signed()
    expect(third, 'its key was revoked').not.toBe(second)
    await expect(verifyJws(second, policy)).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
    await expect(verifyJws(third, policy)).resolves.toBeDefined()
  })

  test('is available again together with its key', async () => {
    const inner = await testKey('ES256')
    const { sign } = keyMaterial(inner).operations
    let isAway = false
    const key = await createExternalKey({
      alg: 'ES256',
      publicJwk: publicJwks(inner).keys[0] ?? {},
      sign: async (input) => {
        if (isAway) throw new Error('the KMS is down')
        const signature = await sign?.(new TextDecoder().decode(input))
        return Buffer.from(signature ?? '', 'base64url')
      },
    })
    const by = create({ signature: { key, algorithm: 'ES256' } })
    isAway = true
    expect(await ask(by)).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } })
    isAway = false
    expect(await ask(by)).toMatchObject({ status: 200 })
  })
})

test('there is none without a resource', () => {
  expect(createAuthenticator({ verifier }).metadata).toBeUndefined()
})

test.each([
  ['https://bücher.example/api', 'https://xn--bcher-kva.example/api'],
  ['https://api.example.com/a/../b', 'https://api.example.com/b'],
  ['https://api.example.com/a/%2E%2e/b', 'https://api.example.com/b'],
  ['https://api.example.com\\b', 'https://api.example.com/b'],
  ['https:\\\\api.example.com', 'https://api.example.com/'],
  ['https:api.example.com', 'https://api.example.com/'],
  ['https:///api.example.com', 'https://api.example.com/'],
  ['https://api.example.com:0443/b', 'https://api.example.com/b'],
  ['http://127.1:3000/mcp', 'http://127.0.0.1:3000/mcp'],
])('RFC 8707 §2: an identifier that clients would read otherwise is refused: %s', (identifier, asParsed) => {
  expect(() => create({ identifier })).toThrow(
    new TypeError(`resource.identifier: clients would read another URL; write it as '${asParsed}'`),
  )
  expect(() => create({ identifier: asParsed })).not.toThrow()
})

test.each([...'%:*()[]{}!+|^'].filter((character) => URL.canParse(`https://a.example/${character}20`)))(
  'an identifier whose metadata a router would not find is refused: %s',
  (character) => {
    const creating = (path: string) => () => create({ identifier: `https://api.example.com/${path}` })
    expect(creating(new URL(`https://a.example/a${character}20`).pathname.slice(1))).toThrow(
      /routers interpret/,
    )
    expect(creating('a-20')).not.toThrow()
  },
)

test.each([
  'https://API.example.com/mcp',
  'https://api.example.com/@v1.0/~a_b-c',
  'HTTPS://api.example.com/mcp',
  'https://api.example.com:443/mcp',
  'https://[::1]:8443/mcp',
  'http://localhost:80',
])('an identifier may have capitals and the default port: %s', async (identifier) => {
  expect(await documentOf(create({ identifier }))).toMatchObject({ resource: identifier })
})

test.each<[string, object]>([
  ['resource', { url: 'https://api.example.com' }],
  ['resource.identifier', { identifier: undefined }],
  ['resource.identifier', { identifier: 'api.example.com' }],
  ['resource.identifier', { identifier: 'http://api.example.com' }],
  ['resource.identifier', { identifier: 'https://api.example.com?a' }],
  ['resource.identifier', { identifier: 'https://api.example.com#a' }],
  ['resource.identifier', { identifier: 'https://user@api.example.com' }],
  ['resource.authorizationServers', { authorizationServers: [] }],
  ['resource.authorizationServers', { authorizationServers: 'auth' }],
  ['resource.scopes', { scopes: [] }],
  ['resource.scopes', { scopes: ['"'] }],
  ['resource.documentation', { documentation: 'javascript:alert(1)' }],
  ['resource.name', { name: 1 }],
  ['resource.signature', { signature: { key: 1, algorithm: 'ES256' } }],
  ['resource.signature.algorithm', { signature: { key: await testKey('HS256'), algorithm: 'HS256' } }],
])('a bad option is a TypeError that names it: %s %j', (option, change) => {
  expect(() => create(untyped(change))).toThrow(TypeError)
  expect(() => create(untyped(change))).toThrow(option)
})
