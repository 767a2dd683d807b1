import { createHash, randomUUID } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  type Authenticator,
  authenticateRequest,
  bearer,
  createAuthenticator,
  createIssuer,
  createVerifier,
  dpop,
  generateKey,
  publicJwks,
} from '@sealbearer/core'
import { createMemoryStore } from '@sealbearer/core/stores'
import * as express from '@sealbearer/express'
import * as fastify from '@sealbearer/fastify'
import * as hono from '@sealbearer/hono'
import * as koa from '@sealbearer/koa'
import { generateKeyPair, generateProof, type KeyPair } from 'dpop'
import createExpress, { Router } from 'express'
import createFastify from 'fastify'
import { Hono } from 'hono'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import Koa from 'koa'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { describe, expect, test } from 'vitest'

const issuer = 'https://auth.example.com'
const audience = 'https://api.example.com'
const key = await generateKey('ES256', { kid: 'signing' })
const parties = { issuer, audience, typ: 'at+jwt' } as const
const tokens = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: 'ES256', keys: key } })
const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys: key } })

/** One for all servers: a new RSA key takes longer than the requests. */
const pairs = {
  ES256: generateKeyPair('ES256'),
  RS256: generateKeyPair('RS256'),
  PS256: generateKeyPair('PS256'),
  Ed25519: generateKeyPair('Ed25519'),
} as const

async function tokenFor(keys: KeyPair): Promise<string> {
  const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey))
  return (await tokens.issue({ sub: 'user_1', cnf: { jkt } })).token
}

type Listener = (authenticator: Authenticator) => RequestListener | Promise<RequestListener>

/** The same resource at `/api/orders/:id`, each in a router that is mounted below the root. */
const mounted: Readonly<Record<string, Listener>> = {
  async Fastify(authenticator) {
    const app = createFastify()
    await app.register(fastify.sealbearer, { authenticator })
    await app.register(
      async (scope) => {
        scope.all('/orders/:id', { onRequest: scope.requireAuth() }, (request) => request.auth.claims.sub)
      },
      { prefix: '/api' },
    )
    await app.ready()
    return (request, response) => app.routing(request, response)
  },
  Koa(authenticator) {
    const app = new Koa()
    app.use((context, next) => {
      // As mounted applications have it.
      context.path = context.path.replace('/api', '')
      return next()
    })
    app.use(koa.requireAuth(authenticator))
    app.use((context) => {
      context.body = koa.getAuth(context, authenticator).claims.sub
    })
    return app.callback()
  },
  Hono(authenticator) {
    const orders = new Hono()
    orders.all('/orders/:id', hono.requireAuth(authenticator), (c) => c.text(String(c.var.auth.claims.sub)))
    return getRequestListener(new Hono().route('/api', orders).fetch)
  },
  'Hono with a mounted application'(authenticator) {
    const orders = new Hono()
    orders.all('/orders/:id', hono.requireAuth(authenticator), (c) => c.text(String(c.var.auth.claims.sub)))
    return getRequestListener(new Hono().mount('/api', orders.fetch).fetch)
  },
  Express(authenticator) {
    const orders = Router()
    orders.all('/:id', express.requireAuth(authenticator), (request, response) => {
      response.send(express.getAuth(request, authenticator).claims.sub)
    })
    return createExpress().use('/api', Router().use('/orders', orders))
  },
}

interface Served extends AsyncDisposable {
  readonly url: URL
  /** Answers so far, by status. */
  readonly statuses: number[]
}

async function serve(listener: Listener, nonces: boolean): Promise<Served> {
  let answer: RequestListener = () => {}
  const statuses: number[] = []
  const server = createServer((request, response) => {
    response.on('finish', () => statuses.push(response.statusCode))
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on TCP has an address of this kind.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const nonce = nonces ? { secret: 'a nonce secret of 32 bytes or longer' } : undefined
  const credentials = [dpop({ origin, replay: createMemoryStore(), nonce }), bearer()]
  answer = await listener(createAuthenticator({ verifier, credentials }))
  return {
    url: new URL('/api/orders/1%2F2?page=2', origin),
    statuses,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const metadata: oauth.AuthorizationServer = { issuer }

describe.each(Object.entries(mounted))('%s, mounted below the root', (_, listener) => {
  describe.each([true, false])('nonces: %s', (nonces) => {
    test('oauth4webapi, which tries again with the nonce', async () => {
      await using server = await serve(listener, nonces)
      const keys = await oauth.generateKeyPair('ES256')
      const token = await tokenFor(keys)
      const handle = oauth.DPoP({}, keys)
      const send = (method: string) =>
        oauth.protectedResourceRequest(token, method, server.url, undefined, undefined, {
          DPoP: handle,
          [oauth.allowInsecureRequests]: true,
        })
      const first = await send('GET').catch((error: unknown) => {
        if (!oauth.isDPoPNonceError(error)) throw error
        return send('GET')
      })
      expect(await first.text()).toBe('user_1')
      // The next nonce came with the answer.
      expect((await send('POST')).status).toBe(200)
      expect(server.statuses).toEqual(nonces ? [401, 200, 200] : [200, 200])
    })

    test('openid-client, which tries again by itself', async () => {
      await using server = await serve(listener, nonces)
      const configuration = new client.Configuration(metadata, 'app')
      client.allowInsecureRequests(configuration)
      const keys = await client.randomDPoPKeyPair('ES256')
      const token = await tokenFor(keys)
      const handle = client.getDPoPHandle(configuration, keys)
      const send = (method: string) =>
        client.fetchProtectedResource(configuration, token, server.url, method, undefined, undefined, {
          DPoP: handle,
        })
      expect(await (await send('GET')).text()).toBe('user_1')
      expect((await send('PUT')).status).toBe(200)
      expect(server.statuses).toEqual(nonces ? [401, 200, 200] : [200, 200])
    })

    test.each(Object.entries(pairs))('dpop with %s', async (_, pair) => {
      await using server = await serve(listener, nonces)
      const keys = await pair
      const token = await tokenFor(keys)
      const send = async (nonce?: string, htu = server.url.origin + server.url.pathname) => {
        const proof = await generateProof(keys, htu, 'GET', nonce, token)
        return fetch(server.url, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
      }
      let nonce: string | undefined
      if (nonces) {
        const asked = await send()
        expect(asked.status).toBe(401)
        nonce = asked.headers.get('dpop-nonce') ?? undefined
      }
      const answer = await send(nonce)
      expect([answer.status, await answer.text()]).toEqual([200, 'user_1'])
      expect((await send(nonce, `${server.url.origin}/orders/1%2F2`)).status).toBe(401)
    })
  })

  test('of 50 parallel uses of one proof, one is accepted', async () => {
    await using server = await serve(listener, false)
    const keys = await generateKeyPair('ES256')
    const token = await tokenFor(keys)
    const proof = await generateProof(keys, server.url.href, 'GET', undefined, token, { jti: randomUUID() })
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof }
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(server.url, { headers })))
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 49 }, () => 401),
    ])
  })
})

describe('oauth4webapi as a server accepts the same proofs', async () => {
  const url = 'https://api.example.com/orders?page=2'
  const now = Math.floor(Date.now() / 1000)
  const keys = await generateKeyPair('ES256')
  const jwk = await exportJWK(keys.publicKey)
  const jkt = await calculateJwkThumbprint(jwk)
  const { token } = await tokens.issue({ sub: 'user_1', client_id: 'app', cnf: { jkt } })
  const ath = createHash('sha256').update(token).digest('base64url')
  const authenticator = createAuthenticator({
    verifier,
    credentials: [dpop({ origin: new URL(url).origin, replay: { claim: async () => true } })],
  })

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['the good one', {}, {}],
    ['htu with the query', { htu: url }, {}],
    ['htu with a fragment', { htu: 'https://api.example.com/orders#a' }, {}],
    ['htu in capitals', { htu: 'HTTPS://API.EXAMPLE.COM/orders' }, {}],
    ['htu with the usual port', { htu: 'https://api.example.com:443/orders' }, {}],
    ['htu of another path', { htu: 'https://api.example.com/users' }, {}],
    ['htu of another host', { htu: 'https://evil.example/orders' }, {}],
    ['htu that is no URL', { htu: 'orders' }, {}],
    ['another method', { htm: 'POST' }, {}],
    ['a method in lower case', { htm: 'get' }, {}],
    ['no jti', { jti: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['no htm', { htm: undefined }, {}],
    ['no htu', { htu: undefined }, {}],
    ['no ath', { ath: undefined }, {}],
    ['ath of another token', { ath: jkt }, {}],
    ['an old one', { iat: now - 3600 }, {}],
    ['one of the future', { iat: now + 3600 }, {}],
    ['typ JWT', {}, { typ: 'JWT' }],
    ['typ as a whole media type', {}, { typ: 'application/dpop+jwt' }],
    ['no jwk', {}, { jwk: undefined }],
    ['a jwk with a private member', {}, { jwk: { ...jwk, d: jwk.x } }],
    ['another jwk', {}, { jwk: { ...jwk, x: jwk.y, y: jwk.x } }],
  ])('%s', async (_, claims, header) => {
    const proof = await new SignJWT({
      htm: 'GET',
      htu: 'https://api.example.com/orders',
      iat: now,
      ath,
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
      .sign(keys.privateKey)
    const request = () => new Request(url, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } })
    const options = {
      requireDPoP: true,
      [oauth.customFetch]: async () => Response.json(publicJwks(key)),
    }
    const theirs = await oauth
      .validateJwtAccessToken(
        { ...metadata, jwks_uri: 'https://auth.example.com/jwks' },
        request(),
        audience,
        options,
      )
      .then(
        () => true,
        () => false,
      )
    expect((await authenticateRequest(authenticator, request())).ok).toBe(theirs)
  })
})
