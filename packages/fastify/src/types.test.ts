import type { Http2Server } from 'node:http2'
import { type Auth, createJwksEndpoint, type VerifiedClaims } from '@sealbearer/core'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { describe, expectTypeOf, test } from 'vitest'
import { authenticator, keys, type OwnClaims } from '#adapter-tests'
import sealbearer, { getAuth, type Requirement, requireAuth, serve } from './index.js'

describe('types', () => {
  type AppAuth = Auth<VerifiedClaims>

  /** Is for the types of routes: declares none. */
  const declared = (routes: (app: FastifyInstance) => void) => expectTypeOf(routes).toBeFunction()

  test('request.auth is there behind a guard, without a cast', () => {
    declared((app) => {
      const checked = async ({ auth }: { auth: AppAuth }) => auth.claims.sub
      const typed = async (_request: FastifyRequest, _reply: FastifyReply) => {}
      app.get('/', { onRequest: app.requireAuth() }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<AppAuth>()
      })
      app.get('/', { config: { auth: { scope: 'a' } } }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<AppAuth>()
      })
      app.get('/', { config: { auth: {}, other: 1 } }, checked)
      app.get('/', { config: { auth: { optional: false } } }, checked)
      app.get('/', { config: { auth: { where: ({ claims }) => claims.sub === 'a' } } }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<AppAuth>()
      })
      app.get('/', { config: { other: 1 }, onRequest: app.requireAuth({ scope: 'a' }) }, checked)
      const own: { readonly other: number } = { other: 1 }
      app.get('/', { config: own, onRequest: app.requireAuth() }, checked)
      app.get('/', { onRequest: [app.requireAuth()], preHandler: [typed] }, checked)
      app.get('/', { onRequest: [typed, app.requireAuth()], preHandler: typed }, checked)
      app.get('/', { onRequest: [app.requireAuth(), async () => {}] }, checked)
      app.get('/', { preHandler: app.requireAuth() }, checked)
      app.get('/', { onRequest: app.requireAuth(), handler: async ({ auth }) => auth.claims.sub })
      const route = { method: 'GET', url: '/' } as const
      app.route({ ...route, onRequest: app.requireAuth(), handler: async ({ auth }) => auth.claims.sub })
      app.route({ ...route, config: { auth: {} }, handler: async ({ auth }) => auth.claims.sub })
      app.get(
        '/',
        { onRequest: app.requireAuth() },
        async (request: FastifyRequest<{ Params: { id: 1 } }>) => {
          expectTypeOf(request.params.id).toEqualTypeOf<1>()
        },
      )
      const schema = { querystring: { type: 'object' } } as const
      app.get('/', { schema, onRequest: app.requireAuth() }, checked)
      app.addHook('onRequest', app.requireAuth())
      app.setNotFoundHandler({ preHandler: app.requireAuth() }, typed)
    })
  })

  test('request.auth may be undefined elsewhere', () => {
    declared((app) => {
      type Maybe = AppAuth | undefined
      app.get('/', async ({ auth }) => expectTypeOf(auth).toEqualTypeOf<Maybe>())
      app.get('/', {}, async ({ auth }) => expectTypeOf(auth).toEqualTypeOf<Maybe>())
      app.get('/', { config: { other: 1 } }, async ({ auth }) => expectTypeOf(auth).toEqualTypeOf<Maybe>())
      app.get('/', { config: {} }, async ({ auth }) => expectTypeOf(auth).toEqualTypeOf<Maybe>())
      const config: Record<string, unknown> = {}
      app.get('/', { config }, async ({ auth }) => expectTypeOf(auth).toEqualTypeOf<Maybe>())
      app.get('/', { config: { auth: { optional: true } } }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<Maybe>()
      })
      app.get('/', { onRequest: app.requireAuth({ optional: true }) }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<Maybe>()
      })
      app.get('/', { config: { auth: false } }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<undefined>()
      })
      app.get('/', { config: { auth: false }, onRequest: app.requireAuth() }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<AppAuth>()
      })
      // @ts-expect-error no guard is known of
      app.get('/', async ({ auth }) => auth.claims)
      // @ts-expect-error the guard is optional
      app.get('/', { onRequest: app.requireAuth({ optional: true }) }, async ({ auth }) => auth.claims)
      // With type arguments TypeScript infers nothing from the hooks: there, getAuth is sure of it.
      app.get<{ Params: { id: string } }>('/', { onRequest: app.requireAuth() }, async (request) => {
        expectTypeOf(request.auth).toEqualTypeOf<Maybe>()
        expectTypeOf(getAuth(request)).toEqualTypeOf<AppAuth>()
      })
    })
  })

  test('a requirement in a wrapper does not make auth possibly undefined', () => {
    declared((app) => {
      const guard = (requirement?: Requirement) => app.requireAuth(requirement)
      app.get('/', { onRequest: guard() }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<AppAuth>()
      })
      const ownGuard = (requirement?: Requirement<OwnClaims>) => requireAuth(authenticator, requirement)
      app.get('/', { onRequest: ownGuard({ scope: 'a' }) }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<Auth<OwnClaims>>()
      })
      // @ts-expect-error such a wrapper must not be given an optional one
      guard({ optional: true })
      const either = (requirement?: Requirement<VerifiedClaims, boolean>) => app.requireAuth(requirement)
      app.get('/', { onRequest: either({ optional: true }) }, async ({ auth }) => {
        expectTypeOf(auth).toEqualTypeOf<AppAuth | undefined>()
      })
    })
  })

  test('request.auth has the claims of the authenticator that a hook names', () => {
    Fastify().get('/', { onRequest: requireAuth(authenticator) }, async ({ auth }) => {
      expectTypeOf(auth).toEqualTypeOf<Auth<OwnClaims>>()
    })
  })

  test('getAuth has the claims of the schema', async () => {
    const app = Fastify()
    app.get('/', { onRequest: requireAuth(authenticator) }, async (request) => {
      expectTypeOf(getAuth(request, authenticator)).toEqualTypeOf<Auth<OwnClaims>>()
      expectTypeOf(getAuth(request, authenticator, { optional: true })).toEqualTypeOf<
        Auth<OwnClaims> | undefined
      >()
    })
  })

  test('a requirement sees the claims of its authenticator', () => {
    requireAuth(authenticator, { where: ({ claims }) => claims.tenant === 1 })
    // @ts-expect-error the claims have no such member
    requireAuth(authenticator, { where: ({ claims }) => claims.other === 1 })
  })

  test('a hook fits any server and any shape of route', () => {
    const app: FastifyInstance<Http2Server> = Fastify({ http2: true })
    app.get<{ Params: { id: string } }>(
      '/:id',
      { onRequest: [requireAuth(authenticator)] },
      async (request) => {
        expectTypeOf(request.params.id).toBeString()
      },
    )
    const schema = { querystring: { type: 'object' } } as const
    Fastify().get<{ Reply: { 200: string } }>(
      '/',
      { schema, onRequest: requireAuth(authenticator) },
      async (_, reply) => reply.code(200).send('typed'),
    )
  })

  test('served keys fit any server', () => {
    const app: FastifyInstance<Http2Server> = Fastify({ http2: true })
    app.get('/a', serve(createJwksEndpoint(keys)))
    Fastify().get('/b', serve(createJwksEndpoint(keys, { maxAge: '5m' })))
    Fastify().route({ method: 'GET', url: '/c', ...serve(createJwksEndpoint(keys)) })
  })

  test('wrong options are refused', () => {
    // @ts-expect-error there is no such option
    const register = () => Fastify().register(sealbearer, { authenticator, protected: true })
    expectTypeOf(register).toBeFunction()
    // @ts-expect-error the authenticator is required
    const forgotten = () => Fastify().register(sealbearer, { protect: true })
    expectTypeOf(forgotten).toBeFunction()
  })
})
