// Server-sent events that end with the token: when it expires, and at once when its session is over.
// npm install @sealbearer/core @sealbearer/hono @sealbearer/sessions @hono/node-server hono
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { createMemoryStore, generateKey } from '@sealbearer/core'
import { requireAuth } from '@sealbearer/hono'
import { createBrowserSessions } from '@sealbearer/sessions'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'

const { authenticator, revocations, sessions } = createBrowserSessions({
  issuer: 'https://app.example.com',
  signature: { algorithm: 'ES256', keys: await generateKey('ES256') },
  refreshTokens: { secret: randomBytes(32) },
  store: createMemoryStore(),
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
  const headers = { cookie: `__Host-access=${accessToken}` }
  const open = () => fetch(`http://127.0.0.1:${port}/events`, { headers })

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
