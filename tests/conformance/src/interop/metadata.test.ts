import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  type Authenticator,
  createAuthenticator,
  createIssuer,
  createVerifier,
  type Endpoint,
  generateKey,
  publicJwks,
  type Requirement,
} from '@sealbearer/core'
import * as express from '@sealbearer/express'
import * as fastify from '@sealbearer/fastify'
import * as hono from '@sealbearer/hono'
import * as koa from '@sealbearer/koa'
import createExpress from 'express'
import createFastify from 'fastify'
import { Hono } from 'hono'
import { createLocalJWKSet, jwtVerify } from 'jose'
import Koa from 'koa'
import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'

const key = await generateKey('ES256', { kid: 'signing' })
const issuer = 'https://auth.example.com'
/** Servers on loopback. */
const insecure = { [oauth.allowInsecureRequests]: true } as const

type Framework = (
  authenticator: Authenticator,
  metadata: Endpoint,
  requirement: Requirement,
) => RequestListener | Promise<RequestListener>

/** A resource at `/orders` that is guarded, beside its public metadata. */
const frameworks: Readonly<Record<string, Framework>> = {
  async Fastify(authenticator, metadata, requirement) {
    const app = createFastify()
    await app.register(fastify.sealbearer, { authenticator, protect: true })
    app.all(metadata.path ?? '', fastify.serve(metadata))
    app.get('/orders', { onRequest: app.requireAuth(requirement) }, async () => 'orders')
    await app.ready()
    return (request, response) => app.routing(request, response)
  },
  Koa: (authenticator, metadata, requirement) =>
    new Koa()
      .use(koa.serve(metadata))
      .use(koa.requireAuth(authenticator, requirement))
      .use((context) => {
        context.body = 'orders'
      })
      .callback(),
  Hono(authenticator, metadata, requirement) {
    const app = new Hono()
    app.all(metadata.path ?? '', hono.serve(metadata))
    app.get('/orders', hono.requireAuth(authenticator, requirement), (c) => c.text('orders'))
    return getRequestListener(app.fetch)
  },
  Express(authenticator, metadata, requirement) {
    const app = createExpress()
    app.all(metadata.path ?? '', express.serve(metadata))
    app.get('/orders', express.requireAuth(authenticator, requirement), (_, response) => {
      response.send('orders')
    })
    return app
  },
}

async function start(framework: Framework, path: string) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server on TCP has an address of this kind.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const identifier = `${origin}${path}`
  const parties = { issuer, audience: identifier, typ: 'at+jwt' } as const
  const authenticator = createAuthenticator({
    verifier: createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys: key } }),
    resource: {
      ...{ identifier, authorizationServers: issuer, scopes: ['orders:read', 'orders:write'] },
      signature: { key, algorithm: 'ES256' },
    },
    scopeImplies: { 'orders:write': ['orders:read'] },
  })
  const { metadata } = authenticator
  const requirement = { scope: 'orders:read', acr: ['mfa', 'hwk'], maxAge: '10m' } as const
  server.on('request', await framework(authenticator, metadata, requirement))
  const tokens = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: 'ES256', keys: key } })
  const url = new URL('/orders', origin)
  return {
    identifier,
    address: `${origin}${metadata.path}`,
    /** As a client sends it; the challenges of its answer are as the client reads them. */
    async ask(claims?: Readonly<Record<string, unknown>>) {
      const { token } = await tokens.issue({ sub: 'user_1', ...claims })
      const response = await oauth
        .protectedResourceRequest(
          claims === undefined ? 'x.y.z' : token,
          'GET',
          url,
          undefined,
          undefined,
          insecure,
        )
        .catch((error: unknown) => {
          if (error instanceof oauth.WWWAuthenticateChallengeError) return error
          throw error
        })
      if (!(response instanceof oauth.WWWAuthenticateChallengeError)) return { status: response.status }
      return { status: response.status, ...response.cause[0]?.parameters }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe.each(Object.entries(frameworks))('oauth4webapi at %s', (_, framework) => {
  test.each(['', '/', '/orders', '/tenants/a/'])(
    'RFC 9728 §3, §5: finds the metadata of a resource with the path "%s"',
    async (path) => {
      await using server = await start(framework, path)
      const { identifier, address } = server
      expect(await server.ask()).toMatchObject({ status: 401, resource_metadata: address })
      const named = await oauth.processResourceDiscoveryResponse(new URL(identifier), await fetch(address))
      const found = await oauth.processResourceDiscoveryResponse(
        new URL(identifier),
        await oauth.resourceDiscoveryRequest(new URL(identifier), insecure),
      )
      expect(found).toEqual(named)
      expect(found).toMatchObject({
        resource: identifier,
        authorization_servers: [issuer],
        scopes_supported: ['orders:read', 'orders:write'],
      })
      const { signed_metadata: signed, ...plain } = found
      const { payload } = await jwtVerify(signed ?? '', createLocalJWKSet(publicJwks(key)))
      expect(payload).toEqual({ ...plain, iss: identifier })
    },
  )

  test('reads the same by HEAD, and in a browser after a preflight', async () => {
    await using server = await start(framework, '/mcp')
    const headers = {
      Origin: 'https://app.example.com',
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'mcp-protocol-version',
    }
    const preflight = await fetch(server.address, { method: 'OPTIONS', headers })
    expect([preflight.status, await preflight.text()]).toEqual([204, ''])
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-methods')).toContain('GET')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('*')
    const head = await fetch(server.address, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'application/json',
      '',
    ])
    expect(head.headers.get('access-control-allow-origin')).toBe('*')
    expect((await fetch(server.address, { method: 'DELETE' })).status).toBe(405)
  })

  test('RFC 9470 §3: reads how the user has to authenticate, and then which scope is missing', async () => {
    await using server = await start(framework, '/orders')
    const now = Math.floor(Date.now() / 1000)
    const insufficient = {
      status: 401,
      error: 'insufficient_user_authentication',
      acr_values: 'mfa hwk',
      max_age: '600',
      scope: 'orders:read',
      resource_metadata: server.address,
    }
    expect(await server.ask({})).toMatchObject(insufficient)
    expect(await server.ask({ acr: 'mfa' })).toMatchObject(insufficient)
    expect(await server.ask({ acr: 'pwd', auth_time: now })).toMatchObject(insufficient)
    expect(await server.ask({ acr: 'mfa', auth_time: now - 700 })).toMatchObject(insufficient)
    expect(await server.ask({ acr: 'mfa', auth_time: now })).toMatchObject({
      status: 403,
      error: 'insufficient_scope',
      scope: 'orders:read',
      resource_metadata: server.address,
    })
    expect(await server.ask({ acr: 'hwk', auth_time: now, scope: 'orders:write' })).toEqual({ status: 200 })
  })
})
