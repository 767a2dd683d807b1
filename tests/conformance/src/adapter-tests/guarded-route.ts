import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { staff, users } from './parties.js'

interface Refusal {
  readonly title: string
  readonly headers: () => Promise<Record<string, string | string[]>>
  readonly status: number
  readonly challenge: unknown
  readonly body: { readonly error?: string; readonly error_description: string }
}

const repeated = {
  status: 400,
  challenge: expect.stringContaining('error="invalid_request"'),
  body: {
    error: 'invalid_request',
    error_description:
      'The request contains credentials more than once, or a cookie twice with different values',
  },
}

const refusals: readonly Refusal[] = [
  {
    title: 'nobody',
    headers: async () => ({}),
    status: 401,
    challenge: 'Bearer realm="users", scope="orders:read"',
    body: { error_description: 'This resource requires an access token' },
  },
  {
    title: 'a token of another issuer',
    headers: async () => ({ authorization: await staff.authorization('orders:read') }),
    status: 401,
    challenge: expect.stringContaining('error="invalid_token"'),
    body: {
      error: 'invalid_token',
      error_description: 'The access token is invalid, expired or not meant for this resource',
    },
  },
  {
    title: 'too little scope',
    headers: async () => ({ authorization: await users.authorization('orders:write') }),
    status: 403,
    challenge: expect.stringMatching(/error="insufficient_scope".*scope="orders:read"/),
    body: {
      error: 'insufficient_scope',
      error_description: 'The access token does not permit this request',
    },
  },
  {
    title: 'a second Authorization header',
    headers: async () => ({ authorization: [await users.authorization('orders:read'), 'Basic dTpw'] }),
    ...repeated,
  },
  {
    title: 'another Authorization header first',
    headers: async () => ({ authorization: ['Basic dTpw', await users.authorization('orders:read')] }),
    ...repeated,
  },
]

/**
 * What a guard does to the requests of its route, whichever framework it is in.
 *
 * @param guarded Makes an app. Its `/me`, `/hello` and `/staff` answer `{"sub":…}`, `/me` for users, `/hello` with
 *   `nobody` for those without credentials, `/staff` for staff; its `/orders` answers `orders`, by any method, to
 *   users with the scope `orders:read`.
 */
export function testGuardedRoute<App>(
  { send, statusOf }: Client<App>,
  guarded: () => App | Promise<App>,
): void {
  test('lets a good token through, and says whose it is', async () => {
    const answer = await send(await guarded(), '/me', { authorization: await users.authorization() })
    expect([answer.status, answer.text]).toEqual([200, '{"sub":"user of users"}'])
  })

  test.each(refusals)('refuses $title', async ({ headers, status, challenge, body }) => {
    const app = await guarded()
    const answer = await send(app, '/orders', await headers())
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({
      'www-authenticate': challenge,
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(JSON.stringify(body).length),
    })
    expect(answer.headers).not.toHaveProperty('etag')
    expect(answer.text).toBe(JSON.stringify(body))
    const authorization = await users.authorization('orders:read')
    expect(await statusOf(app, '/orders', { authorization })).toBe(200)
  })

  test('refuses HEAD like GET, without a body', async () => {
    const app = await guarded()
    const answer = await send(app, '/me', {}, 'HEAD')
    expect([answer.status, answer.text]).toEqual([401, ''])
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="users"')
    expect(await statusOf(app, '/me', { authorization: await users.authorization() }, 'HEAD')).toBe(200)
  })

  test('asks an unsafe request with a cookie where it comes from', async () => {
    const app = await guarded()
    const headers = { cookie: `access=${await users.token('orders:read')}` }
    expect(await statusOf(app, '/orders', headers)).toBe(200)
    expect(await statusOf(app, '/orders', headers, 'POST')).toBe(403)
    expect(await statusOf(app, '/orders', { ...headers, 'sec-fetch-site': 'same-origin' }, 'POST')).toBe(200)
  })

  test('may be open to those without credentials, never to those with bad ones', async () => {
    const app = await guarded()
    expect((await send(app, '/hello')).text).toBe('{"sub":"nobody"}')
    const answer = await send(app, '/hello', { authorization: await users.authorization() })
    expect(answer.text).toBe('{"sub":"user of users"}')
    expect(await statusOf(app, '/hello', { authorization: 'Bearer x' })).toBe(401)
  })

  test('has guards of two authenticators side by side', async () => {
    const app = await guarded()
    expect(await statusOf(app, '/staff', { authorization: await users.authorization() })).toBe(401)
    const answer = await send(app, '/staff', { authorization: await staff.authorization() })
    expect(answer.text).toBe('{"sub":"user of staff"}')
  })
}
