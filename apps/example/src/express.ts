import { createServer, type Server } from 'node:http'
import { createJwksEndpoint } from '@sealbearer/core'
import { getAuth, requireAuth, serve } from '@sealbearer/express'
import { checkCsrf } from '@sealbearer/sessions'
import express from 'express'
import type { ServerParts } from './example.js'
import { admin, me, orders, placeOrder } from './resources.js'
import { maxBody, page, wrongLogin } from './site.js'

/** The Express server. */
export function expressServer({ authenticator, recipients, site, cookies }: ServerParts): Server {
  const app = express()
  const json = express.json({ limit: maxBody })

  app.get('/', (_, res) => res.type('html').send(page))
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

  app.post('/login', json, async (req, res) => {
    checkCsrf(req)
    const started = await site.logIn(req.body, req.headers['user-agent'])
    if (started === undefined) res.status(400).json(wrongLogin)
    else res.setHeader('Set-Cookie', started).json({})
  })
  app.post('/session/logout', serve(cookies.logout))
  app.post('/session/logout-everywhere', serve(cookies.logoutEverywhere))
  app.get('/devices', requireAuth(authenticator), async (req, res) => {
    res.json(await site.devices(getAuth(req)))
  })
  app.post('/admin/revoke', requireAuth(authenticator, { role: 'admin' }), json, async (req, res) => {
    res.json(await site.revokeUser(req.body))
  })

  return createServer(app)
}
