import type { JSONWebKeySet } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { generateKey } from '../keys/generate.js'
import type { Key, KeySet } from '../keys/key.js'
import { createKeySet } from '../keys/key-set.js'
import type { Endpoint, EndpointResponse } from './endpoint.js'
import { createJwksEndpoint, type JwksEndpointOptions } from './jwks-endpoint.js'

let signing: Key
let next: Key
let secret: Key
beforeAll(async () => {
  signing = await generateKey('ES256', { kid: 'signing', extractable: true })
  next = await generateKey('RS256', { kid: 'next' })
  secret = await generateKey('HS256', { kid: 'secret' })
})

const ask = (endpoint: Endpoint, method = 'GET', ifNoneMatch: string[] = []): Promise<EndpointResponse> =>
  endpoint({
    ...{ method, target: '/', secure: true, text: async () => '' },
    header: (name) => (name === 'if-none-match' ? ifNoneMatch : []),
  })

const parsed = ({ body = '' }: EndpointResponse): JSONWebKeySet => JSON.parse(body)

test('serves the public half of keys', async () => {
  const response = await ask(createJwksEndpoint([signing, next, secret]))
  expect(response).toMatchObject({
    status: 200,
    headers: {
      'Content-Type': 'application/jwk-set+json',
      'Cache-Control': 'public, max-age=300',
      ETag: expect.stringMatching(/^"[\w-]{43}"$/),
    },
  })
  const { keys } = parsed(response)
  expect(keys.map(({ kid, alg, use }) => ({ kid, alg, use }))).toEqual([
    { kid: 'signing', alg: 'ES256', use: 'sig' },
    { kid: 'next', alg: 'RS256', use: 'sig' },
  ])
  for (const key of keys) {
    for (const name of Object.keys(key)) {
      expect(['kty', 'crv', 'x', 'y', 'n', 'e', 'alg', 'use', 'kid']).toContain(name)
    }
  }
})

test('publishes nothing private, whatever a key set returns', async () => {
  const careless = {
    generation: 0,
    select: () => [],
    publicJwks: () => ({
      keys: [
        { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'PRIVATE', kid: 'a', alg: 'ES256' },
        { kty: 'oct', k: 'PRIVATE', kid: 'b' },
        { kty: 'RSA', n: 'n', e: 'AQAB', d: 'PRIVATE', p: 'PRIVATE', oth: ['PRIVATE'], note: 'PRIVATE' },
      ],
    }),
  }
  const response = await ask(createJwksEndpoint(careless))
  expect(response.body).not.toContain('PRIVATE')
  expect(parsed(response).keys.map(({ kty }) => kty)).toEqual(['EC', 'RSA'])
})

describe('answers', () => {
  test('HEAD without a body', async () => {
    const endpoint = createJwksEndpoint(signing)
    const [get, head] = [await ask(endpoint), await ask(endpoint, 'HEAD')]
    expect(head).toEqual({ ...get, body: undefined })
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])('%s with 405', async (method) => {
    const response = await ask(createJwksEndpoint(signing), method)
    expect(response).toEqual({ status: 405, headers: { Allow: 'GET, HEAD' }, body: undefined })
  })

  test.each([
    { title: 'the same tag', conditions: (etag: string) => [etag], status: 304 },
    { title: 'a weak one', conditions: (etag: string) => [`W/${etag}`], status: 304 },
    { title: 'one of a list', conditions: (etag: string) => [`"other", ${etag}`], status: 304 },
    { title: 'one of several headers', conditions: (etag: string) => ['"other"', etag], status: 304 },
    { title: 'any', conditions: () => ['*'], status: 304 },
    { title: 'another', conditions: () => ['"other"'], status: 200 },
    { title: 'none', conditions: () => [], status: 200 },
    {
      title: 'one that is weak in the middle',
      conditions: (etag: string) => [`${etag.slice(0, 9)}W/${etag.slice(9)}`],
      status: 200,
    },
    { title: 'a part', conditions: (etag: string) => [etag.slice(0, -2)], status: 200 },
  ])('$status to $title', async ({ conditions, status }) => {
    const endpoint = createJwksEndpoint(signing)
    const { headers } = await ask(endpoint)
    const response = await ask(endpoint, 'GET', conditions(String(headers['ETag'])))
    expect(response.status).toBe(status)
    expect(response.headers['ETag']).toBe(headers['ETag'])
    expect(response.headers['Cache-Control']).toBe(headers['Cache-Control'])
    expect(response.body === undefined).toBe(status === 304)
  })
})

test('serves the current keys of the set', async () => {
  const keys = await createKeySet([signing])
  const endpoint = createJwksEndpoint(keys)
  const before = await ask(endpoint)
  await keys.replace([next])
  const after = await ask(endpoint, 'GET', [String(before.headers['ETag'])])
  expect(after.status).toBe(200)
  expect(parsed(after).keys.map(({ kid }) => kid)).toEqual(['next'])
})

describe('max-age', () => {
  const withMaxAge = async (maxAge: number | undefined): Promise<KeySet> => {
    const keys = await createKeySet([signing])
    return { generation: 0, maxAge, select: keys.select, ...{ publicJwks: keys.publicJwks } }
  }
  test.each<{ own: number | undefined; option: JwksEndpointOptions; expected: number }>([
    { own: undefined, option: {}, expected: 300 },
    { own: undefined, option: { maxAge: '1h' }, expected: 3_600 },
    { own: 900, option: {}, expected: 900 },
    { own: 900, option: { maxAge: '1h' }, expected: 900 },
    { own: 900, option: { maxAge: 60 }, expected: 60 },
    { own: 0.5, option: {}, expected: 0 },
  ])('own $own, option $option: $expected', async ({ own, option, expected }) => {
    const { headers } = await ask(createJwksEndpoint(await withMaxAge(own), option))
    expect(headers['Cache-Control']).toBe(`public, max-age=${expected}`)
  })
})

test('refuses what cannot be published', () => {
  expect(() => createJwksEndpoint(secret)).toThrow(/secrets are not published/)
  expect(() => createJwksEndpoint([])).toThrow(TypeError)
  expect(() => createJwksEndpoint({ generation: 0, select: () => [] })).toThrow(/cannot list/)
  expect(() => createJwksEndpoint([secret, signing])).not.toThrow()
})

test('refuses bad options', () => {
  expect(() => createJwksEndpoint(signing, { maxAge: -1 })).toThrow('maxAge')
  expect(() => createJwksEndpoint(signing, { maxage: 1 } as object)).toThrow(
    /^createJwksEndpoint: has no option "maxage"/,
  )
  expect(() => createJwksEndpoint(signing, { maxAge: 0 })).not.toThrow()
})
