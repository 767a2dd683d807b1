// ws: a guarded handshake, and a socket that ends with its token. Run it with `npx tsx ws.ts`.
// npm install @sealbearer/core ws
import { addAbortListener } from 'node:events'
import { createServer } from 'node:http'
import {
  createAuthenticator,
  createRequestGuard,
  createVerifier,
  discoverIssuer,
  getAuth,
} from '@sealbearer/core'
import { refuseUpgrade } from '@sealbearer/core/adapter'
import { WebSocketServer } from 'ws'

const { ISSUER = 'https://auth.example.com', PORT = '3000' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
})

const guard = createRequestGuard(authenticator, { scope: 'orders:read' })
const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 })

export const server = createServer((_, response) => response.writeHead(426).end()).listen(Number(PORT))
server.on('upgrade', async (request, socket, head) => {
  socket.on('error', () => socket.destroy())
  const outcome = await guard(request) // behind a proxy that terminates TLS: `guard(request, { secure: true })`
  if (!outcome.ok) return refuseUpgrade(socket, outcome)
  sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request))
})

sockets.on('connection', (socket, request) => {
  const { claims, signal } = getAuth(request, authenticator)
  const ending = addAbortListener(signal, () => socket.close(4401, 'The token has expired'))
  socket.on('close', () => ending[Symbol.dispose]())
  socket.on('error', () => socket.terminate())
  socket.send(JSON.stringify({ sub: claims.sub }))
})
