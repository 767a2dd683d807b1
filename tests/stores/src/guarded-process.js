// A process of a server on a port of its own, which it tells its parent. Answers with the code of each request.
import { createServer } from 'node:http'
import { createAuthenticator, createRequestGuard, createVerifier, dpop, importSecret } from '@sealbearer/core'
import { createRedisStore } from '@sealbearer/redis'
import { createClient } from 'redis'

const { REDIS_URL: url, SECRET: secret, ORIGIN: origin, ISSUER: issuer } = process.env
const client = await createClient({ url }).connect()
const keys = importSecret(secret, { alg: 'HS256', encoding: 'base64url' })
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: origin,
    typ: 'at+jwt',
    signature: { algorithms: ['HS256'], keys },
  }),
  credentials: [
    dpop({
      origin,
      replay: createRedisStore({ client, timeout: '30s' }),
      nonce: { secret },
      algorithms: ['ES256'],
    }),
  ],
})

const guard = createRequestGuard(authenticator)
const server = createServer(async (request, response) => {
  const outcome = await guard(request)
  response.writeHead(outcome.ok ? 200 : outcome.status, outcome.headers)
  response.end(outcome.ok ? 'accepted' : outcome.error.code)
})
server.listen(0, '127.0.0.1', () => process.send(server.address()))

process.on('disconnect', () => {
  server.close()
  server.closeAllConnections()
  client.destroy()
})
