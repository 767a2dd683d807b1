import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import fastifyCookie from '@fastify/cookie'
import fastifyWebsocket from '@fastify/websocket'
import { type Authenticator, isSealbearerError } from '@sealbearer/core'
import Fastify, { type FastifyInstance, type FastifyServerOptions, type RouteOptions } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  brokenAuthenticator,
  createClient,
  staff,
  testGuardedRoute,
  testPlainHttp,
  users,
} from '#adapter-tests'
import sealbearer, { answerRefusal, getAuth, sealbearer as named, requireAuth } from './index.js'

const { authenticator } = users

const opened: FastifyInstance[] = []
afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())))

function newApp(options: FastifyServerOptions = {}): FastifyInstance {
  const app = Fastify(options)
  opened.push(app)
  return app
}

async function listen(app: FastifyInstance): Promise<AddressInfo> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  // A server on TCP has an address of this kind.
  return app.server.address() as AddressInfo
}

const client = createClient(async (app: FastifyInstance) => {
  if (!app.server.listening) await listen(app)
  return app.server
})
const { send, statusOf } = client

describe('a guarded route', () => {
  async function guarded(): Promise<FastifyInstance> {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    app.get('/me', { onRequest: app.requireAuth() }, async ({ auth }) => ({ sub: auth.claims.sub }))
    app.all('/orders', { onRequest: app.requireAuth({ scope: 'orders:read' }) }, async () => 'orders')
    app.get('/hello', { onRequest: app.requireAuth({ optional: true }) }, async (request) => {
      return { sub: getAuth(request, authenticator, { optional: true })?.claims.sub ?? 'nobody' }
    })
    app.get('/staff', { onRequest: requireAuth(staff.authenticator) }, async (request) => {
      return { sub: getAuth(request, staff.authenticator).claims.sub }
    })
    return app
  }

  testGuardedRoute(client, guarded)

  test('answers the same through app.inject', async () => {
    const app = await guarded()
    const refused = await app.inject('/me')
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer realm="users"'])
    const headers = { authorization: await users.authorization() }
    expect((await app.inject({ url: '/me', headers })).json()).toEqual({ sub: 'user of users' })
  })

  test('keeps its answer where the route has a schema for refusals', async () => {
    const app = await guarded()
    const response = {
      '4xx': { type: 'object', properties: { other: { type: 'string' } }, required: ['other'] },
    }
    app.get('/schema', { schema: { response }, onRequest: app.requireAuth() }, async () => ({}))
    const answer = await send(app, '/schema')
    expect([answer.status, answer.text]).toEqual([
      401,
      '{"error_description":"This resource requires an access token"}',
    ])
  })

  test('leaves request.auth undefined if no guard ran', async () => {
    const app = await guarded()
    app.get('/open', async (request) => ({ auth: request.auth ?? 'nobody' }))
    expect((await send(app, '/open', { authorization: await users.authorization() })).text).toBe(
      '{"auth":"nobody"}',
    )
  })

  test('continues synchronously if the guard responds synchronously', async () => {
    const app = await guarded()
    const guard = requireAuth(authenticator, { optional: true })
    let atOnce = false
    app.get(
      '/sync',
      {
        onRequest(request, reply, done) {
          guard(request, reply, () => {
            atOnce = true
          })
          if (atOnce) done()
        },
      },
      async () => ({ atOnce }),
    )
    expect((await send(app, '/sync')).text).toBe('{"atOnce":true}')
  })

  test('works over HTTP/2', async () => {
    const app = Fastify({ http2: true })
    try {
      app.get('/me', { onRequest: requireAuth(authenticator) }, async (request) => {
        return { sub: getAuth(request, authenticator).claims.sub }
      })
      const client = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
      const ask = async (headers: Record<string, string>) => {
        const stream = client.request({ ':path': '/me', ...headers })
        const [received] = await once(stream, 'response')
        return [received[':status'], Buffer.concat(await stream.toArray()).toString()]
      }
      expect(await ask({ authorization: await users.authorization() })).toEqual([
        200,
        '{"sub":"user of users"}',
      ])
      expect(await ask({})).toEqual([401, '{"error_description":"This resource requires an access token"}'])
      client.close()
    } finally {
      await app.close()
    }
  })
})

describe('protect: true', () => {
  async function protectedApp(): Promise<FastifyInstance> {
    const app = newApp()
    await app.register(named, { authenticator, protect: true })
    return app
  }

  test('guards routes, their HEAD twins and routes of plugins inside', async () => {
    const app = await protectedApp()
    app.get('/', async () => 'root')
    await app.register(
      async (child) => {
        child.get('/', async () => 'child')
        child.post('/', async () => 'child')
      },
      { prefix: '/child' },
    )
    const authorization = await users.authorization()
    for (const [path, method] of [
      ['/', 'GET'],
      ['/', 'HEAD'],
      ['/child', 'GET'],
      ['/child/', 'GET'],
      ['/child/', 'HEAD'],
      ['/child', 'POST'],
    ] as const) {
      expect([path, method, await statusOf(app, path, {}, method)]).toEqual([path, method, 401])
      expect(await statusOf(app, path, { authorization }, method)).toBe(200)
    }
  })

  test('leaves public routes open, HEAD included', async () => {
    const app = await protectedApp()
    app.get('/health', { config: { auth: false } }, async () => 'well')
    expect(await statusOf(app, '/health')).toBe(200)
    expect(await statusOf(app, '/health', {}, 'HEAD')).toBe(200)
  })

  test('requires what the route declares, instead of any token', async () => {
    const app = await protectedApp()
    app.get('/orders', { config: { auth: { scope: 'orders:read' } } }, async () => 'orders')
    app.get('/hello', { config: { auth: { optional: true } } }, async () => 'hello')
    expect(await statusOf(app, '/orders', { authorization: await users.authorization() })).toBe(403)
    expect(await statusOf(app, '/orders', { authorization: await users.authorization('orders:read') })).toBe(
      200,
    )
    expect(await statusOf(app, '/hello')).toBe(200)
  })

  test('leaves the answer where there is no route alone', async () => {
    const app = await protectedApp()
    app.get('/', async () => 'root')
    expect(await statusOf(app, '/nowhere')).toBe(404)
    expect(await statusOf(app, '/')).toBe(401)
  })

  test('lets that answer be guarded by hand', async () => {
    const app = await protectedApp()
    app.setNotFoundHandler({ preHandler: app.requireAuth() }, (_, reply) => reply.code(404).send('nothing'))
    expect(await statusOf(app, '/nowhere')).toBe(401)
    expect(await statusOf(app, '/nowhere', { authorization: await users.authorization() })).toBe(404)
  })

  test('guards that answer by its own config too', async () => {
    const app = await protectedApp()
    // Fastify keeps a config there, though its types have none.
    const options = { config: { auth: { scope: 'orders:read' } } }
    app.setNotFoundHandler(options as object, (_, reply) => reply.code(404).send('nothing'))
    expect(await statusOf(app, '/nowhere')).toBe(401)
    expect(await statusOf(app, '/nowhere', { authorization: await users.authorization() })).toBe(403)
    expect(await statusOf(app, '/nowhere', { authorization: await users.authorization('orders:read') })).toBe(
      404,
    )
  })

  test('lets the hooks of the scope go first, so that a preflight needs no token', async () => {
    const app = await protectedApp()
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('access-control-allow-origin', 'https://app.example.com')
      if (request.method === 'OPTIONS') reply.code(204).send()
      else done()
    })
    app.options('/orders', async () => 'never reached')
    app.get('/orders', async () => 'orders')
    expect(await statusOf(app, '/orders', {}, 'OPTIONS')).toBe(204)
    const refused = await send(app, '/orders')
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([
      401,
      'https://app.example.com',
    ])
  })
})

describe('routes added before Fastify has loaded the plugin', () => {
  function hasty(protect: boolean): FastifyInstance {
    const app = newApp()
    app.register(sealbearer, { authenticator, protect })
    app.get('/', async () => 'root')
    app.get('/open', { config: { auth: false } }, async () => 'open')
    app.get('/orders', { config: { auth: { scope: 'orders:read' } } }, async () => 'orders')
    return app
  }

  test.each([
    { protect: true, root: 401 },
    { protect: false, root: 200 },
  ])('are guarded all the same with protect: $protect', async ({ protect, root }) => {
    const app = hasty(protect)
    expect(await statusOf(app, '/')).toBe(root)
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(200)
    expect(await statusOf(app, '/open')).toBe(200)
    expect(await statusOf(app, '/nowhere')).toBe(404)
    expect(await statusOf(app, '/orders')).toBe(401)
    expect(await statusOf(app, '/orders', { authorization: await users.authorization() })).toBe(403)
    expect(await statusOf(app, '/orders', { authorization: await users.authorization('orders:read') })).toBe(
      200,
    )
  })

  test('are never open by a mistake in config.auth', async () => {
    const app = hasty(false)
    app.get('/mistake', { config: { auth: true } }, async () => 'reached')
    const answer = await send(app, '/mistake', { authorization: await users.authorization() })
    expect([answer.status, answer.text.includes('reached')]).toEqual([500, false])
  })
})

describe('config.auth', () => {
  test('guards a route without protect', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    app.get('/open', async () => 'open')
    app.get('/closed', { config: { auth: {} } }, async () => 'closed')
    expect(await statusOf(app, '/open')).toBe(200)
    expect(await statusOf(app, '/closed')).toBe(401)
    expect(await statusOf(app, '/closed', {}, 'HEAD')).toBe(401)
    expect(await statusOf(app, '/closed', { authorization: await users.authorization() })).toBe(200)
  })

  test('runs before the hooks of its route', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    const seen: unknown[] = []
    const look = async (request: { auth?: { claims: { sub?: unknown } } }) => {
      seen.push(request.auth?.claims.sub)
    }
    app.get('/one', { config: { auth: {} }, onRequest: look }, async () => 'one')
    app.get('/two', { config: { auth: {} }, onRequest: [look, look] }, async () => 'two')
    const authorization = await users.authorization()
    expect(await statusOf(app, '/one')).toBe(401)
    expect(await statusOf(app, '/one', { authorization })).toBe(200)
    expect(await statusOf(app, '/two', { authorization })).toBe(200)
    expect(seen).toEqual(Array(3).fill('user of users'))
  })

  test.each([
    { title: 'true', auth: true },
    { title: 'null', auth: null },
    { title: 'text', auth: 'orders:read' },
    { title: 'a list', auth: ['orders:read'] },
    { title: 'an unknown member', auth: { scopes: 'orders:read' } },
    { title: 'an empty list', auth: { scope: [] } },
  ])('refuses $title when the route is added', async ({ auth }) => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    // @ts-expect-error plain JavaScript can say anything
    expect(() => app.get('/', { config: { auth } }, async () => 'reached')).toThrow(TypeError)
    app.get('/twin', { config: { auth: { scope: 'orders:read' } } }, async () => 'reached')
    expect(await statusOf(app, '/twin')).toBe(401)
  })
})

describe('changes of routes by other plugins', () => {
  // Each runs after the hook of the plugin.
  test.each<{ title: string; onRoute: (route: RouteOptions) => void }>([
    { title: 'other hooks', onRoute: (route) => Object.assign(route, { onRequest: [] }) },
    { title: 'no hooks', onRoute: (route) => Reflect.deleteProperty(route, 'onRequest') },
    { title: 'another config', onRoute: (route) => Object.assign(route, { config: {} }) },
    { title: 'neither', onRoute: (route) => Object.assign(route, { config: {}, onRequest: [] }) },
  ])('never opens them: $title', async ({ onRoute }) => {
    const app = newApp()
    await app.register(sealbearer, { authenticator, protect: true })
    app.addHook('onRoute', onRoute)
    app.get('/', async () => 'root')
    for (const method of ['GET', 'HEAD']) {
      expect(await statusOf(app, '/', {}, method)).toBe(401)
      expect(await statusOf(app, '/', { authorization: await users.authorization() }, method)).toBe(200)
    }
  })

  test('declares what a route requires', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    app.addHook('onRoute', (route) => {
      if (route.url === '/orders') route.config = { ...route.config, auth: { scope: 'orders:read' } }
    })
    app.get('/orders', async () => 'orders')
    app.get('/open', async () => 'open')
    expect(await statusOf(app, '/orders', { authorization: await users.authorization() })).toBe(403)
    expect(await statusOf(app, '/orders', { authorization: await users.authorization('orders:read') })).toBe(
      200,
    )
    expect(await statusOf(app, '/open')).toBe(200)
  })

  test.each(['/orders', '/copy'])('keeps a route and its open copy apart, %s first', async (first) => {
    const app = newApp()
    await app.register(sealbearer, { authenticator, protect: true })
    app.addHook('onRoute', function (route) {
      const copy = { ...route, url: '/copy', config: { ...route.config, auth: false } } as const
      if (route.url === '/orders' && route.method === 'GET') this.route(copy)
    })
    app.get('/orders', async () => 'orders')
    await statusOf(app, first)
    expect(await statusOf(app, '/orders')).toBe(401)
    expect(await statusOf(app, '/copy')).toBe(200)
  })

  test('cannot take a guarded route to where there is no registration', async () => {
    const app = newApp()
    let copied: RouteOptions | undefined
    await app.register(async (inside) => {
      await inside.register(sealbearer, { authenticator, protect: true })
      inside.addHook('onRoute', (route) => {
        copied = { ...route, url: '/copy', method: 'GET' }
      })
      inside.get('/secret', async () => 'secret')
    })
    if (copied) app.route(copied)
    expect(await statusOf(app, '/secret')).toBe(401)
    expect(await statusOf(app, '/copy')).toBe(500)
  })

  test('does not open routes by the prototype of all objects', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator, protect: true })
    app.get('/', async () => 'root')
    app.get('/config', { config: {} }, async () => 'config')
    Object.assign(Object.prototype, { auth: false })
    try {
      expect(await statusOf(app, '/')).toBe(401)
      expect(await statusOf(app, '/config')).toBe(401)
    } finally {
      Reflect.deleteProperty(Object.prototype, 'auth')
    }
  })
})

describe('scopes', () => {
  test('only the scope it is registered in is guarded', async () => {
    const app = newApp()
    await app.register(async (inside) => {
      await inside.register(sealbearer, { authenticator, protect: true })
      inside.get('/inside', async () => 'inside')
    })
    app.get('/outside', async () => 'outside')
    expect(await statusOf(app, '/inside')).toBe(401)
    expect(await statusOf(app, '/outside')).toBe(200)
  })

  async function subjects(app: FastifyInstance, path: string): Promise<unknown[]> {
    return [
      await statusOf(app, path, { authorization: await users.authorization() }),
      await statusOf(app, path, { authorization: await staff.authorization() }),
    ]
  }

  test('two sibling scopes have an authenticator each', async () => {
    const app = newApp()
    for (const [path, party] of Object.entries({ '/users': users, '/staff': staff })) {
      await app.register(async (scope) => {
        await scope.register(sealbearer, { authenticator: party.authenticator, protect: true })
        scope.get(path, async () => path)
      })
    }
    expect(await subjects(app, '/users')).toEqual([200, 401])
    expect(await subjects(app, '/staff')).toEqual([401, 200])
  })

  test('within a protected scope the nearest authenticator decides, and protection goes on', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator, protect: true })
    await app.register(async (inside) => {
      await inside.register(sealbearer, { authenticator: staff.authenticator })
      inside.get('/staff', async () => 'staff')
      inside.get('/orders', { config: { auth: { scope: 'orders:read' } } }, async () => 'orders')
      inside.get('/open', { config: { auth: false } }, async () => 'open')
    })
    await app.register(async (inside) => {
      await inside.register(sealbearer, { authenticator: staff.authenticator, protect: false })
      inside.get('/unprotected', async () => 'unprotected')
    })
    app.get('/users', async () => 'users')
    expect(await statusOf(app, '/staff')).toBe(401)
    expect(await subjects(app, '/staff')).toEqual([401, 200])
    expect(await subjects(app, '/orders')).toEqual([401, 403])
    expect(await subjects(app, '/users')).toEqual([200, 401])
    expect(await statusOf(app, '/open')).toBe(200)
    expect(await statusOf(app, '/unprotected')).toBe(200)
  })

  test('requireAuth guards for a second authenticator in one scope', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    app.get('/users', { onRequest: app.requireAuth() }, async () => 'users')
    app.get('/staff', { onRequest: requireAuth(staff.authenticator) }, async (request) => {
      return getAuth(request, staff.authenticator).claims.sub
    })
    expect(await subjects(app, '/users')).toEqual([200, 401])
    expect(await subjects(app, '/staff')).toEqual([401, 200])
  })

  test('a hook of a scope asks for what that scope accepts on routes elsewhere', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    let staffOnly = app.requireAuth()
    await app.register(async (inside) => {
      await inside.register(sealbearer, { authenticator: staff.authenticator })
      staffOnly = inside.requireAuth()
    })
    app.get('/elsewhere', { onRequest: staffOnly }, async () => 'elsewhere')
    const { requireAuth: detached } = app
    app.get('/detached', { onRequest: detached.call(undefined) }, async () => 'detached')
    app.get('/foreign', { onRequest: detached.call({}) }, async () => 'foreign')
    expect(await subjects(app, '/elsewhere')).toEqual([401, 200])
    for (const path of ['/detached', '/foreign']) expect(await subjects(app, path)).toEqual([200, 401])
  })

  test('a function in the place of requireAuth opens nothing', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator, protect: true })
    await app.register(async (inside) => {
      inside.decorate('requireAuth', () => (_request, _reply, done) => done())
      inside.get('/plain', async () => 'plain')
      inside.get('/orders', { config: { auth: { scope: 'orders:read' } } }, async () => 'orders')
    })
    expect(await subjects(app, '/plain')).toEqual([200, 401])
    expect(await subjects(app, '/orders')).toEqual([403, 401])
  })

  test.each([true, false])('a second registration in one scope is refused, awaited: %s', async (awaited) => {
    const app = newApp()
    const first = app.register(sealbearer, { authenticator })
    if (awaited) await first
    const second = app.register(sealbearer, { authenticator: staff.authenticator })
    await expect(awaited ? second : app.ready()).rejects.toThrow(
      'use requireAuth(authenticator, requirement)',
    )
  })

  test('a request.auth of another plugin is not taken over', async () => {
    const app = newApp()
    app.decorateRequest('auth')
    await expect(app.register(sealbearer, { authenticator })).rejects.toThrow('auth')
  })
})

describe('beside other plugins', () => {
  test.each(['before', 'after'])('works with @fastify/cookie registered %s', async (order) => {
    const app = newApp()
    if (order === 'before') await app.register(fastifyCookie)
    await app.register(sealbearer, { authenticator, protect: true })
    if (order === 'after') await app.register(fastifyCookie)
    app.get('/', async ({ auth, cookies }) => ({ sub: auth?.claims.sub, theme: cookies['theme'] }))
    const [, token] = (await users.authorization()).split(' ')
    const answer = await send(app, '/', { cookie: `theme=dark; access=${token}` })
    expect(answer.text).toBe('{"sub":"user of users","theme":"dark"}')
    expect(await statusOf(app, '/', { cookie: 'theme=dark' })).toBe(401)
    expect(await statusOf(app, '/', { cookie: `access=${token}; access=x` })).toBe(400)
  })

  async function socketApp(protect: boolean): Promise<FastifyInstance> {
    const app = newApp()
    await app.register(fastifyWebsocket)
    await app.register(sealbearer, { authenticator, protect })
    app.get('/live', { websocket: true, config: { auth: { scope: 'orders:read' } } }, (socket, request) => {
      socket.send(String(request.auth.claims.sub))
    })
    return app
  }

  const socketUrl = async (app: FastifyInstance) => `ws://127.0.0.1:${(await listen(app)).port}/live`

  test.each([true, false])('opens a WebSocket for a good token, protect: %s', async (protect) => {
    const headers = { authorization: await users.authorization('orders:read') }
    const socket = new WebSocket(await socketUrl(await socketApp(protect)), { headers })
    const [message] = await once(socket, 'message')
    expect(String(message)).toBe('user of users')
    socket.close()
    await once(socket, 'close')
  })

  test('works with app.injectWS, given the socket that it lacks', async () => {
    const app = await socketApp(true)
    await app.ready()
    const headers = { authorization: await users.authorization('orders:read') }
    // All that is read of a socket here.
    const socket = { remoteAddress: '127.0.0.1' } as Socket
    const messages: string[] = []
    const onInit = (opening: WebSocket) => opening.on('message', (message) => messages.push(String(message)))
    const client = await app.injectWS('/live', { headers, socket }, { onInit })
    if (messages.length === 0) await once(client, 'message')
    expect(messages).toEqual(['user of users'])
    client.terminate()
    await expect(app.injectWS('/live', { socket })).rejects.toThrow('401')
  })

  test.each([
    { title: 'nobody', headers: async () => ({}), status: 401 },
    {
      title: 'too little scope',
      headers: async () => ({ authorization: await users.authorization() }),
      status: 403,
    },
    {
      title: 'a cookie that another page made the browser send',
      headers: async () => ({
        cookie: `access=${await users.token('orders:read')}`,
        origin: 'https://evil.example',
      }),
      status: 403,
    },
  ])('answers the handshake of $title over HTTP', async ({ headers, status }) => {
    const socket = new WebSocket(await socketUrl(await socketApp(true)), { headers: await headers() })
    const [, response]: [unknown, IncomingMessage] = (await once(socket, 'unexpected-response')) as [
      unknown,
      IncomingMessage,
    ]
    const text = Buffer.concat(await response.toArray()).toString()
    expect(response.statusCode).toBe(status)
    expect(response.headers['www-authenticate']).toContain('Bearer realm="users"')
    expect(JSON.parse(text)).toHaveProperty('error_description')
  })
})

describe("onFailure: 'throw'", () => {
  async function throwing(): Promise<FastifyInstance> {
    const app = newApp()
    await app.register(sealbearer, { authenticator, protect: true, onFailure: 'throw' })
    return app
  }

  test("leaves status and challenge to Fastify's own handler", async () => {
    const app = await throwing()
    app.get('/', async () => 'root')
    const answer = await send(app, '/')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="users"'])
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(200)
  })

  test.each([
    { code: 'SB_SCOPE_INSUFFICIENT', status: 403 },
    { code: 'SB_TOKEN_REVOKED', status: 401 },
    { code: 'SB_STORE_UNAVAILABLE', status: 503 },
  ] as const)(
    "$code of a handler: Fastify's own handler has status and challenge",
    async ({ code, status }) => {
      const app = newApp()
      await app.register(sealbearer, { authenticator })
      const refusal = authenticator.refuse(code, { scope: 'orders:cancel' })
      app.get('/', { onRequest: app.requireAuth() }, async () => {
        throw refusal
      })
      const answer = await send(app, '/', { authorization: await users.authorization() })
      expect(answer.status).toBe(status)
      expect(answer.headers['www-authenticate']).toBe(refusal.headers?.['WWW-Authenticate'])
      expect(answer.headers['cache-control']).toBe('no-store')
    },
  )

  test('passes the error to a handler, which need not repeat the headers', async () => {
    const app = await throwing()
    app.setErrorHandler((error: { code?: string; status?: number; body?: unknown }, _, reply) => {
      reply.send({ code: error.code, status: error.status, body: error.body })
    })
    app.get('/', async () => 'root')
    const answer = await send(app, '/', { authorization: 'Bearer x' })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'SB_TOKEN_MALFORMED',
      status: 401,
      body: { error: 'invalid_token' },
    })
  })
})

describe('a verification that breaks', () => {
  test.each(['respond', 'throw'] as const)('never opens a route, onFailure: %s', async (onFailure) => {
    const app = newApp()
    await app.register(sealbearer, { authenticator: brokenAuthenticator, onFailure })
    let reached = false
    app.get('/', { onRequest: app.requireAuth() }, async () => {
      reached = true
    })
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(500)
    expect(reached).toBe(false)
  })
})

describe('plain HTTP', () => {
  testPlainHttp(client, async (trustProxy) => {
    const app = newApp({ trustProxy })
    await app.register(sealbearer, { authenticator, protect: true })
    app.get('/me', async () => 'me')
    return app
  })
})

describe('options', () => {
  test.each([
    { title: 'no authenticator', options: {}, names: 'authenticator' },
    { title: 'an invalid authenticator', options: { authenticator: {} }, names: 'authenticator' },
    { title: 'a misspelt option', options: { authenticator, protected: true }, names: 'protected' },
    { title: 'protect as text', options: { authenticator, protect: 'false' }, names: 'protect' },
    { title: 'another onFailure', options: { authenticator, onFailure: 'ignore' }, names: 'onFailure' },
  ])('refuses $title', async ({ options, names }) => {
    // Plain JavaScript can say anything.
    const registered = newApp().register(sealbearer, options as { authenticator: Authenticator })
    await expect(registered).rejects.toThrow(TypeError)
    await expect(registered).rejects.toThrow(names)
  })

  test('takes all of its own, and those of Fastify', async () => {
    const app = newApp()
    await app.register(sealbearer, {
      authenticator,
      protect: true,
      onFailure: 'respond',
      prefix: '/',
      logLevel: 'info',
    })
    expect(app.hasPlugin('@sealbearer/fastify')).toBe(true)
  })

  test('of requireAuth are checked too', () => {
    // @ts-expect-error there is no such option
    expect(() => requireAuth(authenticator, {}, { onfailure: 'throw' })).toThrow(TypeError)
    // @ts-expect-error there is no such member
    expect(() => requireAuth(authenticator, { scopes: 'a' })).toThrow(TypeError)
    expect(requireAuth(authenticator, { scope: 'a' }, { onFailure: 'throw' })).toBeTypeOf('function')
  })
})

test('what answerRefusal answers is logged once, whoever has refused it', async () => {
  const lines: string[] = []
  const write = (text: string): void => {
    const { msg, code } = JSON.parse(text)
    if (msg === 'request refused') lines.push(code)
  }
  const app = newApp({ logger: { stream: { write } } })
  await app.register(sealbearer, { authenticator, onFailure: 'throw' })
  app.setErrorHandler(answerRefusal)
  app.get('/guarded', { onRequest: app.requireAuth() }, async () => 'guarded')
  app.get('/refusing', async () => {
    throw authenticator.refuse('SB_ROLE_INSUFFICIENT')
  })
  expect((await app.inject('/guarded')).statusCode).toBe(401)
  expect((await app.inject('/refusing')).statusCode).toBe(403)
  expect(lines).toEqual(['SB_CREDENTIALS_MISSING', 'SB_ROLE_INSUFFICIENT'])
})

describe('what handlers refuse', () => {
  const refuse = async (): Promise<never> => {
    throw authenticator.refuse('SB_SCOPE_INSUFFICIENT', { scope: 'orders:write' })
  }
  const body = {
    error: 'insufficient_scope',
    error_description: 'The access token does not permit this request',
  }
  const outOfPaper = async (): Promise<never> => {
    throw new Error('out of paper')
  }
  /** Answers with the name of the handler, and with the code of the error. */
  const handledBy =
    (name: string) =>
    (error: unknown, _: unknown, reply: { send(payload: object): unknown }): void => {
      reply.send({ name, code: isSealbearerError(error) ? error.code : String(error) })
    }

  test('is answered as guards answer, and logged', async () => {
    const codes: unknown[] = []
    const write = (text: string): void => {
      const { msg, code } = JSON.parse(text)
      if (msg === 'request refused') codes.push(code)
    }
    const app = newApp({ logger: { stream: { write } } })
    await app.register(sealbearer, { authenticator })
    app.get('/', refuse)
    app.register(async (scope) => scope.get('/in-a-scope', refuse))
    for (const url of ['/', '/in-a-scope']) {
      const answer = await app.inject(url)
      expect(answer.statusCode).toBe(403)
      expect(answer.headers['www-authenticate']).toContain('scope="orders:write"')
      expect(answer.json()).toEqual(body)
    }
    expect(codes).toEqual(['SB_SCOPE_INSUFFICIENT', 'SB_SCOPE_INSUFFICIENT'])
  })

  test('leaves other errors to the handlers around the route', async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    app.get('/default', outOfPaper)
    app.register(async (scope) => {
      scope.setErrorHandler(handledBy('scope'))
      scope.get('/own', outOfPaper)
      scope.get('/refusing', refuse)
    })
    expect((await app.inject('/default')).statusCode).toBe(500)
    expect((await app.inject('/own')).json()).toEqual({ name: 'scope', code: 'Error: out of paper' })
    expect((await app.inject('/refusing')).json()).toEqual(body)
  })

  test("reaches the error handlers with onFailure: 'throw', also in a scope of its own", async () => {
    const app = newApp()
    app.setErrorHandler(handledBy('app'))
    await app.register(sealbearer, { authenticator })
    app.get('/', refuse)
    app.register(async (scope) => {
      await scope.register(sealbearer, { authenticator, onFailure: 'throw' })
      scope.get('/throwing', refuse)
    })
    expect((await app.inject('/')).json()).toEqual(body)
    expect((await app.inject('/throwing')).json()).toEqual({ name: 'app', code: 'SB_SCOPE_INSUFFICIENT' })
  })

  test("reaches the route's own error handler", async () => {
    const app = newApp()
    await app.register(sealbearer, { authenticator })
    app.get('/', { errorHandler: handledBy('route') }, refuse)
    expect((await app.inject('/')).json()).toEqual({ name: 'route', code: 'SB_SCOPE_INSUFFICIENT' })
  })
})
