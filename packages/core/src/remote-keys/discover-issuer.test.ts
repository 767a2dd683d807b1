import { beforeAll, describe, expect, test } from 'vitest'
import { publicJwks } from '../keys/export.js'
import { generateKey } from '../keys/generate.js'
import type { Key } from '../keys/key.js'
import { answer, type KeyServer, misbehaviours, startKeyServer } from '../testing/key-server.js'
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
    const { issuer, keys, metadata } = await discoverIssuer(server.origin + issuerPath)
    expect(issuer).toBe(server.origin + issuerPath)
    expect(metadata['extra']).toEqual({ list: [1] })
    expect(Object.isFrozen(metadata['extra'])).toBe(true)
    expect(await keys.select(header)).toMatchObject([{ kid: 'one' }])
    expect(asked.at(-1)).toBe('/jwks.json')
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
    await expect(discoverIssuer(server.origin)).rejects.toMatchObject({
      code: 'SB_DISCOVERY_FAILED',
      parameter,
    })
    const { server: twin } = await startProvider(path, good)
    await using __ = twin
    await expect(discoverIssuer(twin.origin)).resolves.toMatchObject({ issuer: twin.origin })
  })

  test('that sends this machine to itself', async () => {
    const discover = (jwksUri: string) =>
      discoverIssuer('https://auth.example.com', {
        fetch: async () =>
          Response.json({ issuer: 'https://auth.example.com', jwks_uri: jwksUri }) as Response,
      })
    await expect(discover('http://127.0.0.1:8080/admin')).rejects.toMatchObject({ parameter: 'jwks_uri' })
    await expect(discover('https://localhost/admin')).rejects.toMatchObject({ parameter: 'jwks_uri' })
    await expect(discover('https://keys.example.net/')).resolves.toBeDefined()
  })
})

describe('a provider that fails', () => {
  test.each([
    { title: 'down' as const, requests: 3 },
    { title: 'silent' as const, requests: 1 },
    { title: 'status 404' as const, requests: 2 },
    { title: 'ten megabytes' as const, requests: 2 },
  ])('$title', async ({ title, requests }) => {
    await using server = await startKeyServer(misbehaviours[title])
    await expect(discoverIssuer(server.origin, { timeout: 1 })).rejects.toMatchObject({
      code: 'SB_DISCOVERY_FAILED',
      status: 503,
      parameter: undefined,
    })
    expect(server.requests).toBeLessThanOrEqual(requests)
  })

  test('no redirect is followed', async () => {
    await using other = await startKeyServer(notFound)
    await using server = await startKeyServer((_, response) =>
      response.writeHead(302, { location: `${other.origin}/` }).end(),
    )
    await expect(discoverIssuer(server.origin)).rejects.toMatchObject({ code: 'SB_DISCOVERY_FAILED' })
    expect(other.requests).toBe(0)
  })
})

test.each([
  {
    title: 'plain HTTP',
    issuerUrl: 'http://auth.example.com',
    says: /^issuerUrl: must be an https address without credentials \(http is for loopback alone\)$/,
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
])('refuses $title', async ({ issuerUrl, says }) => {
  const refusal = discoverIssuer(issuerUrl as string)
  await expect(refusal).rejects.toThrow(TypeError)
  await expect(refusal).rejects.toThrow(says)
})

test('refuses a misspelt option', async () => {
  const options = { coolDown: 1 }
  await expect(discoverIssuer('https://auth.example.com', options as object)).rejects.toThrow(
    /^discoverIssuer: has no option "coolDown"; it takes timeout, maxBytes, /,
  )
})
