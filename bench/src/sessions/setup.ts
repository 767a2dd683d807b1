import { createIssuer, createVerifier, generateKey, type Key, type Verifier } from '@sealbearer/core'
import { createMemoryStore, type RevocationStore, type SessionStore } from '@sealbearer/core/stores'
import { createRedisStore } from '@sealbearer/redis'
import { createRevocations, createSessions, type Revocations, type Sessions } from '@sealbearer/sessions'
import { createClient } from 'redis'

/** Where sessions are kept while they are measured. */
export interface Place {
  readonly title: string
  readonly store: SessionStore & RevocationStore
  close(): Promise<void>
}

export const inMemory = (): Place => ({
  title: 'memory',
  store: createMemoryStore({ maxEntries: 1_000_000 }),
  close: async () => {},
})

/** Keys of its own, which expire. */
export async function inRedis(url: string): Promise<Place> {
  const client = createClient({ url })
  await client.connect()
  const store = createRedisStore({ client, prefix: `bench:${crypto.randomUUID()}:` })
  return { title: 'Redis', store, close: () => client.close() }
}

/** Sessions on a store, and a verifier that looks at revocations. */
export interface Setup {
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly verifier: Verifier
  /** The same without revocations. */
  readonly plain: Verifier
}

const issuedFor = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }

export async function setUp({ store }: Place): Promise<Setup> {
  const key: Key = await generateKey('ES256')
  const signature = { algorithm: 'ES256', keys: key } as const
  const accessTokens = createIssuer({ ...issuedFor, lifetime: '15m', maxLifetime: '15m', signature })
  const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse' })
  await revocations.ready()
  const refreshTokens = {
    secret: crypto.getRandomValues(new Uint8Array(32)),
    lifetime: '30d',
    idle: '14d',
  } as const
  const sessions = createSessions({ accessTokens, refreshTokens, store, revocations })
  const policy = { ...issuedFor, signature: { algorithms: ['ES256'], keys: key } } as const
  return {
    ...{ sessions, revocations },
    verifier: createVerifier({ ...policy, revocations }),
    plain: createVerifier(policy),
  }
}
