// Next.js: login, sessions in cookies and logout, on Hono. Copy it to `app/auth/[...route]/route.ts`, and set SECRET.
// npm install @sealbearer/core @sealbearer/hono @sealbearer/sessions hono
import { createMemoryStore, generateKey } from '@sealbearer/core'
import { requireAuth, serve } from '@sealbearer/hono'
import { createBrowserSessions } from '@sealbearer/sessions'
import { Hono } from 'hono'

const { NODE_ENV, SECRET = '' } = process.env

async function createApp() {
  const { authenticator, cookies, logIn } = createBrowserSessions({
    issuer: 'https://app.example.com', // your own application
    signature: { algorithm: 'ES256', keys: await generateKey('ES256') }, // in production: a key ring
    refreshTokens: { secret: SECRET }, // at least 32 bytes: `openssl rand -base64 32`
    store: createMemoryStore(), // for one process
    authenticator: { requireHttps: NODE_ENV !== 'development' }, // `next dev` is plain HTTP
  })
  const app = new Hono().basePath('/auth')
  app.post('/login', async (c) => {
    // Check the password here.
    const user = { sub: 'user_123' }
    return c.json({ loggedIn: true }, 200, { 'Set-Cookie': await logIn(c.req.raw, user) })
  })
  app.post('/logout', serve(cookies.logout))
  app.post('/logout-everywhere', serve(cookies.logoutEverywhere))
  app.get('/me', requireAuth(authenticator), (c) => c.json({ sub: c.var.auth.claims.sub }))
  return app
}

// Created by the first request, because `next build` loads this file without SECRET.
let app: ReturnType<typeof createApp> | undefined

// Behind a proxy that terminates TLS, it has to set X-Forwarded-Proto: Next.js believes it.
export async function GET(request: Request): Promise<Response> {
  app ??= createApp()
  return (await app).fetch(request)
}

export { GET as POST }
