import { createServer, type Server } from 'node:https'
import { createAdaptorServer } from '@hono/node-server'
import * as forExpress from '@sealbearer/express'
import sealbearer, { getAuth, serve as serveFastify } from '@sealbearer/fastify'
import * as forHono from '@sealbearer/hono'
import * as forKoa from '@sealbearer/koa'
import { checkCsrf } from '@sealbearer/sessions'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { type Application, page } from './application.js'

interface Tls {
  readonly key: string
  readonly cert: string
}

/** Each serves the page, a login, the orders of whoever is logged in, the three ways out, and the renewal. */
export const frameworks: Readonly<
  Record<string, (application: Application, tls: Tls) => Server | Promise<Server>>
> = {
  express({ authenticator, cookies, sessions }, tls) {
    const app = express()
    const guard = forExpress.requireAuth(authenticator)
    app.get('/', (_, response) => void response.type('html').send(page))
    app.post('/login', async (request, response) => {
      checkCsrf(request)
      response.setHeader('Set-Cookie', cookies.start(await sessions.start({ sub: 'user_1' })))
      response.redirect(303, '/')
    })
    app.get('/orders', guard, (_, response) => void response.json({ orders: [] }))
    app.post('/logout-everywhere', guard, async (request, response) => {
      await sessions.endAll(forExpress.getAuth(request, authenticator).claims.sub ?? '')
      response.redirect(303, '/')
    })
    app.post('/session/renew', forExpress.serve(cookies.renew))
    app.post('/session/logout', forExpress.serve(cookies.logout))
    return createServer(tls, app)
  },
  async fastify({ authenticator, cookies, sessions }, tls) {
    const app = Fastify({ https: tls })
    await app.register(sealbearer, { authenticator })
    app.addContentTypeParser('application/x-www-form-urlencoded', async () => undefined)
    app.get('/', (_, reply) => reply.type('text/html').send(page))
    app.post('/login', async (request, reply) => {
      checkCsrf(request.raw)
      const grant = await sessions.start({ sub: 'user_1' })
      return reply.header('Set-Cookie', cookies.start(grant)).redirect('/', 303)
    })
    app.get('/orders', { onRequest: app.requireAuth() }, async () => ({ orders: [] }))
    app.post('/logout-everywhere', { onRequest: app.requireAuth() }, async (request, reply) => {
      await sessions.endAll(getAuth(request, authenticator).claims.sub ?? '')
      return reply.redirect('/', 303)
    })
    app.post('/session/renew', serveFastify(cookies.renew))
    app.post('/session/logout', serveFastify(cookies.logout))
    await app.ready()
    return app.server
  },
  hono({ authenticator, cookies, sessions }, tls) {
    const app = new Hono()
    app.get('/', (c) => c.html(page))
    app.post('/login', async (c) => {
      checkCsrf(c.req.raw)
      const grant = await sessions.start({ sub: 'user_1' })
      for (const cookie of cookies.start(grant)) c.header('Set-Cookie', cookie, { append: true })
      return c.redirect('/', 303)
    })
    app.get('/orders', forHono.requireAuth(authenticator), (c) => c.json({ orders: [] }))
    app.post('/logout-everywhere', forHono.requireAuth(authenticator), async (c) => {
      await sessions.endAll(c.var.auth.claims.sub ?? '')
      return c.redirect('/', 303)
    })
    app.post('/session/renew', forHono.serve(cookies.renew))
    app.post('/session/logout', forHono.serve(cookies.logout))
    // Over HTTP/1.
    return createAdaptorServer({ fetch: app.fetch, createServer, serverOptions: tls }) as Server
  },
  koa({ authenticator, cookies, sessions }, tls) {
    const app = new Koa()
    const guard = forKoa.requireAuth(authenticator)
    app.silent = true
    app.use(forKoa.serve(cookies.renew)).use(forKoa.serve(cookies.logout))
    app.use(async (ctx, next) => {
      if (ctx.path === '/') ctx.body = page
      // A browser asks for /favicon.ico too, which must not renew.
      else if (['/orders', '/logout-everywhere'].includes(ctx.path)) await next()
      else if (ctx.path === '/login') {
        checkCsrf(ctx.req)
        ctx.append('Set-Cookie', [...cookies.start(await sessions.start({ sub: 'user_1' }))])
        ctx.status = 303
        ctx.redirect('/')
      }
    })
    app.use(guard).use(async (ctx) => {
      if (ctx.path === '/orders') ctx.body = { orders: [] }
      else if (ctx.path === '/logout-everywhere') {
        await sessions.endAll(ctx.state.auth.claims.sub ?? '')
        ctx.status = 303
        ctx.redirect('/')
      }
    })
    return createServer(tls, app.callback())
  },
}
