import type { Http2Server } from 'node:http2'
import { authenticator, keys, type OwnClaims } from '@sealbearer/adapter-tests'
import type { Auth, VerifiedClaims } from '@sealbearer/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expectTypeOf, test } from 'vitest'
import sealbearer, { getAuth, jwks, requireAuth } from './index.js'

describe('types', () => {
  test('request.auth has open claims until an authenticator is registered', async () => {
    const app = Fastify()
    await app.register(sealbearer, { authenticator })
    app.get('/', { onRequest: app.requireAuth({ scope: 'a' }) }, async (request) => {
      expectTypeOf(request.auth).toEqualTypeOf<Auth<VerifiedClaims>>()
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
    app.get('/a', jwks(keys))
    Fastify().get('/b', jwks(keys, { maxAge: '5m' }))
    Fastify().route({ method: 'GET', url: '/c', ...jwks(keys) })
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
