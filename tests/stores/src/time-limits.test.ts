import { createIssuer, generateKey } from '@sealbearer/core'
import { createMemoryStore, type SessionStore } from '@sealbearer/core/stores'
import { createPostgresStore } from '@sealbearer/postgres'
import { createRedisStore } from '@sealbearer/redis'
import { createRevocations, createSessions } from '@sealbearer/sessions'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = () => new Promise<never>(() => {})

/** In seconds. A store that has a time limit ends operations by it: what had failed before would still be done. */
const stores: readonly { title: string; limit: number; create(): SessionStore }[] = [
  ...[1, 5, 30].flatMap((timeout) => [
    {
      title: `Redis, ${timeout}s`,
      limit: timeout,
      create: () => createRedisStore({ client: never, timeout }),
    },
    {
      title: `PostgreSQL, ${timeout}s`,
      limit: timeout,
      create: () => createPostgresStore({ client: { query: never }, timeout }),
    },
  ]),
  { title: 'a store of your own', limit: 5, create: () => ({ ...createMemoryStore(), list: never }) },
]

test.each(stores)('an operation fails when its store gives up: $title', async ({ limit, create }) => {
  const revocations = createRevocations({
    store: createMemoryStore(),
    maxTokenLifetime: '15m',
    onStoreLost: 'refuse',
  })
  const sessions = createSessions({
    accessTokens: createIssuer({
      issuer: 'https://auth.example.com',
      audience: 'https://api.example.com',
      typ: 'at+jwt',
      lifetime: '15m',
      maxLifetime: '15m',
      signature: { algorithm: 'HS256', keys: await generateKey('HS256') },
    }),
    refreshTokens: { secret: 'a secret of this server, of at least 32 bytes' },
    store: create(),
    revocations,
  })
  let outcome: unknown
  void sessions.list('user_1').catch((error: unknown) => {
    outcome = error
  })
  await vi.advanceTimersByTimeAsync(limit * 1000 - 50)
  expect(outcome).toBeUndefined()
  await vi.advanceTimersByTimeAsync(100)
  expect(outcome).toMatchObject({ code: 'SB_STORE_UNAVAILABLE', status: 503 })
  revocations.close()
})
