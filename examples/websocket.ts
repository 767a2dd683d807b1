// A WebSocket that ends with the token: when it expires, and at once when its session is over.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import websocket from '@fastify/websocket'
import {
  createAuthenticator,
  createIssuer,
  createMemoryStore,
  createVerifier,
  generateKey,
} from '@sealbearer/core'
import sealbearer from '@sealbearer/fastify'
import { createRevocations, createSessionCookies, createSessions } from '@sealbearer/sessions'
import fastify from 'fastify'
import { WebSocket } from 'ws'

const keys = await generateKey('ES256')
const parties = { issuer: 'https://app.example.com', audience: 'https://app.example.com', typ: 'at+jwt' }
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
const cookies = createSessionCookies(sessions, { access: '__Host-access', refresh: '__Host-refresh' })
const authenticator = createAuthenticator({
  verifier: createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys }, revocations }),
  credentials: [cookies.credentials],
})

const app = fastify()
await app.register(websocket)
await app.register(sealbearer, { authenticator })

// A handshake from another site is refused, though the browser sends the cookie with it.
app.get('/live', { websocket: true, onRequest: app.requireAuth() }, (socket, { auth: { signal } }) => {
  const end = () => socket.close(4401, 'The session is over')
  signal.addEventListener('abort', end)
  socket.on('close', () => signal.removeEventListener('abort', end))
  socket.on('message', (message) => socket.send(`you said ${message}`))
  if (signal.aborted) end()
})

// What a browser does.
const url = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
const grant = await sessions.start({ sub: 'user_123' })
const cookie = `__Host-access=${grant.accessToken}`

const foreign = new WebSocket(`${url}/live`, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
const [refusal] = await once(foreign, 'error')
console.log(refusal.message) // Unexpected server response: 403

const socket = new WebSocket(`${url}/live`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
await once(socket, 'open')
socket.send('hello')
const [message] = await once(socket, 'message')
console.log(String(message)) // you said hello

await sessions.endAll('user_123')
const [code, reason] = await once(socket, 'close')
console.log(`${code}: ${reason}`) // 4401: The session is over

revocations.close()
await app.close()
