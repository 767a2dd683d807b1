import { SignJWT } from 'jose'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { createVerifier } from '../jwt/verifier.js'
import { importSecret } from '../keys/secret.js'
import { createAuthenticator } from './authenticator.js'
import type { Auth } from './outcome.js'
import { authenticateRequest, webAuthRequest } from './web-request.js'

const headers = { Authorization: 'Bearer a', Cookie: 'c=1' }

test('reads a Request', () => {
  const request = webAuthRequest(
    new Request('https://api.example.com/orders?a=b#c', { method: 'DELETE', headers }),
  )
  expect(request).toMatchObject({
    method: 'DELETE',
    target: '/orders?a=b',
    secure: true,
    remoteAddress: undefined,
  })
  expect(request.header('authorization')).toEqual(['Bearer a'])
  expect(request.header('cookie')).toEqual(['c=1'])
  expect(request.header('host')).toEqual(['api.example.com'])
  expect(request.header('x-none')).toEqual([])
})

test.each([
  { title: 'https', url: 'https://api.example.com/', facts: {}, secure: true },
  { title: 'http', url: 'http://api.example.com/', facts: {}, secure: false },
  {
    title: 'http behind a proxy that terminates TLS',
    url: 'http://api.example.com/',
    facts: { secure: true },
    secure: true,
  },
  {
    title: 'https, said not to be',
    url: 'https://api.example.com/',
    facts: { secure: false },
    secure: false,
  },
])('detects TLS: $title', ({ url, facts, secure }) => {
  expect(webAuthRequest(new Request(url), facts).secure).toBe(secure)
})

test('uses the address in the facts', () => {
  const request = webAuthRequest(new Request('http://localhost/'), { remoteAddress: '127.0.0.1' })
  expect(request.remoteAddress).toBe('127.0.0.1')
})

test.each([
  ['one of Node', { method: 'GET', url: '/', headers: { host: 'api.example.com' }, rawHeaders: [] }],
  ['nothing', undefined],
])('names the way out for a request that is %s', (_, request) => {
  // What a caller in JavaScript can pass.
  expect(() => webAuthRequest(request as unknown as Request)).toThrow(
    /^request: must be a Web Request; .*nodeAuthRequest/,
  )
  expect(webAuthRequest(new Request('https://api.example.com/')).method).toBe('GET')
})

test('distinguishes several values from one with a comma', () => {
  const request = new Request('https://api.example.com/', { headers })
  request.headers.append('Authorization', 'Bearer b')
  expect(webAuthRequest(request).header('authorization')).toEqual(['Bearer a, Bearer b'])
})

test.each([
  {
    title: 'as often as sent',
    rawHeaders: ['Accept', '*/*', 'Authorization', 'Basic a', 'authorization', 'Bearer b'],
    values: ['Basic a', 'Bearer b'],
  },
  {
    title: 'joined if the raw headers have another value',
    rawHeaders: ['Authorization', 'Bearer other'],
    values: ['Basic a, Bearer b'],
  },
  {
    title: 'joined without raw headers',
    rawHeaders: undefined,
    values: ['Basic a, Bearer b'],
  },
])('shows a repeated header $title', ({ rawHeaders, values }) => {
  const request = new Request('https://api.example.com/', { headers: { Authorization: 'Basic a' } })
  request.headers.append('Authorization', 'Bearer b')
  expect(webAuthRequest(request, { rawHeaders }).header('authorization')).toEqual(values)
})

describe('authenticateRequest', () => {
  const secret = 'a secret of 32 bytes, or longer.'
  const issuer = 'https://auth.example.com'
  const verifier = createVerifier({
    issuer,
    audience: 'any',
    typ: 'any',
    signature: { algorithms: ['HS256'], keys: importSecret(secret, { alg: 'HS256', encoding: 'utf8' }) },
    now: () => new Date(0),
  })
  const authenticator = createAuthenticator({ verifier })
  const request = async (url: string) => {
    const token = new SignJWT({ iss: issuer, exp: 60, scope: 'a' }).setProtectedHeader({ alg: 'HS256' })
    return new Request(url, {
      headers: { authorization: `Bearer ${await token.sign(new TextEncoder().encode(secret))}` },
    })
  }

  test.each([
    { title: 'over TLS', url: 'https://api.example.com/', facts: {} },
    { title: 'behind a proxy that terminates TLS', url: 'http://api.example.com/', facts: { secure: true } },
    { title: 'from loopback', url: 'http://localhost/', facts: { remoteAddress: '127.0.0.1' } },
    {
      title: 'from loopback, without a forwarding header',
      url: 'http://localhost/',
      facts: { remoteAddress: '127.0.0.1', rawHeaders: ['Host', 'localhost', 'Accept', '*/*'] },
    },
  ])('grants a request $title', async ({ url, facts }) => {
    const outcome = await authenticateRequest(authenticator, await request(url), { scope: 'a' }, facts)
    expect(outcome).toMatchObject({ ok: true, auth: { issuer } })
  })

  test.each([
    { title: 'over plain HTTP', url: 'http://api.example.com/', facts: {}, code: 'SB_HTTPS_REQUIRED' },
    { title: 'that names loopback itself', url: 'http://127.0.0.1/', facts: {}, code: 'SB_HTTPS_REQUIRED' },
    {
      title: 'over plain HTTP to the proxy',
      url: 'https://api.example.com/',
      facts: { secure: false },
      code: 'SB_HTTPS_REQUIRED',
    },
    {
      title: 'from loopback, with a forwarding header that the application removed',
      url: 'http://localhost/',
      facts: {
        remoteAddress: '127.0.0.1',
        rawHeaders: ['Host', 'localhost', 'X-Forwarded-For', '192.0.2.1'],
      },
      code: 'SB_HTTPS_REQUIRED',
    },
  ])('refuses a request $title', async ({ url, facts, code }) => {
    const outcome = await authenticateRequest(authenticator, await request(url), undefined, facts)
    expect(outcome).toMatchObject({ ok: false, status: 400, error: { code } })
  })

  test.each(['X-Forwarded-For', 'Via'])('refuses one from loopback with %s', async (name) => {
    const good = await request('http://localhost/')
    const forwarded = new Request(good, {
      headers: { ...Object.fromEntries(good.headers), [name]: '192.0.2.1' },
    })
    const facts = { remoteAddress: '127.0.0.1' }
    expect(await authenticateRequest(authenticator, good, undefined, facts)).toMatchObject({ ok: true })
    expect(await authenticateRequest(authenticator, forwarded, undefined, facts)).toMatchObject({
      status: 400,
    })
  })

  test('has all parts of a Response', async () => {
    const outcome = await authenticateRequest(authenticator, await request('https://api.example.com/'), {
      scope: 'b',
    })
    if (outcome.ok) throw new Error('granted')
    const response = new Response(JSON.stringify(outcome.body), outcome)
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toMatchObject({ error: 'insufficient_scope' })
  })

  test('has no auth only if the requirement is optional', async () => {
    const anonymous = new Request('https://api.example.com/')
    const outcome = await authenticateRequest(authenticator, anonymous, { optional: true })
    expect(outcome).toEqual({ ok: true, auth: undefined, headers: {} })
    if (outcome.ok) expectTypeOf(outcome.auth).toEqualTypeOf<Auth | undefined>()
    expect(await authenticateRequest(authenticator, anonymous)).toMatchObject({ status: 401 })
  })
})
