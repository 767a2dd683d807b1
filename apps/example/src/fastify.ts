import type { Server } from 'node:http'
import { type Authenticator, createJwksEndpoint, type KeySet, type VerifiedClaims } from '@sealbearer/core'
import sealbearer, { getAuth, serve } from '@sealbearer/fastify'
import fastify from 'fastify'
import { admin, me, orders, placeOrder } from './resources.js'

/** The Fastify server. Every route is guarded unless it says otherwise. */
export async function fastifyServer(
  authenticator: Authenticator<VerifiedClaims>,
  recipients: KeySet,
): Promise<Server> {
  const app = fastify()
  await app.register(sealbearer, { authenticator, protect: true })

  app.get('/', { config: { auth: false } }, () => ({ server: 'fastify' }))
  app.get('/.well-known/jwks.json', serve(createJwksEndpoint(recipients)))
  app.get('/me', (request) => me(getAuth(request)))
  app.get('/orders', { config: { auth: { scope: 'orders:read' } } }, ({ auth }) => orders(auth))
  app.post('/orders', { config: { auth: { scope: 'orders:write' } } }, ({ auth }, reply) =>
    reply.code(201).send(placeOrder(auth)),
  )
  app.get('/admin', { onRequest: app.requireAuth({ role: 'admin' }) }, ({ auth }) => admin(auth))

  await app.ready()
  return app.server
}
