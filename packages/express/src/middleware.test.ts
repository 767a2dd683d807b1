import { createServer } from 'node:http'
import express, { type ErrorRequestHandler, type Express } from 'express'
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
import { createRefusalHandler, getAuth, requireAuth, serve } from './index.js'

const { authenticator } = users
const client = createClient((app: Express) => createServer(app))
const { send, statusOf } = client

function guarded(): Express {
  const app = express()
  app.get('/me', requireAuth(authenticator), (req, res) => {
    res.json({ sub: getAuth(req).claims.sub })
  })
  app.all('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (_, res) => {
    res.send('orders')
  })
  app.get('/hello', requireAuth(authenticator, { optional: true }), (req, res) => {
    res.json({ sub: getAuth(req, authenticator, { optional: true })?.claims.sub ?? 'nobody' })
  })
  app.get('/staff', requireAuth(staff.authenticator), (req, res) => {
    res.json({ sub: getAuth(req, staff.authenticator).claims.sub })
  })
  return app
}

describe('a guarded route', () => {
  testGuardedRoute(client, guarded)

  test('continues synchronously if the guard responds synchronously', async () => {
    const app = express()
    const guard = requireAuth(authenticator, { optional: true })
    app.get('/', (req, res) => {
      let atOnce = false
      guard(req, res, () => {
        atOnce = true
      })
      res.json({ atOnce })
    })
    expect((await send(app, '/')).text).toBe('{"atOnce":true}')
  })

  test('guards a whole router, and routes in it again', async () => {
    const router = express.Router()
    router.get('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (_, res) => {
      res.send('orders')
    })
    const app = express().use('/api', requireAuth(authenticator), router)
    expect(await statusOf(app, '/api/nowhere')).toBe(401)
    expect(await statusOf(app, '/api/orders', { authorization: await users.authorization() })).toBe(403)
    expect(
      await statusOf(app, '/api/orders', { authorization: await users.authorization('orders:read') }),
    ).toBe(200)
  })
})

const senderApp: SenderApp<Express> = ({ authenticators, optional = false, logger, refusal }) => {
  const app = express().set('env', 'production')
  for (const one of authenticators) app.use(requireAuth(one, { optional }, { logger }))
  app.get('/', (req, res) => {
    if (refusal) throw refusal
    res.send(describeSender(() => getAuth(req)))
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
  function throwing(): Express {
    // In production Express answers with the status alone, not with a stack.
    const app = express().set('env', 'production')
    app.get('/', requireAuth(authenticator, {}, { onFailure: 'throw' }), (_, res) => {
      res.send('root')
    })
    return app
  }

  test("leaves status and challenge to Express's own handler, and the cause to the log", async () => {
    const answer = await send(throwing(), '/')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="users"'])
    expect(answer.text).not.toContain('token')
    expect(await statusOf(throwing(), '/', { authorization: await users.authorization() })).toBe(200)
  })

  test('passes the error to a handler', async () => {
    const app = throwing()
    const handler: ErrorRequestHandler = (error, _req, res, _next) => {
      res.status(error.status).set(error.headers).json({ code: error.code, body: error.body })
    }
    app.use(handler)
    const answer = await send(app, '/', { authorization: 'Bearer x' })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'SB_TOKEN_MALFORMED',
      body: { error: 'invalid_token' },
    })
  })
})

describe('the handler for refusals', () => {
  testRefusalLogger(client, ({ guardLogger, logger, refusal }) => {
    const app = express().set('env', 'test')
    const guard = requireAuth(authenticator, {}, { onFailure: 'throw', logger: guardLogger })
    app.get('/', guard, (_, res) => {
      if (refusal) throw refusal
      res.send('root')
    })
    return app.use(createRefusalHandler({ logger }))
  })

  test('names an invalid option', () => {
    // @ts-expect-error there is no such option
    expect(() => createRefusalHandler({ log: console })).toThrow(/log/)
  })
})

test.each(['respond', 'throw'] as const)(
  'a verification that breaks never opens a route, onFailure: %s',
  async (onFailure) => {
    const app = express().set('env', 'test')
    const handler = vi.fn()
    app.get('/', requireAuth(brokenAuthenticator, {}, { onFailure }), handler)
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(500)
    expect(handler).not.toHaveBeenCalled()
  },
)

test('errors of an endpoint are passed to next, without a rejected promise', async () => {
  const broken = serve(() => Promise.reject(new Error('broken')))
  const app = express()
  app.get('/', (req, res) => {
    // As Express 4 calls a handler: whatever it returns is nobody's.
    const returned = broken(req, res, (error) => void res.status(500).send(String(error)))
    void returned.catch(() => expect.unreachable())
  })
  expect(await statusOf(app, '/', {})).toBe(500)
})

describe('plain HTTP', () => {
  testPlainHttp(client, (trustProxy) => guarded().set('trust proxy', trustProxy))
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
