import { randomBytes } from 'node:crypto'
import { createIssuer, createMemoryStore } from '@sealbearer/core'
import type { ReplayStore, RevocationStore, SessionStore } from '@sealbearer/core/stores'
import { createRedisStore } from '@sealbearer/redis'
import {
  createRevocations,
  createSessionCookies,
  createSessions,
  type Revocations,
  type SessionCookies,
  type Sessions,
} from '@sealbearer/sessions'
import { createClient } from 'redis'
import type { ExampleKeys } from './keys.js'
import { lifetime, parties } from './parties.js'
import type { DemoUsers } from './users.js'

/** Where sessions and revocations are stored. */
export interface Store {
  readonly store: SessionStore & RevocationStore & ReplayStore
  close(): Promise<void>
}

/** Opens a store in memory, or in Redis for any number of processes. */
export async function openStore(redisUrl: string | undefined): Promise<Store> {
  if (redisUrl === undefined) return { store: createMemoryStore(), close: async () => undefined }
  const client = createClient({ url: redisUrl })
  await client.connect()
  const store = createRedisStore({ client, prefix: 'sealbearer-example:' })
  return {
    store,
    async close() {
      await store.close()
      client.destroy()
    },
  }
}

/** Seconds. Short for the tour; omit it in production. */
export const renewalWindow = 1

/** The sessions of one server. */
export interface SessionParts {
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly cookies: SessionCookies
  readonly users: DemoUsers
}

/** Returns a function that creates the sessions of one server, all on one store, like separate processes. */
export function createSessionParts(
  { store }: Store,
  { signing }: ExampleKeys,
  users: DemoUsers,
): () => SessionParts {
  const secret = randomBytes(32) // in production the same on every server, from a secret store
  const accessTokens = createIssuer({
    ...parties,
    lifetime,
    maxLifetime: lifetime,
    signature: { algorithm: 'ES256', keys: signing },
  })
  return () => {
    const revocations = createRevocations({ store, maxTokenLifetime: lifetime, onStoreLost: 'refuse' })
    const sessions = createSessions({
      accessTokens,
      refreshTokens: { secret, window: renewalWindow },
      store,
      revocations,
      // Called at every renewal: a deleted user is logged out.
      claims({ sub }) {
        const user = users.find(sub)
        return user ? { scope: user.scopes.join(' '), roles: [...user.roles] } : null
      },
    })
    const cookies = createSessionCookies(sessions, { access: '__Host-session', refresh: '__Host-refresh' })
    return { sessions, revocations, cookies, users }
  }
}
