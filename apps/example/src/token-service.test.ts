import { decodeUnverified } from '@sealbearer/core/jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Example, startExample } from './example.js'
import { publishedKeys } from './tour/published-keys.js'

let example: Example
beforeAll(async () => {
  example = await startExample({ firstPort: 0, secureCookie: true })
})
afterAll(() => example.close())

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${example.tokenService.url}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

const ada = (more: object = {}): object => ({
  username: 'ada',
  password: example.users.passwords.get('ada'),
  ...more,
})

describe('log in', () => {
  test.each(['signed', 'encrypted', 'nested'])('%s, in the body', async (form) => {
    const response = await post(ada({ form }))
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const body = await response.json()
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900 })
    expect(body.access_token.split('.')).toHaveLength(form === 'signed' ? 3 : 5)
  })

  test('in a cookie, with all that protects it', async () => {
    const response = await post(ada({ form: 'nested', deliver: 'cookie' }))
    const [cookie = ''] = response.headers.getSetCookie()
    const [pair, ...attributes] = cookie.split('; ')
    expect(pair).toMatch(/^__Host-access=[\w-]+(\.[\w-]*){4}$/)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=900', 'Path=/', 'SameSite=Lax', 'Secure'])
    expect(await response.json()).toEqual({ cookie: '__Host-access', expires_in: 900 })
  })

  test('a signed token does not contain the e-mail address', async () => {
    const { access_token: token } = await (await post(ada())).json()
    expect(decodeUnverified(token)).toMatchObject({ claims: { sub: 'ada', roles: ['admin'] } })
    expect(JSON.stringify(decodeUnverified(token))).not.toContain('ada@example.test')
  })

  test('asks for less, never for more', async () => {
    const { access_token: token } = await (await post(ada({ scope: 'orders:read planets:destroy' }))).json()
    expect(decodeUnverified(token)).toMatchObject({ claims: { scope: 'orders:read' } })
  })

  test.each([
    { title: 'a wrong password', body: () => ada({ password: 'demo-00000000' }), error: 'invalid_grant' },
    { title: 'an unknown user', body: () => ada({ username: 'eve' }), error: 'invalid_grant' },
    { title: 'an unknown form', body: () => ada({ form: 'folded' }), error: 'invalid_request' },
    { title: 'an unknown way of delivery', body: () => ada({ deliver: 'pigeon' }), error: 'invalid_request' },
    { title: 'a password that is no text', body: () => ada({ password: 1 }), error: 'invalid_request' },
    {
      title: 'a scope that is no text',
      body: () => ada({ scope: ['orders:read'] }),
      error: 'invalid_request',
    },
    { title: 'no object', body: () => null, error: 'invalid_request' },
  ])('refused: $title', async ({ body, error }) => {
    const response = await post(body())
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error })
  })

  test("a foreign page's form logs nobody in", async () => {
    const headers = { 'Content-Type': 'text/plain', Origin: 'https://evil.example.test' }
    expect((await post(ada({ deliver: 'cookie' }), headers)).status).toBe(403)
    expect(
      (await post(ada({ deliver: 'cookie' }), { ...headers, Origin: example.tokenService.url })).status,
    ).toBe(200)
  })
})

test('logging out clears the cookie', async () => {
  const response = await fetch(`${example.tokenService.url}/logout`, {
    method: 'POST',
    headers: { Origin: example.tokenService.url },
  })
  expect(response.status).toBe(204)
  expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-access=; Max-Age=0; .*Secure/)
})

test('the published keys hold nothing private', async () => {
  const { keys } = await publishedKeys(example)
  // Of what signs, the key in use and the one that follows it.
  expect(keys.map(({ alg }) => alg)).toEqual(['ES256', 'Ed25519', 'ES256', 'Ed25519', 'RSA-OAEP-256'])
  for (const jwk of keys) for (const member of ['d', 'k', 'p', 'q']) expect(jwk).not.toHaveProperty(member)
})
