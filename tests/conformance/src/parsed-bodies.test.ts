import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Endpoint } from '@sealbearer/core/adapter'
import * as forExpress from '@sealbearer/express'
import * as forFastify from '@sealbearer/fastify'
import * as forHono from '@sealbearer/hono'
import * as forKoa from '@sealbearer/koa'
import express from 'express'
import fastify from 'fastify'
import { Hono, type MiddlewareHandler } from 'hono'
import Koa from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'

const maxBytes = 64

/** Responds with the body that it reads. */
const endpoint: Endpoint = Object.assign(
  async (request: Parameters<Endpoint>[0]) => ({
    status: 200,
    headers: {},
    body: await request.text(maxBytes).catch((error: unknown) => `${error}`),
  }),
  { path: '/form' },
)

// It has no types of its own.
const express4: typeof express = (await import(String('express-oldest'))).default

const onExpress = (create: typeof express, ...parsers: express.Handler[]): Server => {
  const app = create()
  for (const parser of parsers) app.use(parser)
  return createServer(app.post('/form', forExpress.serve(endpoint)))
}
const onKoa = (...parsers: Koa.Middleware[]): Server => {
  const app = new Koa()
  for (const parser of parsers) app.use(parser)
  return createServer(app.use(forKoa.serve(endpoint)).callback())
}
const onHono = (...readers: MiddlewareHandler[]): Server => {
  const app = new Hono()
  for (const reader of readers) app.use(reader)
  // Over HTTP/1.
  return createAdaptorServer({ fetch: app.post('/form', forHono.serve(endpoint)).fetch }) as Server
}

/** What the parsers of Koa do with a form, and with a body of another type. */
const koaForms: Koa.Middleware = async (ctx, next) => {
  let text = ''
  for await (const chunk of ctx.req) text += chunk
  Object.assign(ctx.request, { body: Object.fromEntries(new URLSearchParams(text)) })
  return next()
}
const koaOthers: Koa.Middleware = (ctx, next) => {
  Object.assign(ctx.request, { body: {} })
  return next()
}
const reading =
  (read: (...[c]: Parameters<MiddlewareHandler>) => Promise<unknown>): MiddlewareHandler =>
  async (c, next) => {
    await read(c, next)
    await next()
  }

const servers: Readonly<Record<string, () => Server | Promise<Server>>> = {
  'Express, unread': () => onExpress(express),
  'Express, JSON': () => onExpress(express, express.json()),
  'Express, forms': () => onExpress(express, express.urlencoded({ extended: true })),
  'Express, bytes': () => onExpress(express, express.raw({ type: () => true })),
  'Express, text': () => onExpress(express, express.text({ type: () => true })),
  'Express 4, unread': () => onExpress(express4),
  'Express 4, JSON': () => onExpress(express4, express4.json()),
  'Express 4, forms': () => onExpress(express4, express4.urlencoded({ extended: true })),
  'Express 4, JSON and forms': () =>
    onExpress(express4, express4.json(), express4.urlencoded({ extended: false })),
  async Fastify() {
    const app = fastify()
    app.addContentTypeParser(/./, { parseAs: 'string' }, (_, body, done) => done(null, body))
    app.post('/form', forFastify.serve(endpoint))
    await app.ready()
    return app.server
  },
  'Koa, unread': () => onKoa(),
  'Koa, forms': () => onKoa(koaForms),
  'Koa, others': () => onKoa(koaOthers),
  'Hono, unread': () => onHono(),
  'Hono, parseBody': () => onHono(reading((c) => c.req.parseBody())),
  'Hono, formData': () => onHono(reading((c) => c.req.formData())),
  'Hono, text': () => onHono(reading((c) => c.req.text())),
  'Hono, arrayBuffer': () => onHono(reading((c) => c.req.arrayBuffer())),
}

describe.each(Object.entries(servers))('%s', (_, start) => {
  test.each(['application/x-www-form-urlencoded', 'Application/X-WWW-Form-Urlencoded;charset=UTF-8'])(
    'an endpoint reads a form, whether the application has read it before or not: %s',
    async (type) => {
      const server = (await start()).listen(0, '127.0.0.1')
      onTestFinished(() => void server.close())
      await once(server, 'listening')
      // A server on TCP has an address of this kind.
      const { port } = server.address() as AddressInfo
      const send = async (body: string): Promise<string> => {
        const headers = { 'content-type': type }
        return (await fetch(`http://127.0.0.1:${port}/form`, { method: 'POST', headers, body })).text()
      }
      expect(await send('logout_token=a.b.c&state=x+%26+y')).toBe('logout_token=a.b.c&state=x+%26+y')
      expect(await send('')).toBe('')
      expect(await send(`a=${'b'.repeat(maxBytes)}`)).toMatch(/^RangeError/)
    },
  )
})
