import { createServer } from 'node:http'
import { createAuthenticator, isSealbearerError } from '@sealbearer/core'
import Koa from 'koa'
import { describe, expect, test, vi } from 'vitest'
import {
  brokenAuthenticator,
  createClient,
  describeSender,
  type SenderApp,
  staff,
  testGuardedRoute,
  testLogger,
  testManyHeaders,
  testPlainHttp,
  testRefusalLogger,
  testRefusingHandler,
  testSender,
  users,
} from '#adapter-tests'
import { createRefusalHandler, getAuth, requireAuth } from './index.js'

const { authenticator } = users
const client = createClient((app: { callback: Koa['callback'] }) => createServer(app.callback()))
const { send, statusOf } = client

/** Passes on what is on another path. */
const at =
  (path: string, middleware: Koa.Middleware): Koa.Middleware =>
  (ctx, next) =>
    ctx.path === path ? middleware(ctx, next) : next()

function guarded(): Koa {
  const app = new Koa()
  app.use(at('/me', requireAuth(authenticator)))
  app.use(at('/orders', requireAuth(authenticator, { scope: 'orders:read' })))
  app.use(at('/hello', requireAuth(authenticator, { optional: true })))
  app.use(at('/staff', requireAuth(staff.authenticator)))
  app.use((ctx) => {
    const auth = ctx.path === '/staff' ? getAuth(ctx, staff.authenticator) : ctx.state['auth']
    ctx.body = ctx.path === '/orders' ? 'orders' : { sub: auth?.claims.sub ?? 'nobody' }
  })
  return app
}

describe('a guarded route', () => {
  testGuardedRoute(client, guarded)

  test('continues synchronously if the guard responds synchronously', async () => {
    const guard: Koa.Middleware = requireAuth(authenticator, { optional: true })
    const app = new Koa().use(async (ctx) => {
      let atOnce = false
      const passed = guard(ctx, async () => {
        atOnce = true
      })
      ctx.body = { atOnce }
      await passed
    })
    expect((await send(app, '/')).text).toBe('{"atOnce":true}')
  })

  test('waits for what comes after it', async () => {
    const app = new Koa().use(requireAuth(authenticator)).use(async (ctx) => {
      await new Promise(setImmediate)
      ctx.body = 'late'
    })
    expect((await send(app, '/', { authorization: await users.authorization() })).text).toBe('late')
  })

  test('guards a whole app, and a path in it again', async () => {
    const app = new Koa().use(requireAuth(authenticator))
    app.use(at('/orders', requireAuth(authenticator, { scope: 'orders:read' })))
    app.use(
      at('/orders', (ctx) => {
        ctx.body = 'orders'
      }),
    )
    expect(await statusOf(app, '/nowhere')).toBe(401)
    expect(await statusOf(app, '/nowhere', { authorization: await users.authorization() })).toBe(404)
    expect(await statusOf(app, '/orders', { authorization: await users.authorization() })).toBe(403)
    expect(await statusOf(app, '/orders', { authorization: await users.authorization('orders:read') })).toBe(
      200,
    )
  })
})

const senderApp: SenderApp<Koa> = ({ authenticators, optional = false, logger, refusal }) => {
  const app = new Koa()
  app.silent = true
  for (const one of authenticators) app.use(requireAuth(one, { optional }, { logger }))
  app.use((ctx) => {
    if (refusal) throw refusal
    ctx.body = describeSender(() => getAuth(ctx))
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
  const guard = requireAuth(authenticator, {}, { onFailure: 'throw' })

  test("leaves status and challenge to Koa's own handler, and the cause to the log", async () => {
    const app = new Koa().use(guard).use((ctx) => {
      ctx.body = 'root'
    })
    const logged = vi.fn()
    app.on('error', logged)
    const answer = await send(app, '/', { authorization: 'Bearer x' })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(answer.text).toBe('Unauthorized')
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'SB_TOKEN_MALFORMED' }),
      expect.anything(),
    )
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(200)
  })

  test('passes the error to a handler', async () => {
    const app = new Koa().use(async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        if (!isSealbearerError(error)) throw error
        ctx.status = error.status
        for (const [name, value] of Object.entries(error.headers ?? {})) ctx.set(name, [value].flat())
        ctx.body = { code: error.code, body: error.body }
      }
    })
    app.use(guard)
    const answer = await send(app, '/')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="users"'])
    expect(JSON.parse(answer.text)).toEqual({
      code: 'SB_CREDENTIALS_MISSING',
      body: { error_description: 'This resource requires an access token' },
    })
  })
})

test('a renewed session adds no errors to the log, and none to an error that is thrown', async () => {
  const renewing = createAuthenticator({
    verifier: users.verifier,
    renewal: {
      isPossible: () => true,
      renew: async () => ({
        token: (await users.authorization()).slice('Bearer '.length),
        headers: { 'Set-Cookie': ['a=1'] },
      }),
    },
  })
  const thrown = Object.assign(new Error('taken'), { status: 409, headers: { Allow: 'GET' } })
  const logged = vi.fn()
  const app = new Koa().use(requireAuth(renewing)).use((ctx) => {
    if (ctx.path === '/taken') throw thrown
    ctx.body = 'root'
  })
  app.on('error', logged)
  expect((await send(app, '/')).headers['set-cookie']).toEqual(['a=1'])
  expect(logged).not.toHaveBeenCalled()
  const answer = await send(app, '/taken')
  expect([answer.status, answer.headers['allow'], answer.headers['set-cookie']]).toEqual([
    409,
    'GET',
    ['a=1'],
  ])
  expect(logged).toHaveBeenCalledExactlyOnceWith(thrown, expect.anything())
  expect(thrown.headers).toEqual({ Allow: 'GET' })
})

describe('the handler for refusals', () => {
  testRefusalLogger(client, ({ guardLogger, logger, refusal }) => {
    const app = new Koa().use(createRefusalHandler({ logger }))
    app.silent = true
    app.use(requireAuth(authenticator, {}, { onFailure: 'throw', logger: guardLogger }))
    return app.use((ctx) => {
      if (refusal) throw refusal
      ctx.body = 'root'
    })
  })

  test('names an invalid option', () => {
    // @ts-expect-error there is no such option
    expect(() => createRefusalHandler({ log: console })).toThrow(/log/)
  })
})

test.each(['respond', 'throw'] as const)(
  'a verification that breaks never opens a route, onFailure: %s',
  async (onFailure) => {
    const handler = vi.fn()
    const app = new Koa().use(requireAuth(brokenAuthenticator, {}, { onFailure })).use(handler)
    app.silent = true
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(500)
    expect(handler).not.toHaveBeenCalled()
  },
)

describe('plain HTTP', () => {
  testPlainHttp(client, (trustProxy) => {
    const app = guarded()
    app.proxy = trustProxy
    return app
  })
})

describe('options', () => {
  test.each([
    // @ts-expect-error plain JavaScript can say anything
    { names: 'authenticator', make: () => requireAuth({}) },
    // @ts-expect-error there is no such member
    { names: 'scopes', make: () => requireAuth(authenticator, { scopes: 'a' }) },
    // @ts-expect-error there is no such option
    { names: 'onfailure', make: () => requireAuth(authenticator, {}, { onfailure: 'throw' }) },
    // @ts-expect-error there is no such value
    { names: 'onFailure', make: () => requireAuth(authenticator, {}, { onFailure: 'ignore' }) },
  ])('a wrong one is refused: $names', ({ make, names }) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(names)
  })

  test('takes all of its own', () => {
    expect(requireAuth(authenticator, { scope: 'a' }, { onFailure: 'respond' })).toBeTypeOf('function')
  })
})
