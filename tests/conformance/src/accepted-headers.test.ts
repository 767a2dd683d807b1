import { createServer, type RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import {
  type Authenticator,
  createAuthenticator,
  createIssuer,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import * as forExpress from '@sealbearer/express'
import * as forFastify from '@sealbearer/fastify'
import * as forHono from '@sealbearer/hono'
import * as forKoa from '@sealbearer/koa'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { HTTPException } from 'hono/http-exception'
import { streamText } from 'hono/streaming'
import Koa from 'koa'
import { beforeAll, describe, expect, test } from 'vitest'
import { audience, issuer } from './parties.js'

/** The answers of handlers behind a guard whose outcome has headers; each framework has its own ways to give them. */
type Handlers<Handler> = Readonly<Record<string, Handler>>

const serving = {
  Express(authenticator: Authenticator) {
    const shared = authenticator.refuse('SB_SCOPE_INSUFFICIENT')
    const handlers: Handlers<express.Handler> = {
      'an answer': (_, res) => void res.json({}),
      'its own cookie': (_, res) => void res.cookie('own', '1').json({}),
      'a redirect': (_, res) => res.redirect('/elsewhere'),
      'not modified': (_, res) => void res.status(304).end(),
      'a stream': (_, res) => void res.write('a', () => res.end('b')),
      'an error': () => {
        throw new Error('out of paper')
      },
      'an error with a status': (_, __, next) => next(Object.assign(new Error('taken'), { status: 409 })),
      'a refusal': () => {
        throw authenticator.refuse('SB_SCOPE_INSUFFICIENT')
      },
      'the same error each time': () => {
        throw shared
      },
      'nothing at all': (_, __, next) => next(),
    }
    const app = express().set('env', 'test').use(forExpress.requireAuth(authenticator))
    for (const [name, handler] of Object.entries(handlers)) app.get(pathOf(name), handler)
    return [handlers, async () => app.use(forExpress.answerRefusal) as RequestListener] as const
  },
  Koa(authenticator: Authenticator) {
    const shared = authenticator.refuse('SB_SCOPE_INSUFFICIENT')
    const handlers: Handlers<Koa.Middleware> = {
      'an answer': (ctx) => {
        ctx.body = {}
      },
      'its own cookie': (ctx) => {
        ctx.cookies.set('own', '1')
        ctx.body = {}
      },
      'a redirect': (ctx) => ctx.redirect('/elsewhere'),
      'not modified': (ctx) => {
        ctx.status = 304
      },
      'an error': () => {
        throw new Error('out of paper')
      },
      'an error with a status': (ctx) => ctx.throw(409, 'taken'),
      'an error with headers': (ctx) => ctx.throw(405, { headers: { Allow: 'POST' } }),
      'what is no error': () => {
        throw 'out of paper'
      },
      'a refusal': () => {
        throw authenticator.refuse('SB_SCOPE_INSUFFICIENT')
      },
      'the same error each time': () => {
        throw shared
      },
      'nothing at all': () => undefined,
    }
    const app = new Koa()
    app.silent = true
    app.use((ctx, next) => (ctx.query['answered'] === undefined ? next() : forKoa.answerRefusal(ctx, next)))
    app.use(forKoa.requireAuth(authenticator))
    app.use((ctx, next) => {
      const [, handler] = Object.entries(handlers).find(([name]) => pathOf(name) === ctx.path) ?? []
      return handler?.(ctx as Koa.ParameterizedContext, next)
    })
    return [handlers, async () => app.callback()] as const
  },
  Fastify(authenticator: Authenticator) {
    const shared = authenticator.refuse('SB_SCOPE_INSUFFICIENT')
    const handlers: Handlers<(request: unknown, reply: import('fastify').FastifyReply) => Promise<unknown>> =
      {
        'an answer': async () => ({}),
        'its own cookie': async (_, reply) => reply.header('set-cookie', 'own=1').send({}),
        'a redirect': async (_, reply) => reply.redirect('/elsewhere'),
        'not modified': async (_, reply) => reply.code(304).send(),
        'an error': async () => {
          throw new Error('out of paper')
        },
        'an error with a status': async () => {
          throw Object.assign(new Error('taken'), { statusCode: 409 })
        },
        'a refusal': async () => {
          throw authenticator.refuse('SB_SCOPE_INSUFFICIENT')
        },
        'a Response': async () => new Response('{}'),
        'a raw answer': async (_, reply) => {
          reply.hijack()
          reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: 1')
        },
        'the same error each time': async () => {
          throw shared
        },
        'nothing at all': async (_, reply) => reply.callNotFound(),
      }
    return [
      handlers,
      async () => {
        const app = fastify()
        await app.register(forFastify.sealbearer, { authenticator, protect: true })
        app.setErrorHandler((error, request, reply) => {
          if (error instanceof Error && error.name === 'SealbearerError')
            forFastify.answerRefusal(error, request, reply)
          else throw error
        })
        for (const [name, handler] of Object.entries(handlers)) app.get(pathOf(name), handler)
        await app.ready()
        return ((req, res) => app.routing(req, res)) as RequestListener
      },
    ] as const
  },
  Hono(authenticator: Authenticator) {
    const shared = authenticator.refuse('SB_SCOPE_INSUFFICIENT')
    const sharedResponse = new Response(null, { status: 204 })
    const handlers: Handlers<(c: import('hono').Context) => Response | Promise<Response>> = {
      'an answer': (c) => c.json({}),
      'its own cookie': (c) => {
        setCookie(c, 'own', '1')
        return c.json({})
      },
      'a redirect': (c) => c.redirect('/elsewhere'),
      'not modified': (c) => c.body(null, 304),
      'a stream': (c) => streamText(c, async (stream) => void (await stream.write('a'))),
      'a Response': () => new Response('{}'),
      'a Response with its own cookie': () => new Response('{}', { headers: { 'set-cookie': 'own=1' } }),
      'the same Response each time': () => sharedResponse,
      'a Response without a body': () => new Response(null, { status: 204 }),
      // Its headers cannot be changed.
      'a redirect as a Response': () => Response.redirect('https://app.example.com/elsewhere'),
      'what another server answered': () => fetch('data:application/json,{}'),
      'an error': () => {
        throw new Error('out of paper')
      },
      'an error with a status': () => {
        throw new HTTPException(409)
      },
      'an error with a Response': () => {
        throw new HTTPException(409, { res: new Response('taken', { status: 409 }) })
      },
      'a refusal': () => {
        throw authenticator.refuse('SB_SCOPE_INSUFFICIENT')
      },
      'the same error each time': () => {
        throw shared
      },
      'nothing at all': (c) => c.notFound() as Response,
    }
    const app = new Hono()
    app.use(forHono.requireAuth(authenticator))
    app.onError((error, c) =>
      'getResponse' in error ? (error as HTTPException).getResponse() : c.text('', 500),
    )
    for (const [name, handler] of Object.entries(handlers)) app.get(pathOf(name), handler)
    return [handlers, async () => getRequestListener(app.fetch) as RequestListener] as const
  },
} as const

const pathOf = (name: string): string => `/${name.replaceAll(' ', '-')}`

const refusal = 'a refusal'

describe.each(Object.entries(serving))('%s', (_, serve) => {
  const cookies = ['__Host-access=a; Path=/; Secure', '__Host-refresh=b; Path=/; Secure']
  let names: readonly string[]
  let send: (path: string, headers?: Record<string, string>) => Promise<Response>
  let token: string

  beforeAll(async () => {
    const keys = await generateKey('HS256')
    const parties = { issuer, audience, typ: 'at+jwt' }
    const tokens = createIssuer({
      ...parties,
      lifetime: '1m',
      signature: { algorithm: 'HS256', keys },
    })
    token = (await tokens.issue({ sub: 'user_1' })).token
    const authenticator = createAuthenticator({
      verifier: createVerifier({ ...parties, signature: { algorithms: ['HS256'], keys } }),
      renewal: {
        isPossible: () => true,
        renew: async () => ({ token, headers: { 'Set-Cookie': cookies, 'Cache-Control': 'no-store' } }),
      },
    })
    const [handlers, listener] = serve(authenticator)
    names = Object.keys(handlers)
    const server = createServer(await listener())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as import('node:net').AddressInfo
    send = (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', headers })
    return () => void server.close()
  })

  test('whatever a handler answers, the cookies of a renewed session are sent once', async () => {
    expect(names).toContain('a refusal')
    for (const name of names) {
      const { headers } = await send(pathOf(name))
      const own = name.endsWith('its own cookie') ? [expect.stringMatching(/^own=1/)] : []
      const kept = name === 'what is no error' ? [] : cookies
      const sent = headers.getSetCookie()
      expect([name, sent]).toEqual([name, expect.arrayContaining([...kept, ...own])])
      expect([name, sent.length]).toEqual([name, kept.length + own.length])
      if (kept.length > 0) expect([name, headers.get('cache-control')]).toEqual([name, 'no-store'])
    }
  })

  test('so are they with a refusal that the application answers', async () => {
    const answer = await send(`${pathOf(refusal)}?answered`)
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, cookies])
  })

  test('and never with the answer to another request', async () => {
    for (const name of names) {
      await send(pathOf(name))
      const { headers } = await send(pathOf(name), { authorization: `Bearer ${token}` })
      const others = headers.getSetCookie().filter((cookie) => !cookie.startsWith('own='))
      expect([name, others]).toEqual([name, []])
    }
  })
})
