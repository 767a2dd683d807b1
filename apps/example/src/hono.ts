import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Authenticator, KeySet, VerifiedClaims } from '@sealbearer/core'
import { createJwksEndpoint } from '@sealbearer/core'
import { requireAuth, serve } from '@sealbearer/hono'
import { Hono } from 'hono'
import { admin, me, orders, placeOrder } from './resources.js'

/** The Hono server. */
export function honoServer(authenticator: Authenticator<VerifiedClaims>, recipients: KeySet): Server {
  const app = new Hono()

  app.get('/', (c) => c.json({ server: 'hono' }))
  app.get('/.well-known/jwks.json', serve(createJwksEndpoint(recipients)))
  app.get('/me', requireAuth(authenticator), (c) => c.json(me(c.var.auth)))
  app.get('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (c) => c.json(orders(c.var.auth)))
  app.post('/orders', requireAuth(authenticator, { scope: 'orders:write' }), (c) =>
    c.json(placeOrder(c.var.auth), 201),
  )
  app.get('/admin', requireAuth(authenticator, { role: 'admin' }), (c) => c.json(admin(c.var.auth)))

  // Without HTTP/2 options it makes a server of node:http.
  return createAdaptorServer({ fetch: app.fetch }) as Server
}
