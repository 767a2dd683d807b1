import type { Server } from 'node:http'
import { createJwksEndpoint } from '@sealbearer/core'
import sealbearer, { getAuth, serve } from '@sealbearer/fastify'
import { checkCsrf } from '@sealbearer/sessions'
import fastify from 'fastify'
import type { ServerParts } from './example.js'
import { admin, me, orders, placeOrder } from './resources.js'
import { maxBody, page, wrongLogin } from './site.js'

/** The Fastify server. Every route is guarded unless its config opens it. */
export async function fastifyServer({
  authenticator,
  recipients,
  site,
  cookies,
}: ServerParts): Promise<Server> {
  const app = fastify({ bodyLimit: maxBody })
  await app.register(sealbearer, { authenticator, protect: true })

  app.get('/', { config: { auth: false } }, (_, reply) => reply.type('text/html').send(page))
  app.get('/.well-known/jwks.json', serve(createJwksEndpoint(recipients)))
  app.get('/me', (request) => me(getAuth(request)))
  app.get('/orders', { config: { auth: { scope: 'orders:read' } } }, ({ auth }) => orders(auth))
  app.post('/orders', { config: { auth: { scope: 'orders:write' } } }, ({ auth }, reply) =>
    reply.code(201).send(placeOrder(auth)),
  )
  app.get('/admin', { onRequest: app.requireAuth({ role: 'admin' }) }, ({ auth }) => admin(auth))

  app.post('/login', { config: { auth: false } }, async (request, reply) => {
    checkCsrf(request.raw)
    const started = await site.logIn(request.body, request.headers['user-agent'])
    if (started === undefined) return reply.code(400).send(wrongLogin)
    return reply.header('Set-Cookie', started).send({})
  })
  app.post('/session/logout', serve(cookies.logout))
  app.post('/session/logout-everywhere', serve(cookies.logoutEverywhere))
  app.get('/devices', (request) => site.devices(getAuth(request)))
  app.post('/admin/revoke', { config: { auth: { role: 'admin' } } }, ({ body }) => site.revokeUser(body))

  await app.ready()
  return app.server
}
