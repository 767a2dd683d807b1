import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createJwksEndpoint } from '@sealbearer/core'
import { requireAuth, serve } from '@sealbearer/hono'
import { checkCsrf } from '@sealbearer/sessions'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import type { ServerParts } from './example.js'
import { admin, me, orders, placeOrder } from './resources.js'
import { maxBody, page, wrongLogin } from './site.js'

/** The Hono server. */
export function honoServer({ authenticator, recipients, site, cookies }: ServerParts): Server {
  const app = new Hono()
  app.use(bodyLimit({ maxSize: maxBody }))
  const json = validator('json', (body: unknown) => ({ body })) // 400 for anything else

  app.get('/', (c) => c.html(page))
  app.get('/.well-known/jwks.json', serve(createJwksEndpoint(recipients)))
  app.get('/me', requireAuth(authenticator), (c) => c.json(me(c.var.auth)))
  app.get('/orders', requireAuth(authenticator, { scope: 'orders:read' }), (c) => c.json(orders(c.var.auth)))
  app.post('/orders', requireAuth(authenticator, { scope: 'orders:write' }), (c) =>
    c.json(placeOrder(c.var.auth), 201),
  )
  app.get('/admin', requireAuth(authenticator, { role: 'admin' }), (c) => c.json(admin(c.var.auth)))

  app.post('/login', json, async (c) => {
    checkCsrf(c.req.raw)
    const started = await site.logIn(c.req.valid('json').body, c.req.header('user-agent'))
    if (started === undefined) return c.json(wrongLogin, 400)
    for (const cookie of started) c.header('Set-Cookie', cookie, { append: true })
    return c.json({})
  })
  app.post('/session/logout', serve(cookies.logout))
  app.post('/session/logout-everywhere', serve(cookies.logoutEverywhere))
  app.get('/devices', requireAuth(authenticator), async (c) => c.json(await site.devices(c.var.auth)))
  app.post('/admin/revoke', requireAuth(authenticator, { role: 'admin' }), json, async (c) =>
    c.json(await site.revokeUser(c.req.valid('json').body)),
  )

  // Without HTTP/2 options, it creates a server of node:http.
  return createAdaptorServer({ fetch: app.fetch }) as Server
}
