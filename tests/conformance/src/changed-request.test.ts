import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Authenticator } from '@sealbearer/core'
import * as forExpress from '@sealbearer/express'
import * as forFastify from '@sealbearer/fastify'
import * as forKoa from '@sealbearer/koa'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import type { ListenerFactory } from './node.js'

// Middleware between two guards of a route changes what the router sees: the method, or the URL.

/** What middleware makes of a request with a method; `undefined` leaves it as it is. */
interface Change {
  readonly method?: string
  readonly url?: string
}

type Guarded = (authenticator: Authenticator, change: Change) => ListenerFactory

const frameworks: Readonly<Record<string, Guarded>> = {
  express: (authenticator, change) => () => {
    const guard = forExpress.requireAuth(authenticator)
    const app = express().use(guard, (req, _, next) => {
      Object.assign(req, change)
      next()
    })
    return app.use(guard, (_, res) => void res.send('done'))
  },
  koa: (authenticator, change) => () => {
    const guard = forKoa.requireAuth(authenticator)
    const app = new Koa().use(guard).use((ctx, next) => {
      Object.assign(ctx.request, change)
      return next()
    })
    app.use(guard).use((ctx) => {
      ctx.body = 'done'
    })
    return app.callback()
  },
  fastify: (authenticator, change) => async () => {
    const app = fastify()
    await app.register(forFastify.sealbearer, { authenticator })
    app.all('/orders', {
      onRequest: [
        app.requireAuth(),
        async ({ raw }) => {
          Object.assign(raw, change)
        },
        app.requireAuth(),
      ],
      handler: async () => 'done',
    })
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
}

let conformance: Conformance
beforeAll(async () => {
  conformance = await createConformance()
})

async function statusOf(guarded: Guarded, change: Change, scheme: 'DPoP' | 'Bearer'): Promise<number> {
  const { tokens, policies } = conformance
  const server = createServer(await guarded(policies.dpop, change)('loopback'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const token = await (scheme === 'DPoP' ? tokens.bound() : tokens.signed())
  const proof = scheme === 'DPoP' ? { dpop: await tokens.proof(token, { path: '/orders' }) } : {}
  // A server on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  const headers = { authorization: `${scheme} ${token}`, ...proof }
  return (await fetch(`http://127.0.0.1:${port}/orders`, { headers })).status
}

describe.each(Object.entries(frameworks))('%s', (_, guarded) => {
  test.each([
    { title: 'as it came', change: {}, expected: 200 },
    { title: 'with the same method', change: { method: 'GET' }, expected: 200 },
    { title: 'with another method', change: { method: 'DELETE' }, expected: 401 },
    { title: 'with another URL for the router', change: { url: '/orders?page=2' }, expected: 200 },
  ])('a proof, $title: $expected', async ({ change, expected }) => {
    expect(await statusOf(guarded, change, 'DPoP')).toBe(expected)
  })

  test('a token without a proof, with another method: 200', async () => {
    expect(await statusOf(guarded, { method: 'DELETE' }, 'Bearer')).toBe(200)
  })
})
