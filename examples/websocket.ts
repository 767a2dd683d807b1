// A WebSocket that ends with the token: when it expires, and at once when its session is over.
// npm install @sealbearer/core @sealbearer/fastify @sealbearer/sessions @fastify/websocket fastify ws
import { randomBytes } from 'node:crypto'
import { addAbortListener, once } from 'node:events'
import websocket from '@fastify/websocket'
import { createMemoryStore, generateKey } from '@sealbearer/core'
import sealbearer from '@sealbearer/fastify'
import { createBrowserSessions } from '@sealbearer/sessions'
import fastify from 'fastify'
import { WebSocket } from 'ws'

const { authenticator, revocations, sessions } = createBrowserSessions({
  issuer: 'https://app.example.com',
  signature: { algorithm: 'ES256', keys: await generateKey('ES256') },
  refreshTokens: { secret: randomBytes(32) },
  store: createMemoryStore(),
})

const app = fastify()
await app.register(websocket)
await app.register(sealbearer, { authenticator })

// A handshake from another site is refused, though the browser sends the cookie with it.
app.get('/live', { websocket: true, onRequest: app.requireAuth() }, (socket, { auth: { signal } }) => {
  const ending = addAbortListener(signal, () => socket.close(4401, 'The session is over'))
  socket.on('close', () => ending[Symbol.dispose]())
  socket.on('message', (message) => socket.send(`you said ${message}`))
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
