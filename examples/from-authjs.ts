// From the session cookies of Auth.js (NextAuth 5) to sessions; both are accepted during the change. Run it with `AUTH_SECRET=… npx tsx from-authjs.ts`.
// npm install @sealbearer/core @sealbearer/hono @sealbearer/sessions @hono/node-server hono
import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import {
  clearCookie,
  cookie,
  createAuthenticator,
  createIssuer,
  createMemoryStore,
  createVerifier,
  deriveKey,
  generateKey,
} from '@sealbearer/core'
import { requireAuth } from '@sealbearer/hono'
import { createSessionCookies, createSessions } from '@sealbearer/sessions'
import { Hono } from 'hono'
import { getCookie } from 'hono/cookie'

const { AUTH_SECRET = '', PORT = '3000' } = process.env
const oldCookie = '__Secure-authjs.session-token' // over HTTPS; a long one comes in chunks: `.0`, `.1` …

// Auth.js encrypts under a key that it derives from its secret and the name of the cookie.
const info = `Auth.js Generated Encryption Key (${oldCookie})`
const oldSessions = createVerifier({
  issuer: null,
  audience: null,
  typ: null,
  maxTokenAge: '30d', // delete this verifier and the secret once the last old session is as old
  encryption: {
    keyManagement: ['dir'],
    contentEncryption: ['A256CBC-HS512'],
    keys: await deriveKey(AUTH_SECRET, { alg: 'dir', enc: 'A256CBC-HS512', salt: oldCookie, info }),
  },
})

const signingKey = await generateKey('ES256') // in production one that outlives the process: importKey, or createKeyRing
const parties = { issuer: 'https://app.example.com', audience: 'https://app.example.com', typ: 'at+jwt' }
const sessions = createSessions({
  accessTokens: createIssuer({
    ...parties,
    lifetime: '15m',
    signature: { algorithm: 'ES256', keys: signingKey },
  }),
  refreshTokens: { secret: randomBytes(32) },
  store: createMemoryStore(), // in production @sealbearer/redis or @sealbearer/postgres
})
const cookies = createSessionCookies(sessions, { access: '__Host-access', refresh: '__Host-refresh' })
const newSessions = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys: signingKey } })
const authenticator = createAuthenticator({
  verifier: [newSessions, oldSessions],
  credentials: [cookies.credentials, cookie(oldCookie, { chunked: true })],
  renewal: cookies.renewal,
})

const app = new Hono()
app.get('/me', requireAuth(authenticator), (c) => c.json({ sub: c.var.auth.claims.sub }))

// Pages call it once when they load: whoever has an old session gets a new one, without another login.
app.post('/session', requireAuth(authenticator), async (c) => {
  const { form, claims } = c.var.auth
  if (form !== 'encrypted' || claims.sub === undefined) return c.body(null, 204)
  const grant = await sessions.start({ sub: claims.sub })
  const oldCookies = Object.keys(getCookie(c)).filter((name) => name.startsWith(oldCookie))
  for (const value of [...cookies.start(grant), ...oldCookies.map((name) => clearCookie(name))])
    c.header('set-cookie', value, { append: true })
  return c.body(null, 204)
})

export const server = serve({ fetch: app.fetch, port: Number(PORT) })
