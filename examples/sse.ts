// Server-sent events that end with the token: when it expires, and at once when its session is over.
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import {
  createAuthenticator,
  createIssuer,
  createMemoryStore,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import { requireAuth } from '@sealbearer/hono'
import { createRevocations, createSessions } from '@sealbearer/sessions'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'

const keys = await generateKey('ES256')
const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const store = createMemoryStore()
const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse' })
const sessions = createSessions({
  accessTokens: createIssuer({
    ...parties,
    lifetime: '15m',
    maxLifetime: '15m',
    signature: { algorithm: 'ES256', keys },
  }),
  refreshTokens: { secret: randomBytes(32) },
  store,
  revocations,
})
const authenticator = createAuthenticator({
  verifier: createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys }, revocations }),
})

const app = new Hono()

app.get('/events', requireAuth(authenticator), (c) => {
  const { signal } = c.var.auth
  return streamSSE(c, async (stream) => {
    while (!signal.aborted && !stream.aborted) {
      await stream.writeSSE({ data: 'news' })
      await setTimeout(10_000, undefined, { signal }).catch(() => undefined)
    }
  })
})

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, async ({ port }) => {
  // What a client sees.
  const { accessToken, session } = await sessions.start({ sub: 'user_123' })
  const open = () =>
    fetch(`http://127.0.0.1:${port}/events`, { headers: { authorization: `Bearer ${accessToken}` } })

  const { body } = await open()
  for await (const chunk of body ?? []) {
    console.log(new TextDecoder().decode(chunk).trim()) // data: news
    await sessions.end({ sid: session.id })
  }
  console.log('the stream has ended')
  console.log((await open()).status) // 401

  revocations.close()
  server.close()
})
