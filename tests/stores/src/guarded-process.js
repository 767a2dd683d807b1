// A process of a server: accepts a proof as often as its parent says, all at once, and answers with the codes.
import {
  authenticateRequest,
  createAuthenticator,
  createVerifier,
  dpop,
  importSecret,
} from '@sealbearer/core'
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

process.on('message', async ({ headers, count }) => {
  const requests = Array.from({ length: count }, () => new Request(`${origin}/orders`, { headers }))
  const outcomes = await Promise.all(requests.map((request) => authenticateRequest(authenticator, request)))
  process.send(outcomes.map((outcome) => (outcome.ok ? 'accepted' : outcome.error.code)))
})
process.on('disconnect', () => client.destroy())
// The nonce for the first proofs.
const { headers } = await authenticateRequest(authenticator, new Request(origin))
process.send(headers['DPoP-Nonce'])
