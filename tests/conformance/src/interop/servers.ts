import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Authenticator, JwtClaims } from '@sealbearer/core'
import * as express from '@sealbearer/express'
import * as fastify from '@sealbearer/fastify'
import * as hono from '@sealbearer/hono'
import * as koa from '@sealbearer/koa'
import createExpress from 'express'
import createFastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'

/** Answers `/orders` with the client of the token, where its scope has `orders:read`. */
type Framework = (authenticator: Authenticator<JwtClaims>) => RequestListener | Promise<RequestListener>

const requirement = { scope: 'orders:read' } as const

/** The same guarded resource in each framework. */
export const frameworks: Readonly<Record<'Fastify' | 'Koa' | 'Hono' | 'Express', Framework>> = {
  async Fastify(authenticator) {
    const app = createFastify()
    await app.register(fastify.sealbearer, { authenticator })
    app.get('/orders', { onRequest: app.requireAuth(requirement) }, (request) => ({
      client: fastify.getAuth(request, authenticator).claims['client_id'],
    }))
    await app.ready()
    return (request, response) => app.routing(request, response)
  },
  Koa(authenticator) {
    const app = new Koa()
    app.use(koa.requireAuth(authenticator, requirement))
    app.use((context) => {
      context.body = { client: koa.getAuth(context, authenticator).claims['client_id'] }
    })
    return app.callback()
  },
  Hono(authenticator) {
    const app = new Hono()
    app.get('/orders', hono.requireAuth(authenticator, requirement), (context) =>
      context.json({ client: String(context.var.auth.claims['client_id']) }),
    )
    return getRequestListener(app.fetch)
  },
  Express(authenticator) {
    const app = createExpress()
    app.get('/orders', express.requireAuth(authenticator, requirement), (request, response) => {
      response.json({ client: express.getAuth(request, authenticator).claims['client_id'] })
    })
    return app
  },
}

/** A server under test. */
export interface RunningServer extends AsyncDisposable {
  readonly get: (token?: string) => Promise<{ status: number; body: unknown }>
}

/** Starts a listener on a port of its own. */
export async function startServer(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    async get(token) {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const response = await fetch(`http://127.0.0.1:${port}/orders`, { headers })
      return { status: response.status, body: await response.json() }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
