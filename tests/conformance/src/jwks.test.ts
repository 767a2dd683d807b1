import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  createAuthenticator,
  createJwksEndpoint,
  createKeySet,
  createVerifier,
  generateKey,
  importKey,
  publicJwks,
} from '@sealbearer/core'
import * as onExpress from '@sealbearer/express'
import * as onFastify from '@sealbearer/fastify'
import * as onHono from '@sealbearer/hono'
import * as onKoa from '@sealbearer/koa'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HeaderList } from './conformance-case.js'
import { sendOverWire } from './node.js'
import type { WireResponse } from './target.js'

const path = '/.well-known/jwks.json'
const first = await generateKey('ES256', { kid: 'first', extractable: true })
const second = await generateKey('Ed25519', { kid: 'second' })
const secret = await generateKey('HS256')
const postQuantum = await generateKey('ML-DSA-44', { kid: 'third' }).catch(() => undefined)
const keys = await createKeySet([first, secret])
const options = { maxAge: '10m' } as const
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer: 'a',
    audience: 'b',
    typ: 'c',
    signature: { algorithms: ['ES256'], keys },
  }),
})

/** Everything is guarded but the keys. */
const listeners: Readonly<Record<string, () => RequestListener | Promise<RequestListener>>> = {
  async fastify() {
    const app = fastify()
    await app.register(onFastify.sealbearer, { authenticator, protect: true })
    app.get(path, onFastify.serve(createJwksEndpoint(keys, options)))
    app.get('/', () => 'guarded')
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
  koa: () =>
    new Koa()
      .use(onKoa.serve(createJwksEndpoint(keys, options)))
      .use(onKoa.requireAuth(authenticator))
      .callback(),
  hono() {
    const app = new Hono()
    app.get(path, onHono.serve(createJwksEndpoint(keys, options)))
    app.use(onHono.requireAuth(authenticator))
    return getRequestListener(app.fetch)
  },
  express: () =>
    express()
      .get(path, onExpress.serve(createJwksEndpoint(keys, options)))
      .use(onExpress.requireAuth(authenticator)),
}

describe.each(Object.entries(listeners))('the keys on %s', (_, createListener) => {
  let server: Server
  beforeEach(async () => {
    await keys.replace([first, secret])
    server = createServer(await createListener()).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => server.close())

  // A server on TCP has an address of this kind.
  const port = () => (server.address() as AddressInfo).port
  const send = (method: string, target: string, headers: HeaderList = []) =>
    sendOverWire(port(), {
      connection: 'loopback',
      method,
      target,
      headers: [['Host', `127.0.0.1:${port()}`], ...headers],
      body: undefined,
    })
  const header = (response: WireResponse, name: string) =>
    response.headers.filter(([sent]) => sent === name).map(([, value]) => value)

  test('are open to all, public and cacheable', async () => {
    const answer = await send('GET', path)
    expect(answer.status).toBe(200)
    expect(header(answer, 'content-type')).toEqual(['application/jwk-set+json'])
    expect(header(answer, 'cache-control')).toEqual(['public, max-age=600'])
    expect(header(answer, 'etag')).toEqual([expect.stringMatching(/^"[\w-]{43}"$/)])
    const [jwk] = publicJwks(first).keys
    expect(JSON.parse(answer.body)).toEqual({ keys: [jwk] })
    expect(jwk).not.toHaveProperty('d')
  })

  test('are all that is open', async () => {
    expect((await send('GET', '/')).status).toBe(401)
    expect((await send('GET', '/.well-known/jwks')).status).not.toBe(200)
  })

  test('are not sent again to who has them', async () => {
    const [etag = ''] = header(await send('GET', path), 'etag')
    const answer = await send('GET', path, [['If-None-Match', etag]])
    expect([answer.status, answer.body]).toEqual([304, ''])
    expect(header(answer, 'etag')).toEqual([etag])
    expect(header(answer, 'cache-control')).toEqual(['public, max-age=600'])

    await keys.replace([second])
    const changed = await send('GET', path, [['If-None-Match', etag]])
    expect(changed.status).toBe(200)
    expect(JSON.parse(changed.body)).toEqual(publicJwks(second))
  })

  const akp = `may be of type AKP${postQuantum ? '' : ' (left out: this runtime has no ML-DSA)'}`
  test.skipIf(postQuantum === undefined)(akp, async () => {
    const key = postQuantum ?? expect.unreachable()
    await keys.replace([first, key])
    const [, jwk] = JSON.parse((await send('GET', path)).body).keys
    expect(jwk).toEqual({ kty: 'AKP', alg: 'ML-DSA-44', kid: 'third', use: 'sig', pub: expect.any(String) })
    // FIPS 204 §4, table 2.
    expect(Buffer.from(jwk.pub, 'base64url')).toHaveLength(1312)
    await expect(importKey(jwk, { alg: 'ML-DSA-44' })).resolves.toMatchObject({ kid: 'third' })
  })

  test('are described by HEAD', async () => {
    const got = await send('GET', path)
    const answer = await send('HEAD', path)
    expect([answer.status, answer.body]).toEqual([200, ''])
    for (const name of ['content-type', 'cache-control', 'etag']) {
      expect(header(answer, name)).toEqual(header(got, name))
    }
    // RFC 9110 §8.6: either what GET has, or nothing.
    expect([[], [String(got.body.length)]]).toContainEqual(header(answer, 'content-length'))
  })

  test('are not to be written', async () => {
    const { status, body } = await send('POST', path)
    expect([401, 404, 405]).toContain(status)
    expect(body).not.toContain('keys')
  })
})

test('wrong keys and options are refused at once', () => {
  expect(() => createJwksEndpoint(secret)).toThrow(TypeError)
  // @ts-expect-error there is no such option
  expect(() => createJwksEndpoint(first, { maxage: '5m' })).toThrow(TypeError)
  expect(() => createJwksEndpoint(first, { maxAge: '5m' })).not.toThrow()
})

describe('the path on Koa', () => {
  test('can be another', async () => {
    const app = new Koa().use(onKoa.serve(createJwksEndpoint(keys, { path: '/keys' }))).use((ctx) => {
      ctx.body = 'next'
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A server on TCP has an address of this kind.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect(await (await fetch(`${url}/keys`)).json()).toEqual({ keys: [expect.any(Object)] })
    expect(await (await fetch(`${url}${path}`)).text()).toBe('next')
    const refused = await fetch(`${url}/keys`, { method: 'DELETE' })
    expect([refused.status, refused.headers.get('allow'), await refused.text()]).toEqual([
      405,
      'GET, HEAD',
      '',
    ])
    server.close()
  })

  test('begins with a slash', () => {
    expect(() => onKoa.serve(createJwksEndpoint(keys), { path: 'keys' })).toThrow(
      new TypeError("path: must begin with a slash, such as '/.well-known/jwks.json'"),
    )
  })
})
