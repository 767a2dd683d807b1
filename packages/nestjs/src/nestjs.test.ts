import 'reflect-metadata'
import type { Server } from 'node:http'
import {
  All,
  Controller,
  Get,
  type INestApplication,
  Module,
  Request,
  type Type,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { createJwksEndpoint, type Endpoint } from '@sealbearer/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  brokenAuthenticator,
  createClient,
  describeSender,
  keys,
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
import {
  type Auth,
  CurrentAuth,
  getAuth,
  type LogOptions,
  RefusalFilter,
  requireAuth,
  serve,
} from './index.js'

const { authenticator } = users

type Sub = { readonly sub: string | undefined }
const optional = true

@Controller()
class GuardedController {
  @Get('me')
  @UseGuards(requireAuth(authenticator))
  me(@CurrentAuth() auth: Auth): Sub {
    return { sub: auth.claims.sub }
  }

  @All('orders')
  @UseGuards(requireAuth(authenticator, { scope: 'orders:read' }))
  orders(): string {
    return 'orders'
  }

  @Get('hello')
  @UseGuards(requireAuth(authenticator, { optional }))
  hello(@CurrentAuth({ authenticator, optional }) auth: Auth | undefined): Sub {
    return { sub: auth?.claims.sub ?? 'nobody' }
  }

  @Get('staff')
  @UseGuards(requireAuth(staff.authenticator))
  staff(@CurrentAuth({ authenticator: staff.authenticator }) auth: Auth): Sub {
    return { sub: auth.claims.sub }
  }

  @Get('open')
  open(@CurrentAuth() auth: Auth): Sub {
    return { sub: auth.claims.sub }
  }

  @Get('broken')
  @UseGuards(requireAuth(brokenAuthenticator))
  broken(): string {
    return 'open'
  }
}

const platforms = {
  Express(trustProxy: boolean) {
    const adapter = new ExpressAdapter()
    // Express adds one to whatever it answers.
    adapter.getInstance().set('etag', false)
    if (trustProxy) adapter.getInstance().set('trust proxy', true)
    return adapter
  },
  Fastify: (trustProxy: boolean) => new FastifyAdapter({ trustProxy }),
}

describe.each(Object.entries(platforms))('on %s', (_, platform) => {
  const client = createClient<INestApplication>((app): Server => app.getHttpServer())
  const { send, statusOf } = client

  async function start(
    controller: Type<unknown>,
    trustProxy = false,
    logger?: LogOptions['logger'],
  ): Promise<INestApplication> {
    class AppModule {}
    Module({ controllers: [controller] })(AppModule)
    const app = await NestFactory.create(AppModule, platform(trustProxy), { logger: false })
    app.useGlobalFilters(new RefusalFilter(app.getHttpAdapter(), { logger }))
    onTestFinished(() => app.close())
    await app.listen(0, '127.0.0.1')
    return app
  }

  const senderApp: SenderApp<INestApplication> = ({ authenticators, logger, refusal, ...requirement }) => {
    @Controller()
    @UseGuards(...authenticators.map((one) => requireAuth(one, requirement, { logger })))
    class SenderController {
      @Get()
      get(@Request() request: object): string {
        if (refusal) throw refusal
        return describeSender(() => getAuth(request))
      }
    }
    return start(SenderController)
  }

  describe('a guarded route', () => testGuardedRoute(client, () => start(GuardedController)))
  describe('who sends a request', () => {
    testSender(client, senderApp)
    testManyHeaders(client, senderApp)
    testRefusingHandler(client, senderApp)
    testLogger(client, senderApp)
  })
  describe('the filter for refusals', () =>
    testRefusalLogger(client, ({ guardLogger, logger, refusal }) => {
      @Controller()
      @UseGuards(requireAuth(authenticator, {}, { logger: guardLogger ?? logger }))
      class ThrowingController {
        @Get()
        get(): string {
          if (refusal) throw refusal
          return 'root'
        }
      }
      return start(ThrowingController, false, logger)
    }))
  describe('an endpoint', () => {
    const text: Endpoint = async (request) => ({
      status: 202,
      headers: { 'Content-Type': 'text/plain', 'Set-Cookie': ['a=1', 'b=2'] },
      body: `${request.method} ${request.target} ${request.secure} ${await request.text(1_000)}`,
    })
    const forged: Endpoint = async () => ({
      status: 403,
      headers: {},
      body: undefined,
      error: authenticator.refuse('SB_CSRF'),
    })

    async function serving(trustProxy: boolean, logger?: LogOptions['logger']): Promise<string> {
      class AppModule {}
      Module({})(AppModule)
      const app = await NestFactory.create(AppModule, platform(trustProxy), { logger: false })
      const adapter = app.getHttpAdapter()
      adapter.post('/text', serve(text))
      adapter.post('/forged', serve(forged, { logger }))
      adapter.get('/jwks', serve(createJwksEndpoint(keys)))
      onTestFinished(() => app.close())
      await app.listen(0, '127.0.0.1')
      return app.getUrl()
    }
    const post = { method: 'POST' }

    test.each([
      { title: 'nothing', init: {}, body: '' },
      {
        title: 'a form',
        init: { body: new URLSearchParams({ a: '1', b: 'x y' }) },
        body: 'a=1&b=x+y',
      },
      {
        title: 'JSON',
        init: { body: '{"a":1}', headers: { 'content-type': 'application/json' } },
        body: '{"a":1}',
      },
    ])('reads a body, parsed or not: $title', async ({ init, body }) => {
      const response = await fetch(`${await serving(false)}/text?q=1`, { ...post, ...init })
      expect([response.status, await response.text()]).toEqual([202, `POST /text?q=1 false ${body}`])
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    })

    test('recognizes TLS of a trusted proxy', async () => {
      const headers = { 'x-forwarded-proto': 'https' }
      const [trusting, distrusting] = await Promise.all(
        [true, false].map(async (trusts) => fetch(`${await serving(trusts)}/text`, { ...post, headers })),
      )
      expect(await trusting?.text()).toBe('POST /text true ')
      expect(await distrusting?.text()).toBe('POST /text false ')
    })

    test('keeps its type, and logs what it refuses', async () => {
      const codes: unknown[] = []
      const url = await serving(false, { info: ({ code }) => codes.push(code) })
      const response = await fetch(`${url}/jwks`)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'application/jwk-set+json',
      ])
      expect(await response.json()).toHaveProperty('keys')
      expect((await fetch(`${url}/forged`, post)).status).toBe(403)
      expect(codes).toEqual(['SB_CSRF'])
    })
  })
  describe('plain HTTP', () => testPlainHttp(client, (trustProxy) => start(GuardedController, trustProxy)))

  test('a parameter without a guard, and a verification that breaks, open nothing', async () => {
    const app = await start(GuardedController)
    const headers = { authorization: await users.authorization() }
    expect(await statusOf(app, '/open', headers)).toBe(500)
    expect(await statusOf(app, '/broken', headers)).toBe(500)
  })

  test('a global guard guards every route', async () => {
    @Controller()
    class OpenController {
      @Get()
      get(): string {
        return 'open'
      }
    }
    class AppModule {}
    Module({ controllers: [OpenController] })(AppModule)
    const app = await NestFactory.create(AppModule, platform(false), { logger: false })
    app.useGlobalGuards(requireAuth(authenticator))
    onTestFinished(() => app.close())
    await app.listen(0, '127.0.0.1')
    expect((await send(app, '/')).status).toBe(401)
    expect(await statusOf(app, '/', { authorization: await users.authorization() })).toBe(200)
  })
})

test.each([
  // @ts-expect-error plain JavaScript can say anything
  { names: 'authenticator', make: () => requireAuth({}) },
  // @ts-expect-error there is no such member
  { names: 'scopes', make: () => requireAuth(authenticator, { scopes: 'a' }) },
  // @ts-expect-error there is no such option
  { names: 'log', make: () => requireAuth(authenticator, {}, { log: console }) },
])('a wrong option is refused: $names', ({ make, names }) => {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(names)
})

test('another context than HTTP is refused', async () => {
  const context = { getType: () => 'ws' } as unknown as Parameters<
    ReturnType<typeof requireAuth>['canActivate']
  >[0]
  await expect(requireAuth(authenticator).canActivate(context)).rejects.toThrow(TypeError)
})
