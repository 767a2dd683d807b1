import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createIssuer, createJwksEndpoint, generateKey, type Issuer, type Key } from '@sealbearer/core'
import { serve } from '@sealbearer/hono'
import { Hono } from 'hono'
import { type Listening, listen } from './listen.js'
import { lifetime, parties } from './parties.js'

/** Another organization, with its own users, whose tokens our servers accept. */
export interface Partner extends Listening {
  readonly issuer: Issuer
  readonly key: Key
}

/** Starts the partner's server. It publishes the metadata for verifying its tokens (RFC 8414). */
export async function startPartner(port: number): Promise<Partner> {
  const key = await generateKey('ES256')
  const app = new Hono()
  // Without HTTP/2 options, it creates a server of node:http.
  const listening = await listen(createAdaptorServer({ fetch: app.fetch }) as Server, port)
  const { url } = listening

  app.get('/.well-known/oauth-authorization-server', (c) => c.json({ issuer: url, jwks_uri: `${url}/keys` }))
  app.get('/keys', serve(createJwksEndpoint(key)))

  const issuer = createIssuer({
    ...parties,
    issuer: url, // The identifier is its address.
    lifetime,
    signature: { algorithm: 'ES256', keys: key },
  })
  return { ...listening, issuer, key }
}
