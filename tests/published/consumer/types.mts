// Compiled only: the public interface as a reader's own strict compiler sees it, with no cast in a handler.
import {
  createAuthenticator,
  createIssuer,
  createKeySet,
  createVerifier,
  generateKey,
  publicJwks,
} from '@sealbearer/core'
import { decryptJwe, encryptJwe } from '@sealbearer/core/jose'
import { requireAuth as forExpress } from '@sealbearer/express'
import sealbearer from '@sealbearer/fastify'
import { requireAuth as forHono } from '@sealbearer/hono'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'

const issuedFor = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const key = await generateKey('ES256', { kid: 'one' })
const keys = await createKeySet([key])
publicJwks(keys)

const issuer = createIssuer({ ...issuedFor, lifetime: '5m', signature: { algorithm: 'ES256', keys } })
const { token } = await issuer.issue({ sub: 'user_123' })
const verifier = createVerifier({ ...issuedFor, signature: { algorithms: ['ES256'], keys } })
const { claims } = await verifier.verify(token)
export const subject: unknown = claims.sub

// @ts-expect-error a verifier without an audience is refused by the types
createVerifier({ issuer: 'https://a.example', typ: 'at+jwt', signature: { algorithms: ['ES256'], keys } })

const encryption = { keyManagement: 'dir', contentEncryption: 'A256GCM' } as const
const secret = await generateKey('dir', { enc: 'A256GCM' })
const sealed = await encryptJwe(new Uint8Array(), { ...encryption, key: secret })
const opened = await decryptJwe(sealed, {
  keyManagement: ['dir'],
  contentEncryption: ['A256GCM'],
  keys: secret,
})
export const plaintext: Uint8Array = opened.plaintext

export const authenticator = createAuthenticator({ verifier })

declare module '@sealbearer/express' {
  interface Register {
    authenticator: typeof authenticator
  }
}

const fastifyApp = fastify()
await fastifyApp.register(sealbearer, { authenticator })
fastifyApp.get(
  '/',
  { onRequest: fastifyApp.requireAuth({ scope: 'a' }) },
  async (request) => request.auth.claims.sub,
)

new Hono().use(forHono(authenticator)).get('/', (c) => c.json({ sub: String(c.var.auth.claims.sub) }))

express().get('/', forExpress(authenticator, { scope: 'a' }), (req, res) => {
  res.json(req.auth.claims.sub)
})
