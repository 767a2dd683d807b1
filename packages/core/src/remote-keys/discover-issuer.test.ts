import { beforeAll, describe, expect, test } from 'vitest'
import { answer, type KeyServer, misbehaviours, startKeyServer } from '../../test-kit/key-server.js'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'
import { discoverIssuer } from './discover-issuer.js'

let key: Key
beforeAll(async () => {
  key = await generateKey('ES256', { kid: 'one' })
})

const notFound = misbehaviours['status 404']

/** A provider with its metadata at one path, and its keys. */
async function startProvider(
  metadataPath: string,
  metadata: (origin: string) => unknown,
): Promise<{ server: KeyServer; asked: string[] }> {
  const asked: string[] = []
  const server = await startKeyServer((request, response) => {
    const { url = '' } = request
    asked.push(url)
    const document =
      url === '/jwks.json' ? publicJwks(key) : url === metadataPath ? metadata(server.origin) : undefined
    const behave = document === undefined ? notFound : answer(document)
    behave(request, response)
  })
  return { server, asked }
}

/** Spellings of this machine and its link; the URL parser knows more of them than a pattern does. */
const insideAddresses = [
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'x.localhost',
    'x.localhost.',
    'ⓛocalhost',
    'ｌｏｃａｌｈｏｓｔ',
  ],
  ...[
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '2130706433',
    '0x7f000001',
    '017700000001',
    '①②⑦.⓪.⓪.①',
    '127.255.255.254',
  ],
  ...['0', '0.0.0.0', '0.1.2.3', '169.254.169.254', '224.0.0.1', '255.255.255.255'],
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:0:127.0.0.1]'],
  ...['[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', '[fe80::1]', '[fec0::1]', '[ff02::1]'],
].map((host) => `https://${host}:8443/keys`)

const header = { alg: 'ES256', kid: 'one' }

describe('finds the metadata', () => {
  test.each([
    { issuerPath: '', metadataPath: '/.well-known/openid-configuration' },
    { issuerPath: '/', metadataPath: '/.well-known/openid-configuration' },
    { issuerPath: '', metadataPath: '/.well-known/oauth-authorization-server' },
    { issuerPath: '/tenant', metadataPath: '/tenant/.well-known/openid-configuration' },
    { issuerPath: '/tenant/', metadataPath: '/tenant/.well-known/openid-configuration' },
    { issuerPath: '/tenant', metadataPath: '/.well-known/oauth-authorization-server/tenant' },
    { issuerPath: '/tenant', metadataPath: '/.well-known/openid-configuration/tenant' },
  ])('of "$issuerPath" at $metadataPath', async ({ issuerPath, metadataPath }) => {
    const { server, asked } = await startProvider(metadataPath, (origin) => ({
      issuer: origin + issuerPath,
      jwks_uri: `${origin}/jwks.json`,
      extra: { list: [1] },
    }))
    await using _ = server
    const { issuer, keys, metadata, ready } = discoverIssuer(server.origin + issuerPath)
    expect(issuer).toBe(server.origin + issuerPath)
    expect(asked, 'nothing is loaded before it is needed').toEqual([])
    expect(await keys.select(header)).toMatchObject([{ kid: 'one' }])
    expect(asked.slice(-2)).toEqual([metadataPath, '/jwks.json'])
    const document = await metadata()
    expect(document).toMatchObject({ issuer, jwks_uri: `${server.origin}/jwks.json`, extra: { list: [1] } })
    expect([document, document['extra']].every(Object.isFrozen)).toBe(true)
    const requests = asked.length
    await ready()
    expect(asked.slice(requests), 'the metadata is kept').toEqual(['/jwks.json'])
  })
})

describe('refuses metadata', () => {
  const good = (origin: string): Record<string, unknown> => ({
    issuer: origin,
    jwks_uri: `${origin}/jwks.json`,
  })
  test.each<{ title: string; change: (origin: string) => unknown; parameter: string | undefined }>([
    { title: 'of another issuer', change: () => ({ issuer: 'https://other.example' }), parameter: 'issuer' },
    { title: 'with a slash too many', change: (origin) => ({ issuer: `${origin}/` }), parameter: 'issuer' },
    { title: 'in another case', change: (origin) => ({ issuer: origin.toUpperCase() }), parameter: 'issuer' },
    { title: 'with a list of issuers', change: (origin) => ({ issuer: [origin] }), parameter: 'issuer' },
    { title: 'without an issuer', change: () => ({ issuer: undefined }), parameter: 'issuer' },
    { title: 'without jwks_uri', change: () => ({ jwks_uri: undefined }), parameter: 'jwks_uri' },
    {
      title: 'with keys over HTTP',
      change: () => ({ jwks_uri: 'http://keys.example/' }),
      parameter: 'jwks_uri',
    },
    { title: 'with keys in a file', change: () => ({ jwks_uri: 'file:///keys' }), parameter: 'jwks_uri' },
    {
      title: 'with credentials for the keys',
      change: () => ({ jwks_uri: 'https://user:pass@keys.example/' }),
      parameter: 'jwks_uri',
    },
    { title: 'with a number for jwks_uri', change: () => ({ jwks_uri: 1 }), parameter: 'jwks_uri' },
  ])('$title', async ({ change, parameter }) => {
    const path = '/.well-known/openid-configuration'
    const { server } = await startProvider(path, (origin) => ({ ...good(origin), ...Object(change(origin)) }))
    await using _ = server
    const bad = discoverIssuer(server.origin)
    await expect(bad.metadata()).rejects.toMatchObject({ code: 'SB_DISCOVERY_FAILED', parameter })
    await expect(bad.ready()).rejects.toMatchObject({ code: 'SB_DISCOVERY_FAILED', parameter })
    await expect(bad.keys.refresh()).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
      parameter: expect.stringMatching(new RegExp(`^discovery ${parameter}`)),
    })
    const { server: twin } = await startProvider(path, good)
    await using __ = twin
    await expect(discoverIssuer(twin.origin).metadata()).resolves.toMatchObject({ issuer: twin.origin })
  })

  test.each([
    { found: 'https://other.example', says: /: expected "http:[^"]+", found "https:\/\/other\.example"$/ },
    { found: 'eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0', says: /, found an invalid one$/ },
    { found: `https://${'x'.repeat(300)}`, says: /, found an invalid one$/ },
    { found: 'https://a.example\nINFO all is well', says: /, found an invalid one$/ },
  ])('with both names for operators: $found', async ({ found, says }) => {
    const path = '/.well-known/openid-configuration'
    const { server } = await startProvider(path, (origin) => ({ ...good(origin), issuer: found }))
    await using _ = server
    const { keys, metadata } = discoverIssuer(server.origin)
    await expect(metadata()).rejects.toThrow(says)
    await keys.refresh().catch(() => undefined)
    expect(keys.status().lastFailure).toMatchObject({
      reason: 'discovery',
      detail: expect.stringMatching(says),
    })
  })

  /** @see issue 10, A.9 */
  test.each(insideAddresses)('that leads to this machine: %s', async (jwksUri) => {
    let asked = 0
    const discover = (uri: string) =>
      discoverIssuer('https://203.0.113.7', {
        fetch: async (url) => {
          if (!url.includes('/.well-known/')) asked++
          return Response.json({ issuer: 'https://203.0.113.7', jwks_uri: uri }) as Response
        },
      })
    const { metadata, keys } = discover(jwksUri)
    await expect(metadata()).rejects.toMatchObject({ code: 'SB_DISCOVERY_FAILED', parameter: 'jwks_uri' })
    await expect(keys.refresh()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(asked).toBe(0)
    await expect(discover('https://203.0.113.8/keys').metadata()).resolves.toBeDefined()
  })

  test('of a private network, from an issuer that is not in it alone', async () => {
    const from = (issuer: string) =>
      discoverIssuer(issuer, {
        fetch: async () => Response.json({ issuer, jwks_uri: 'https://10.0.0.8/keys' }) as Response,
      }).metadata()
    await expect(from('https://203.0.113.7')).rejects.toMatchObject({ parameter: 'jwks_uri' })
    await expect(from('https://10.0.0.7')).resolves.toBeDefined()
    await expect(from('https://127.0.0.1')).resolves.toBeDefined()
  })
})

describe('a provider that fails', () => {
  test.each([
    { title: 'down' as const, requests: 3, says: /^network UND_ERR_SOCKET$/ },
    { title: 'silent' as const, requests: 1, says: /^timeout$/ },
    { title: 'status 404' as const, requests: 2, says: /^status 404$/ },
    { title: 'ten megabytes' as const, requests: 2, says: /^too-large$/ },
  ])('$title', async ({ title, requests, says }) => {
    await using server = await startKeyServer(misbehaviours[title])
    // Ten megabytes take a while on a busy machine.
    const timeout = title === 'silent' ? 1 : 8
    await expect(discoverIssuer(server.origin, { timeout }).metadata()).rejects.toMatchObject({
      code: 'SB_DISCOVERY_FAILED',
      status: 503,
      parameter: expect.stringMatching(says),
    })
    expect(server.requests).toBeLessThanOrEqual(requests)
  })

  test('no redirect is followed', async () => {
    await using other = await startKeyServer(notFound)
    await using server = await startKeyServer((_, response) =>
      response.writeHead(302, { location: `${other.origin}/` }).end(),
    )
    await expect(discoverIssuer(server.origin).metadata()).rejects.toMatchObject({ parameter: 'redirect' })
    expect(other.requests).toBe(0)
  })
})

test.each([
  {
    title: 'plain HTTP',
    issuerUrl: 'http://auth.example.com',
    says: /^issuerUrl: must be an https URL without credentials \(http is only for loopback; /,
  },
  {
    title: 'a query',
    issuerUrl: 'https://auth.example.com/?tenant=1',
    says: /^issuerUrl: an issuer has no query and no fragment \(RFC 8414 §2\)$/,
  },
  {
    title: 'a fragment',
    issuerUrl: 'https://auth.example.com/#',
    says: /^issuerUrl: an issuer has no query and no fragment \(RFC 8414 §2\)$/,
  },
  {
    title: 'no text',
    issuerUrl: new URL('https://auth.example.com'),
    says: /^issuerUrl: must be text; iss is compared exactly$/,
  },
  ...[
    'https://auth.example.com/a/../b',
    'https://auth.example.com/./',
    'https://auth.example.com/%2e%2e/b',
    'https://auth.example.com\\@other.example',
    'https://auth.example.com\\b',
    'https:auth.example.com',
    'https:///auth.example.com',
    'https://auth\u3002example.com',
    'https://auth.example.com/\u00e4',
    'https://auth.example.com/{tenant}/v2.0',
    'https://0x7f.1',
  ].map((issuerUrl) => ({
    title: `${issuerUrl}, which is requested as another URL`,
    issuerUrl,
    says: /^issuerUrl: would be requested as https:\/\/\S+; write it that way/,
  })),
])('refuses $title', ({ issuerUrl, says }) => {
  const discover = () => discoverIssuer(issuerUrl as string)
  expect(discover).toThrow(TypeError)
  expect(discover).toThrow(says)
})

test('refuses a misspelt option', () => {
  const options = { coolDown: 1 }
  expect(() => discoverIssuer('https://auth.example.com', options as object)).toThrow(
    /^discoverIssuer: has no option "coolDown"; it accepts metadataUrl, timeout, maxBytes, /,
  )
})

/** @see issue 10, B: metadata at another address than the issuer's. */
test('loads the metadata from metadataUrl', async () => {
  const issuer = 'https://auth.example.com'
  const { server, asked } = await startProvider('/internal/metadata', (origin) => ({
    issuer,
    jwks_uri: `${origin}/jwks.json`,
  }))
  await using _ = server
  const { keys, ready } = discoverIssuer(issuer, { metadataUrl: `${server.origin}/internal/metadata` })
  await ready()
  expect(keys.kids()).toEqual(['one'])
  expect(asked).toEqual(['/internal/metadata', '/jwks.json'])
  expect(() => discoverIssuer(issuer, { metadataUrl: 'http://10.0.0.1/metadata' })).toThrow(
    /^metadataUrl: must be an https/,
  )
})

/** @see issue 10, B.08 */
test('loads over plain HTTP only with requireHttps: false', async () => {
  const issuer = 'http://keycloak:8080/realms/x'
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return Response.json(
      url.endsWith('/certs') ? publicJwks(key) : { issuer, jwks_uri: `${issuer}/certs` },
    ) as Response
  }
  await discoverIssuer(issuer, { requireHttps: false, fetch }).ready()
  expect(asked.at(-1)).toBe(`${issuer}/certs`)
  expect(() => discoverIssuer(issuer, { fetch })).toThrow(/set requireHttps: false\)$/)
})

test('omits members of the wrong type', async () => {
  const path = '/.well-known/openid-configuration'
  const { server } = await startProvider(path, (origin) => ({
    issuer: origin,
    jwks_uri: `${origin}/jwks.json`,
    token_endpoint: `${origin}/token`,
    authorization_endpoint: 7,
    scopes_supported: ['openid'],
    grant_types_supported: 'all',
    backchannel_logout_supported: 'yes',
  }))
  await using _ = server
  expect(await discoverIssuer(server.origin).metadata()).toEqual({
    issuer: server.origin,
    jwks_uri: `${server.origin}/jwks.json`,
    token_endpoint: `${server.origin}/token`,
    scopes_supported: ['openid'],
  })
})

test('uses the last metadata while the provider fails, up to maxStale', async () => {
  const { server } = await startProvider('/.well-known/openid-configuration', (origin) => ({
    issuer: origin,
    jwks_uri: `${origin}/jwks.json`,
  }))
  await using _ = server
  let seconds = 1_893_456_000
  const { metadata } = discoverIssuer(server.origin, { now: () => new Date(seconds * 1000), maxStale: '2h' })
  await metadata()
  const { behave } = server
  server.behave = misbehaviours['status 500']
  seconds += 3_599
  await expect(metadata()).resolves.toMatchObject({ issuer: server.origin })
  seconds += 2
  await expect(metadata()).resolves.toMatchObject({ issuer: server.origin })
  seconds += 3_600
  await expect(metadata()).rejects.toMatchObject({ code: 'SB_DISCOVERY_FAILED', parameter: 'status 500' })
  server.behave = behave
  await expect(metadata()).resolves.toMatchObject({ issuer: server.origin })
})

test.each([
  'https://auth.example.com',
  'https://auth.example.com/',
  'https://Auth.Example.com/Tenant',
  'HTTPS://auth.example.com',
  'https://auth.example.com:443',
  'https://auth.example.com:443/a:443/b',
  'https://auth.example.com:8443/a',
  'https://auth.example.com./a//b/',
  'https://auth.example.com/a%7eb%2Fc',
  'https://xn--bcher-kva.example',
  'https://[2001:db8::1]/a',
  'http://localhost:80',
  'http://127.0.0.1:443',
])('accepts an issuer with a usual spelling: %s', (issuerUrl) => {
  expect(discoverIssuer(issuerUrl).issuer).toBe(issuerUrl)
})
