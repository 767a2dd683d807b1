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

interface Parts {
  readonly authenticator: Authenticator
  readonly cookies: SessionCookies
}

/** Each serves `/orders` for those who are logged in, and the two endpoints of the cookies. */
const frameworks: Readonly<Record<string, (parts: Parts) => Promise<Server>>> = {
  async Express({ authenticator, cookies }) {
    const app = express()
    app.get(
      '/orders',
      forExpress.requireAuth(authenticator),
      (_, response) => void response.json({ ok: true }),
    )
    app.post('/login', (request, response) => {
      checkCsrf(request)
      response.status(204).end()
    })
    app.post('/session/renew', forExpress.serve(cookies.renew))
    app.post('/session/logout', forExpress.serve(cookies.logout))
    return createServer(app)
  },
  async Fastify({ authenticator, cookies }) {
    const app = Fastify()
    await app.register(forFastify, { authenticator })
    app.get('/orders', { onRequest: app.requireAuth() }, async () => ({ ok: true }))
    app.post('/login', async (request, reply) => {
      checkCsrf(request.raw)
      return reply.code(204).send()
    })
    app.post('/session/renew', fastifyAdapter.serve(cookies.renew))
    app.post('/session/logout', fastifyAdapter.serve(cookies.logout))
    await app.ready()
    return app.server
  },
  async Hono({ authenticator, cookies }) {
    const app = new Hono()
    app.get('/orders', forHono.requireAuth(authenticator), (c) => c.json({ ok: true }))
    app.post('/login', (c) => {
      checkCsrf(c.req.raw)
      return c.body(null, 204)
    })
    app.post('/session/renew', forHono.serve(cookies.renew))
    app.post('/session/logout', forHono.serve(cookies.logout))
    // Over HTTP/1.
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
  async Koa({ authenticator, cookies }) {
    const app = new Koa()
    app.use(forKoa.serve(cookies.renew)).use(forKoa.serve(cookies.logout))
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

async function start(serve: (parts: Parts) => Promise<Server>) {
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
  const server = await serve({ authenticator, cookies })
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
      headers: { ...(cookie !== '' && { cookie }), 'sec-fetch-site': 'same-origin', ...headers },
    })
    take(response.headers.getSetCookie())
    return response
  }
  return { ...made, cookies, jar, take, send }
}

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

  test('lets its own pages log in, and no others', async () => {
    const { send } = await start(serve)
    expect((await send('POST', '/login')).status).toBe(204)
    expect((await send('POST', '/login', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
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
