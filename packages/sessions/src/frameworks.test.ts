import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type Authenticator, createAuthenticator, createVerifier, generateKey } from '@sealbearer/core'
import * as forExpress from '@sealbearer/express'
import forFastify, * as fastifyAdapter from '@sealbearer/fastify'
import * as forHono from '@sealbearer/hono'
import * as forKoa from '@sealbearer/koa'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkCsrf } from './check-csrf.js'
import { createSessionCookies, type SessionCookies } from './session-cookies.js'
import { setUp } from './testing/setup.js'

interface Logger {
  info(fields: { readonly code: string; readonly parameter: string | undefined }, message: string): void
}

interface Parts {
  readonly authenticator: Authenticator
  readonly cookies: SessionCookies
  readonly logger: Logger
}

/** Each serves `/orders` for those who are logged in, and the two endpoints of the cookies. */
const frameworks: Readonly<Record<string, (parts: Parts) => Promise<Server>>> = {
  async Express({ authenticator, cookies, logger }) {
    const app = express()
    app.all(
      '/orders',
      forExpress.requireAuth(authenticator),
      (_, response) => void response.json({ ok: true }),
    )
    app.post('/login', (request, response) => {
      checkCsrf(request)
      response.status(204).end()
    })
    app.post('/session/renew', forExpress.serve(cookies.renew, { logger }))
    app.post('/session/logout', forExpress.serve(cookies.logout, { logger }))
    app.post('/session/logout-everywhere', forExpress.serve(cookies.logoutEverywhere, { logger }))
    return createServer(app)
  },
  async Fastify({ authenticator, cookies, logger }) {
    const write = (line: string): void => {
      const { msg, ...fields } = JSON.parse(line)
      if (msg === 'request refused') logger.info(fields, msg)
    }
    const app = Fastify({ logger: { stream: { write } } })
    await app.register(forFastify, { authenticator })
    app.all('/orders', { onRequest: app.requireAuth() }, async () => ({ ok: true }))
    app.post('/login', async (request, reply) => {
      checkCsrf(request.raw)
      return reply.code(204).send()
    })
    app.post('/session/renew', fastifyAdapter.serve(cookies.renew))
    app.post('/session/logout', fastifyAdapter.serve(cookies.logout))
    app.post('/session/logout-everywhere', fastifyAdapter.serve(cookies.logoutEverywhere))
    await app.ready()
    return app.server
  },
  async Hono({ authenticator, cookies, logger }) {
    const app = new Hono()
    app.all('/orders', forHono.requireAuth(authenticator), (c) => c.json({ ok: true }))
    app.post('/login', (c) => {
      checkCsrf(c.req.raw)
      return c.body(null, 204)
    })
    app.post('/session/renew', forHono.serve(cookies.renew, { logger }))
    app.post('/session/logout', forHono.serve(cookies.logout, { logger }))
    app.post('/session/logout-everywhere', forHono.serve(cookies.logoutEverywhere, { logger }))
    // Over HTTP/1.
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
  async Koa({ authenticator, cookies, logger }) {
    const app = new Koa()
    for (const endpoint of [cookies.renew, cookies.logout, cookies.logoutEverywhere]) {
      app.use(forKoa.serve(endpoint, { logger }))
    }
    app.silent = true
    app.use((ctx, next) => {
      if (ctx.path !== '/login') return next()
      checkCsrf(ctx.req)
      ctx.status = 204
      return undefined
    })
    app.use(forKoa.requireAuth(authenticator)).use((ctx) => {
      ctx.body = { ok: true }
    })
    return createServer(app.callback())
  },
}

type Serve = (parts: Parts & { readonly logIn: () => Promise<string[]> }) => Promise<Server>

const optional = { optional: true }

/** Each guards the whole application, logins and logouts included, and writes the cookies of a login in one way. */
const guardedThroughout: Readonly<Record<string, Serve>> = {
  async 'Express, append'({ authenticator, cookies, logIn }) {
    const app = express().use(forExpress.requireAuth(authenticator, optional))
    app.post('/login', async (_, response) => {
      response
        .append('Set-Cookie', await logIn())
        .status(204)
        .end()
    })
    return createServer(app.post('/session/logout', forExpress.serve(cookies.logout)))
  },
  async 'Express, set'({ authenticator, cookies, logIn }) {
    const app = express().use(forExpress.requireAuth(authenticator, optional))
    app.post('/login', async (_, response) => {
      response
        .set('Set-Cookie', await logIn())
        .status(204)
        .end()
    })
    return createServer(app.post('/session/logout', forExpress.serve(cookies.logout)))
  },
  async Fastify({ authenticator, cookies, logIn }) {
    const app = Fastify()
    await app.register(forFastify, { authenticator })
    app.addHook('onRequest', fastifyAdapter.requireAuth(authenticator, optional))
    app.post('/login', async (_, reply) =>
      reply
        .header('Set-Cookie', await logIn())
        .code(204)
        .send(),
    )
    app.post('/session/logout', fastifyAdapter.serve(cookies.logout))
    await app.ready()
    return app.server
  },
  async 'Hono, c.header'({ authenticator, cookies, logIn }) {
    const app = new Hono()
    app.use(forHono.requireAuth(authenticator, optional))
    app.post('/login', async (c) => {
      for (const cookie of await logIn()) c.header('Set-Cookie', cookie, { append: true })
      return c.body(null, 204)
    })
    app.post('/session/logout', forHono.serve(cookies.logout))
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
  async 'Hono, c.json'({ authenticator, cookies, logIn }) {
    const app = new Hono()
    app.use(forHono.requireAuth(authenticator, optional))
    app.post('/login', async (c) => c.json({}, 200, { 'Set-Cookie': await logIn() }))
    app.post('/session/logout', forHono.serve(cookies.logout))
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
  async 'Hono, a Response'({ authenticator, cookies, logIn }) {
    const app = new Hono()
    app.use(forHono.requireAuth(authenticator, optional))
    app.post('/login', async () => {
      const headers = (await logIn()).map((cookie): [string, string] => ['Set-Cookie', cookie])
      return new Response(null, { status: 204, headers })
    })
    app.post('/session/logout', forHono.serve(cookies.logout))
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
  async 'Koa, append'({ authenticator, cookies, logIn }) {
    const app = new Koa().use(forKoa.requireAuth(authenticator, optional)).use(forKoa.serve(cookies.logout))
    app.use(async (ctx) => {
      ctx.append('Set-Cookie', await logIn())
      ctx.status = 204
    })
    return createServer(app.callback())
  },
  async 'Koa, set'({ authenticator, cookies, logIn }) {
    const app = new Koa().use(forKoa.requireAuth(authenticator, optional)).use(forKoa.serve(cookies.logout))
    app.use(async (ctx) => {
      ctx.set('Set-Cookie', await logIn())
      ctx.status = 204
    })
    return createServer(app.callback())
  },
}

async function start(serve: Serve) {
  const key = await generateKey('HS256')
  const made = await setUp({}, key)
  const cookies = createSessionCookies(made.sessions, { access: '__Host-access', refresh: '__Host-refresh' })
  const authenticator = createAuthenticator({
    verifier: createVerifier({
      ...{ issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' },
      signature: { algorithms: ['HS256'], keys: key },
      revocations: made.revocations,
      now: made.now,
    }),
    credentials: [cookies.credentials],
    renewal: cookies.renewal,
  })
  const logged: (readonly (string | undefined)[])[] = []
  const logger: Logger = {
    info: ({ code, parameter }, message) => logged.push([message, code, parameter]),
  }
  const logIn = async () => cookies.start(await made.sessions.start({ sub: 'user_2' }))
  const server = await serve({ authenticator, cookies, logger, logIn })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo

  const jar = new Map<string, string>()
  const take = (lines: readonly string[]): void => {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (line.includes('Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
    }
  }
  const send = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: Object.entries({ cookie, 'sec-fetch-site': 'same-origin', ...headers }).filter(
        ([, value]) => value !== '',
      ),
    })
    take(response.headers.getSetCookie())
    return response
  }
  return { ...made, cookies, jar, take, send, logged }
}

/** What changes something, in an order in which our own page can send all of them. */
const paths = ['/login', '/orders', '/session/renew', '/session/logout-everywhere', '/session/logout']

/** How browsers mark what pages of others send; the empty names take away what the test sends otherwise. */
const foreignPages: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  { 'sec-fetch-site': 'same-site', origin: 'https://evil.app.example.com' },
  { 'sec-fetch-site': 'cross-site', origin: 'null' },
  // Browsers without Sec-Fetch-Site.
  { 'sec-fetch-site': '', origin: 'https://evil.example' },
  { 'sec-fetch-site': '', origin: 'null' },
  { 'sec-fetch-site': '' },
]

describe.each(Object.keys(frameworks))('%s', (name) => {
  const serve = frameworks[name] ?? (() => Promise.reject(new Error(name)))

  test('renews on the way in, in parallel too, and logs out', async () => {
    const { jar, take, send, cookies, sessions, pass, events } = await start(serve)
    expect((await send('GET', '/orders')).status).toBe(401)
    take(cookies.start(await sessions.start({ sub: 'user_1' })))
    expect((await send('GET', '/orders')).status).toBe(200)
    pass(901)
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('GET', '/orders')))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await (await send('GET', '/orders')).json()).toEqual({ ok: true })
    jar.delete('__Host-access')
    expect((await send('GET', '/orders')).status).toBe(200)
    expect(jar.has('__Host-access')).toBe(true)
    expect(events.filter(({ type }) => type === 'renewed')).toHaveLength(2)
    expect((await send('POST', '/session/logout', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await send('POST', '/session/logout')).status).toBe(204)
    expect(jar.size).toBe(0)
    expect((await send('GET', '/orders')).status).toBe(401)
  })

  test('lets its own pages log in, renew and log out, and no others', async () => {
    const { jar, take, send, cookies, sessions, events, pass } = await start(serve)
    take(cookies.start(await sessions.start({ sub: 'user_1' })))
    pass(901)
    const before = new Map(jar)
    for (const path of paths) {
      for (const headers of foreignPages) {
        const { status } = await send('POST', path, headers)
        expect([path, headers, status]).toEqual([path, headers, 403])
      }
    }
    expect(jar).toEqual(before)
    expect(events.map(({ type }) => type)).toEqual(['started'])
    for (const path of paths) expect([path, (await send('POST', path)).ok]).toEqual([path, true])
  })

  test('logs out everywhere', async () => {
    const { jar, take, send, cookies, sessions } = await start(serve)
    await sessions.start({ sub: 'user_1' })
    take(cookies.start(await sessions.start({ sub: 'user_1' })))
    expect((await send('POST', '/session/logout-everywhere')).status).toBe(204)
    expect([jar.size, await sessions.list('user_1')]).toEqual([0, []])
    expect((await send('POST', '/session/logout-everywhere')).status).toBe(400)
  })

  test('logs why an endpoint refuses', async () => {
    const { send, take, cookies, sessions, logged } = await start(serve)
    take(cookies.start(await sessions.start({ sub: 'user_1' })))
    await send('POST', '/session/logout', { 'sec-fetch-site': 'cross-site' })
    await send('POST', '/session/logout')
    await send('POST', '/session/logout-everywhere')
    expect(logged).toEqual([
      ['request refused', 'SB_CSRF', 'sec-fetch-site'],
      ['request refused', 'SB_REFRESH_REFUSED', undefined],
    ])
  })

  test('renews at its endpoint', async () => {
    const { jar, take, send, cookies, sessions, pass } = await start(serve)
    take(cookies.start(await sessions.start({ sub: 'user_1' })))
    pass(901)
    const answer = await send('POST', '/session/renew')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await answer.json()).toEqual({ expiresIn: 900 })
    await sessions.endAll('user_1')
    const over = await send('POST', '/session/renew')
    expect([over.status, await over.json()]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'The refresh token is invalid, expired or was revoked' },
    ])
    expect(jar.size).toBe(0)
  })

  test('clears the cookies of a session that is over with its refusal', async () => {
    const { jar, take, send, cookies, sessions, pass } = await start(serve)
    take(cookies.start(await sessions.start({ sub: 'user_1' })))
    await sessions.endAll('user_1')
    pass(901)
    expect((await send('GET', '/orders')).status).toBe(401)
    expect(jar.size).toBe(0)
  })
})

describe.each(Object.entries(guardedThroughout))('a guard of everything: %s', (_, serve) => {
  test.each([
    { title: 'is renewed', isOver: false },
    { title: 'is over', isOver: true },
  ])(
    'a request whose session $title on the way in can log in as another user, and log out',
    async (session) => {
      const { jar, take, send, cookies, sessions, pass } = await start(serve)
      take(cookies.start(await sessions.start({ sub: 'user_1' })))
      pass(901)
      if (session.isOver) await sessions.endAll('user_1')
      expect((await send('POST', '/login')).ok).toBe(true)
      const refreshToken = jar.get('__Host-refresh') ?? ''
      expect((await sessions.renew(refreshToken)).session.sub).toBe('user_2')
      jar.delete('__Host-access')
      expect((await send('POST', '/session/logout')).status).toBe(204)
      expect([...jar.keys(), ...(await sessions.list('user_2'))]).toEqual([])
    },
  )
})
