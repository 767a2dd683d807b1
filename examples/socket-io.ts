// Socket.IO: the token comes in `io(url, { auth: { token } })`, and the socket ends with it. Run it with `npx tsx socket-io.ts`.
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
const refusal = ({ status, headers, body }: Refused) => ({
  status,
  challenge: headers['WWW-Authenticate'],
  ...body,
})

type Reply = (answer: object) => void
type Messages = { listOrders(reply: Reply): void; deleteOrder(id: string, reply: Reply): void }
export const io = new Server<Messages, object, object, { auth: Auth }>(Number(PORT), {
  maxHttpBufferSize: 65_536,
})

io.use(async (socket, next) => {
  const outcome = await authenticator.authenticateToken(socket.handshake.auth['token'], {
    scope: 'orders:read',
  })
  if (!outcome.ok) return next(Object.assign(new Error('refused'), { data: refusal(outcome) }))
  socket.data.auth = outcome.auth
  next()
})

io.on('connection', (socket) => {
  const { auth } = socket.data
  const end = () => socket.disconnect(true)
  auth.signal.addEventListener('abort', end)
  socket.on('disconnect', () => auth.signal.removeEventListener('abort', end))

  socket.on('listOrders', (reply) => reply({ sub: auth.claims.sub }))
  socket.on('deleteOrder', async (id, reply) => {
    const outcome = await authenticator.check(auth, { scope: 'orders:write' })
    reply(outcome.ok ? { deleted: id } : refusal(outcome))
  })
})
