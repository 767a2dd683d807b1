import { createServer, type Server } from 'node:http'
import type { Authenticator, KeySet, VerifiedClaims } from '@sealbearer/core'
import { createJwksEndpoint } from '@sealbearer/core'
import { getAuth, requireAuth, serve } from '@sealbearer/express'
import express from 'express'
import { admin, me, orders, placeOrder } from './resources.js'

/** The Express server. */
export function expressServer(authenticator: Authenticator<VerifiedClaims>, recipients: KeySet): Server {
  const app = express()

  app.get('/', (_, res) => res.json({ server: 'express' }))
  app.get('/.well-known/jwks.json', serve(createJwksEndpoint(recipients)))
  app.get('/me', requireAuth(authenticator), (req, res) => res.json(me(getAuth(req))))
  app.get('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (req, res) =>
    res.json(orders(getAuth(req))),
  )
  app.post('/orders', requireAuth(authenticator, { scope: 'orders:write' }), (req, res) =>
    res.status(201).json(placeOrder(getAuth(req))),
  )
  app.get('/admin', requireAuth(authenticator, { role: 'admin' }), (req, res) =>
    res.json(admin(getAuth(req))),
  )

  return createServer(app)
}
