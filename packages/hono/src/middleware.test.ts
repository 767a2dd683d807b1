import { createAdaptorServer } from '@hono/node-server'
import { isSealbearerError } from '@sealbearer/core'
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { methodOverride } from 'hono/method-override'
import { describe, expect, test } from 'vitest'
import {
  brokenAuthenticator,
  createClient,
  describeSender,
  forwarded,
  type SenderApp,
  staff,
  testGuardedRoute,
  testLogger,
  testManyHeaders,
  testRefusingHandler,
  testSender,
  users,
} from '#adapter-tests'
import { getAuth, type RequireAuthOptions, requireAuth } from './index.js'

const { authenticator } = users
const client = createClient((app: Pick<Hono, 'fetch'>) => createAdaptorServer({ fetch: app.fetch }))
const { send, statusOf } = client

function guarded(options?: RequireAuthOptions): Pick<Hono, 'fetch' | 'request'> {
  return new Hono()
    .get('/me', requireAuth(authenticator, {}, options), (c) => c.json({ sub: c.var.auth.claims.sub }))
    .all('/orders', requireAuth(authenticator, { scope: 'orders:read' }, options), (c) => c.text('orders'))
    .get('/hello', requireAuth(authenticator, { optional: true }, options), (c) =>
      c.json({ sub: c.var.auth?.claims.sub ?? 'nobody' }),
    )
    .get('/staff', requireAuth(staff.authenticator, {}, options), (c) =>
      c.json({ sub: getAuth(c, staff.authenticator).claims.sub }),
    )
}

describe('a guarded route', () => {
  testGuardedRoute(client, guarded)

  test('continues synchronously if the guard responds synchronously', async () => {
    const guard = requireAuth(authenticator, { optional: true })
    const app = new Hono().get('/', async (c) => {
      let atOnce = false
      // Handed on without its types: the guard sets a variable that this handler does not read.
      const passed = guard(c as Context, async () => {
        atOnce = true
      })
      const answer = c.json({ atOnce })
      await passed
      return answer
    })
    expect((await send(app, '/')).text).toBe('{"atOnce":true}')
  })

  test('guards all paths below one, and one of them again', async () => {
    const app = new Hono()
      .use('/api/*', requireAuth(authenticator))
      .get('/api/orders', requireAuth(authenticator, { scope: 'orders:read' }), (c) => c.text('orders'))
    expect(await statusOf(app, '/api/nowhere')).toBe(401)
    expect(await statusOf(app, '/api/nowhere', { authorization: await users.authorization() })).toBe(404)
    expect(await statusOf(app, '/api/orders', { authorization: await users.authorization() })).toBe(403)
    expect(
      await statusOf(app, '/api/orders', { authorization: await users.authorization('orders:read') }),
    ).toBe(200)
  })

  test('keeps headers that another middleware has set, but for its own', async () => {
    const app = new Hono()
      .use(async (c, next) => {
        c.header('access-control-allow-origin', 'https://app.example.com')
        c.header('cache-control', 'public')
        await next()
      })
      .get('/', requireAuth(authenticator), (c) => c.text('root'))
    expect((await send(app, '/')).headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'cache-control': 'no-store',
    })
  })
})

describe('a request that the app hands on to itself', () => {
  test('is decided by the method that is served', async () => {
    const app = new Hono()
    app.use('/orders', methodOverride({ app, query: '_method' }))
    app.get('/orders', requireAuth(authenticator), (c) => c.text('read'))
    app.delete('/orders', requireAuth(authenticator), (c) => c.text('deleted'))
    const headers = { cookie: `access=${await users.token()}` }
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' }
    expect(await statusOf(app, '/orders', headers)).toBe(200)
    expect(await statusOf(app, '/orders?_method=DELETE', form, 'POST')).toBe(403)
    expect(
      await statusOf(app, '/orders?_method=DELETE', { ...form, 'sec-fetch-site': 'same-origin' }, 'POST'),
    ).toBe(200)
  })

  test('is decided by its own headers, whatever came over the wire', async () => {
    const app = new Hono()
    app.get('/me', requireAuth(authenticator), (c) => c.text(String(c.var.auth.claims.sub)))
    app.get('/as-nobody', (c) => app.fetch(new Request(new URL('/me', c.req.url)), c.env))
    const headers = { authorization: await users.authorization() }
    expect((await send(app, '/me', headers)).text).toBe('user of users')
    expect(await statusOf(app, '/as-nobody', headers)).toBe(401)
  })
})

describe('app.request', () => {
  test('answers what loopback answers, given an address with https', async () => {
    const refused = await guarded().request('https://api.example.com/me')
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="users"'])
    expect(refused.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await refused.text()).toBe('{"error_description":"This resource requires an access token"}')
    const headers = { authorization: await users.authorization() }
    const answer = await guarded().request('https://api.example.com/me', { headers })
    expect(await answer.json()).toEqual({ sub: 'user of users' })
  })

  test('refuses credentials that were joined out of two headers', async () => {
    const headers = new Headers({ authorization: await users.authorization('orders:read') })
    expect((await guarded().request('https://api.example.com/orders', { headers })).status).toBe(200)
    headers.append('authorization', 'Bearer x')
    expect((await guarded().request('https://api.example.com/orders', { headers })).status).toBe(400)
  })
})

describe('an authenticator found for each request', () => {
  const byTenant = new Hono<{ Bindings: { TENANT: string } }>().get(
    '/me',
    requireAuth((c) => (c.env.TENANT === 'staff' ? staff.authenticator : users.authenticator)),
    (c) => c.json({ sub: c.var.auth.claims.sub }),
  )

  test.each([
    { tenant: 'staff', party: staff, other: users },
    { tenant: 'users', party: users, other: staff },
  ])('serves $tenant by its binding', async ({ tenant, party, other }) => {
    const ask = async (authorization: string) =>
      byTenant.request('https://api.example.com/me', { headers: { authorization } }, { TENANT: tenant })
    const answer = await ask(await party.authorization())
    expect(await answer.json()).toEqual({ sub: `user of ${tenant}` })
    expect((await ask(await other.authorization())).status).toBe(401)
  })

  test('is refused where it is invalid', async () => {
    // @ts-expect-error plain JavaScript can return anything
    const guard = requireAuth(() => undefined)
    const app = new Hono().get('/', guard, (c) => c.text('reached'))
    app.onError((error, c) => c.text(error.name, 500))
    expect(await (await app.request('https://api.example.com/')).text()).toBe('TypeError')
  })
})

const senderApp: SenderApp<Hono> = ({ authenticators, optional = false, logger, refusal }) => {
  const app = new Hono()
  for (const one of authenticators) app.use(requireAuth(one, { optional }, { logger }))
  app.get('/', (c) => {
    if (refusal) throw refusal
    return c.text(describeSender(() => getAuth(c)))
  })
  return app
}

describe('who sends a request', () => {
  testSender(client, senderApp)
  testManyHeaders(client, senderApp)
  testRefusingHandler(client, senderApp)
  testLogger(client, senderApp)
})

describe("onFailure: 'throw'", () => {
  const throwing = () =>
    new Hono().get('/', requireAuth(authenticator, {}, { onFailure: 'throw' }), (c) => c.text('root'))

  test("has the answer ready for Hono's own handler", async () => {
    const answer = await send(throwing(), '/')
    expect(answer.status).toBe(401)
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Bearer realm="users"',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(answer.text).toBe('{"error_description":"This resource requires an access token"}')
    expect(await statusOf(throwing(), '/', { authorization: await users.authorization() })).toBe(200)
  })

  test('passes the error to a handler', async () => {
    const app = throwing()
    app.onError((error, c) => {
      if (!(error instanceof HTTPException) || !isSealbearerError(error.cause)) return c.text('bug', 500)
      return c.json({ status: error.status, code: error.cause.code, body: error.cause.body }, 418)
    })
    const answer = await send(app, '/', { authorization: 'Bearer x' })
    expect(answer.status).toBe(418)
    expect(JSON.parse(answer.text)).toMatchObject({
      status: 401,
      code: 'SB_TOKEN_MALFORMED',
      body: { error: 'invalid_token' },
    })
  })
})

test.each(['respond', 'throw'] as const)(
  'a verification that breaks never opens a route, onFailure: %s',
  async (onFailure) => {
    let reached = false
    const app = new Hono().get('/', requireAuth(brokenAuthenticator, {}, { onFailure }), (c) => {
      reached = true
      return c.text('reached')
    })
    app.onError((_, c) => c.text('broken', 500))
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(500)
    expect(reached).toBe(false)
  },
)

describe('plain HTTP', () => {
  const byProxy = (c: Context) => c.req.header('x-forwarded-proto') === 'https'

  test.each([
    { title: 'is refused where a proxy forwards it', options: {}, headers: forwarded, status: 400 },
    {
      title: 'may end at a proxy that is trusted',
      options: { secure: byProxy },
      headers: forwarded,
      status: 200,
    },
    {
      title: 'is refused where a trusted proxy was asked by plain HTTP',
      options: { secure: byProxy },
      headers: { ...forwarded, 'x-forwarded-proto': 'http' },
      status: 400,
    },
    {
      title: 'is fine where all is said to be TLS',
      options: { secure: true },
      headers: forwarded,
      status: 200,
    },
    { title: 'is fine from the machine itself', options: {}, headers: {}, status: 200 },
    {
      title: 'is refused from another address',
      options: { remoteAddress: () => '203.0.113.7' },
      headers: {},
      status: 400,
    },
  ])('$title', async ({ options, headers, status }) => {
    const authorization = await users.authorization()
    expect(await statusOf(guarded(options), '/me', { ...headers, authorization })).toBe(status)
  })

  test('does not pass for TLS by an absolute address in the request line', async () => {
    const headers = { host: 'api.example.com', 'x-forwarded-for': '203.0.113.7' }
    const authorization = await users.authorization()
    expect(await statusOf(guarded(), 'https://api.example.com/me', { ...headers, authorization })).toBe(400)
    expect(await statusOf(guarded(), 'https://api.example.com/me', { authorization })).toBe(200)
  })

  test('without a socket is refused, unless its address is known to be loopback', async () => {
    const headers = { authorization: await users.authorization() }
    expect((await guarded().request('http://localhost/me', { headers })).status).toBe(400)
    const options = { remoteAddress: () => '127.0.0.1' }
    expect((await guarded(options).request('http://localhost/me', { headers })).status).toBe(200)
    const binding = { incoming: { socket: 'a binding that has the name by chance' } }
    expect((await guarded().request('https://localhost/me', { headers }, binding)).status).toBe(200)
  })
})

describe('options', () => {
  test.each([
    // @ts-expect-error plain JavaScript can say anything
    { names: 'authenticator', make: () => requireAuth({}) },
    // @ts-expect-error there is no such member
    { names: 'scopes', make: () => requireAuth(authenticator, { scopes: 'a' }) },
    // @ts-expect-error there is no such member
    { names: 'roles', make: () => requireAuth(() => authenticator, { roles: 'a' }) },
    // @ts-expect-error there is no such option
    { names: 'onfailure', make: () => requireAuth(authenticator, {}, { onfailure: 'throw' }) },
    // @ts-expect-error there is no such value
    { names: 'onFailure', make: () => requireAuth(authenticator, {}, { onFailure: 'ignore' }) },
    // @ts-expect-error it is no text
    { names: 'secure', make: () => requireAuth(authenticator, {}, { secure: 'false' }) },
    // @ts-expect-error it is no text
    { names: 'remoteAddress', make: () => requireAuth(authenticator, {}, { remoteAddress: '127.0.0.1' }) },
  ])('a wrong one is refused: $names', ({ make, names }) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(names)
  })

  test('takes all of its own', () => {
    const options = { onFailure: 'respond', secure: true, remoteAddress: () => undefined } as const
    expect(requireAuth(authenticator, { scope: 'a' }, options)).toBeTypeOf('function')
  })
})
