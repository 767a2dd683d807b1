// Socket.IO: the token comes in `io(url, { auth: { token } })`, and the socket ends with it. Run it with `npx tsx socket-io.ts`.
// npm install @sealbearer/core socket.io
import { addAbortListener } from 'node:events'
import {
  type Auth,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type Refused,
} from '@sealbearer/core'
import { Server } from 'socket.io'

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

/** What a client gets: in `connect_error` as `error.data`, or as the answer to a message. */
const refusal = ({ status, headers, body }: Refused) => ({ status, headers, body })

type Reply = (answer: object) => void
type Messages = { listOrders(reply: Reply): void; deleteOrder(id: string, reply: Reply): void }
export const io = new Server<Messages, object, object, { auth: Auth }>(Number(PORT), {
  maxHttpBufferSize: 65_536,
})

io.use(async (socket, next) => {
  const { token } = socket.handshake.auth
  const outcome = await authenticator.authenticateToken(token, { scope: 'orders:read' })
  if (!outcome.ok) return next(Object.assign(new Error('refused'), { data: refusal(outcome) }))
  socket.data.auth = outcome.auth
  next()
})

io.on('connection', (socket) => {
  const { auth } = socket.data
  const ending = addAbortListener(auth.signal, () => socket.disconnect(true))
  socket.on('disconnect', () => ending[Symbol.dispose]())

  socket.on('listOrders', (reply) => reply({ sub: auth.claims.sub }))
  socket.on('deleteOrder', async (id, reply) => {
    const outcome = await authenticator.check(auth, { scope: 'orders:write' })
    reply(outcome.ok ? { deleted: id } : refusal(outcome))
  })
})
