import { once } from 'node:events'
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  bearer,
  cookie,
  createAuthenticator,
  createIssuer,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { getAuth, requireAuth } from './index.js'

const key = await generateKey('ES256', { kid: 'test' })

function party(name: string) {
  const issuedFor = {
    issuer: `https://${name}.example.com`,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
  }
  const issuer = createIssuer({ ...issuedFor, lifetime: '5m', signature: { algorithm: 'ES256', keys: key } })
  const verifier = createVerifier({ ...issuedFor, signature: { algorithms: ['ES256'], keys: key } })
  const authenticator = createAuthenticator({
    verifier,
    realm: name,
    credentials: [bearer(), cookie('access')],
  })
  return {
    authenticator,
    issuedFor,
    authorization: async (scope?: string) => {
      const { token } = await issuer.issue({
        sub: `user of ${name}`,
        ...(scope === undefined ? {} : { scope }),
      })
      return `Bearer ${token}`
    },
  }
}

const users = party('users')
const staff = party('staff')
const { authenticator } = users

const stops: (() => unknown)[] = []
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())))

/** Unlike fetch, it can send a header twice. */
async function send(app: Express, path: string, headers: OutgoingHttpHeaders = {}, method = 'GET') {
  const server = createServer(app).listen(0, '127.0.0.1')
  stops.push(() => server.close())
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }).end()
  const [incoming]: IncomingMessage[] = await once(request, 'response')
  if (incoming === undefined) throw new Error('no response')
  const text = Buffer.concat(await incoming.toArray()).toString()
  return { status: incoming.statusCode, headers: incoming.headers, text }
}

const statusOf = async (...request: Parameters<typeof send>) => (await send(...request)).status

function guarded(): Express {
  const app = express()
  app.get('/me', requireAuth(authenticator), (req, res) => {
    res.json({ sub: req.auth.claims.sub })
  })
  app.all('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (_, res) => {
    res.send('orders')
  })
  return app
}

describe('a guarded route', () => {
  test('lets a good token through, and says whose it is', async () => {
    const answer = await send(guarded(), '/me', { authorization: await users.authorization() })
    expect([answer.status, answer.text]).toEqual([200, '{"sub":"user of users"}'])
  })

  test.each([
    {
      title: 'nobody',
      headers: async () => ({}),
      status: 401,
      challenge: 'Bearer realm="users"',
      body: { error_description: 'This resource requires an access token' },
    },
    {
      title: 'a token of another issuer',
      headers: async () => ({ authorization: await staff.authorization() }),
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
      headers: async () => ({ authorization: ['Basic dTpw', await users.authorization('orders:read')] }),
      status: 400,
      challenge: expect.stringContaining('error="invalid_request"'),
      body: {
        error: 'invalid_request',
        error_description: 'The request is malformed, or was not sent in a permitted way',
      },
    },
  ])('refuses $title', async ({ headers, status, challenge, body }) => {
    const answer = await send(guarded(), '/orders', await headers())
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({
      'www-authenticate': challenge,
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(JSON.stringify(body).length),
    })
    expect(answer.headers).not.toHaveProperty('etag')
    expect(answer.text).toBe(JSON.stringify(body))
    expect(
      await statusOf(guarded(), '/orders', { authorization: await users.authorization('orders:read') }),
    ).toBe(200)
  })

  test('refuses HEAD like GET, without a body', async () => {
    const answer = await send(guarded(), '/me', {}, 'HEAD')
    expect([answer.status, answer.text]).toEqual([401, ''])
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="users"')
    expect(await statusOf(guarded(), '/me', { authorization: await users.authorization() }, 'HEAD')).toBe(200)
  })

  test('asks an unsafe request with a cookie where it comes from', async () => {
    const headers = { cookie: `access=${(await users.authorization('orders:read')).slice(7)}` }
    expect(await statusOf(guarded(), '/orders', headers)).toBe(200)
    expect(await statusOf(guarded(), '/orders', headers, 'POST')).toBe(403)
    expect(
      await statusOf(guarded(), '/orders', { ...headers, 'sec-fetch-site': 'same-origin' }, 'POST'),
    ).toBe(200)
  })

  test('may be open to those without credentials, never to those with bad ones', async () => {
    const app = express()
    app.get('/', requireAuth(authenticator, { optional: true }), (req, res) => {
      res.json({ sub: getAuth(req, authenticator, { optional: true })?.claims.sub ?? 'nobody' })
    })
    expect((await send(app, '/')).text).toBe('{"sub":"nobody"}')
    expect((await send(app, '/', { authorization: await users.authorization() })).text).toBe(
      '{"sub":"user of users"}',
    )
    expect(await statusOf(app, '/', { authorization: 'Bearer x' })).toBe(401)
  })

  test('goes on at once where the guard answers at once', async () => {
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

  test('has guards of two authenticators side by side', async () => {
    const app = express()
    app.get('/staff', requireAuth(staff.authenticator), (req, res) => {
      res.json({ sub: getAuth(req, staff.authenticator).claims.sub })
    })
    expect(await statusOf(app, '/staff', { authorization: await users.authorization() })).toBe(401)
    expect((await send(app, '/staff', { authorization: await staff.authorization() })).text).toBe(
      '{"sub":"user of staff"}',
    )
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

  test('hands the error to a handler', async () => {
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

test.each(['respond', 'throw'] as const)(
  'a verification that breaks never opens a route, onFailure: %s',
  async (onFailure) => {
    const verifier = createVerifier({
      ...users.issuedFor,
      signature: { algorithms: ['ES256'], keys: key },
      now: () => {
        throw new Error('the clock stopped')
      },
    })
    const app = express().set('env', 'test')
    const handler = vi.fn()
    app.get('/', requireAuth(createAuthenticator({ verifier }), {}, { onFailure }), handler)
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(500)
    expect(handler).not.toHaveBeenCalled()
  },
)

describe('plain HTTP', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }

  test.each([
    { title: 'is refused where a proxy forwards it', trust: false, headers: forwarded, status: 400 },
    { title: 'may end at a trusted proxy', trust: true, headers: forwarded, status: 200 },
    {
      title: 'is refused where a trusted proxy was asked by plain HTTP',
      trust: true,
      headers: { ...forwarded, 'x-forwarded-proto': 'http' },
      status: 400,
    },
    { title: 'is fine from the machine itself', trust: false, headers: {}, status: 200 },
  ])('$title', async ({ trust, headers, status }) => {
    const app = guarded().set('trust proxy', trust)
    expect(await statusOf(app, '/me', { ...headers, authorization: await users.authorization() })).toBe(
      status,
    )
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
