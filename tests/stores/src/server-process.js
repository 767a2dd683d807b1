// One server of several, for processes.deep.test.ts: it does what it is sent, and answers with what came of it.
import { createIssuer, createKeyRing, createVerifier, isSealbearerError } from '@sealbearer/core'
import { createPostgresStore } from '@sealbearer/postgres'
import { createRedisStore } from '@sealbearer/redis'
import { createRevocations, createSessions } from '@sealbearer/sessions'
import pg from 'pg'
import { createClient } from 'redis'

const stores = {
  async redis({ url }) {
    return createRedisStore({ client: await createClient({ url }).connect() })
  },
  async postgres(connection) {
    return createPostgresStore({ client: new pg.Pool(connection) })
  },
}

const { engine, connection, window } = JSON.parse(process.argv[2] ?? '')
const store = await stores[engine](connection)
const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
let ahead = 0
const keys = await createKeyRing({
  keys: ['ES256'],
  rotateEvery: '30d',
  store,
  now: () => new Date(Date.now() + ahead),
})
const signature = { algorithm: 'ES256', keys }
const accessTokens = createIssuer({ ...parties, lifetime: '15m', maxLifetime: '15m', signature })
const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse' })
await revocations.ready()
const sessions = createSessions({
  accessTokens,
  refreshTokens: { secret: 'a secret of all servers, at least 32 bytes', window },
  store,
  revocations,
})
const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys }, revocations })

const operations = {
  start: (options) => sessions.start(options),
  renew: (refreshToken) => sessions.renew(refreshToken),
  verify: async (token) => (await verifier.verify(token)).claims,
  endAll: (sub) => sessions.endAll(sub),
  list: (sub) => sessions.list(sub),
  revoke: (target) => revocations.revoke(target),
  lag: async () => revocations.status().lag,
  rotate: () => keys.rotate(),
  /** For the ring alone, which does nothing in the first hours. */
  async pass(milliseconds) {
    ahead += milliseconds
  },
  ring: async () => keys.status().map(({ kid, phase }) => ({ kid, phase })),
}

process.on('message', async ({ id, operation, input }) => {
  try {
    process.send({ id, result: await operations[operation](input) })
  } catch (error) {
    process.send({ id, code: isSealbearerError(error) ? error.code : String(error) })
  }
})
process.on('disconnect', () => process.exit())
process.send({ id: 0 })
