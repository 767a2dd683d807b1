import { PGlite } from '@electric-sql/pglite'
import type { Duration } from '@sealbearer/core'
import { createMemoryStore, type KeyStore, type ReplayStore } from '@sealbearer/core/stores'
import { createPostgresStore, type PostgresClient, type PostgresStore } from '@sealbearer/postgres'
import { createRedisStore, type RedisStore } from '@sealbearer/redis'
import { Pool } from 'pg'
import { createClient } from 'redis'
import {
  hasPostgres,
  startPostgres,
  withPostgres,
} from '../../../packages/postgres/src/testing/postgres-server.js'
import { hasRedis, startRedis, withRedis } from '../../../packages/redis/src/testing/redis-server.js'
import type { Store } from './crashing-store.js'

/** An engine that tests run on. */
export interface StartedEngine {
  /** Makes what the processes of one world open. */
  readonly newWorld: () => (now: () => Date) => Store & KeyStore & ReplayStore
  /** Opens a store on the clock of the engine. `send` sends each of its commands. Memory has no commands. */
  readonly open?: (send: Send, timeout: Duration) => RedisStore | PostgresStore
  stop(): Promise<void>
}

export type Send = <Reply>(command: () => Promise<Reply>) => Promise<Reply>

/** The engines, and how many schedules each usually runs. */
export interface Engine {
  readonly title: string
  readonly isInstalled: boolean
  readonly runs: number
  start(): Promise<StartedEngine>
}

/** Long: a machine with other work must not look like a store that is lost. */
const timeout = '30s'

const openPostgres =
  ({ query }: PostgresClient): NonNullable<StartedEngine['open']> =>
  (send, timeout) =>
    createPostgresStore({ client: { query: (text, values) => send(() => query(text, values)) }, timeout })

export const engines: readonly Engine[] = [
  {
    ...{ title: 'memory', isInstalled: true, runs: 200 },
    async start() {
      return {
        newWorld() {
          let store: ReturnType<typeof createMemoryStore> | undefined
          // Processes of one world share it.
          return (now) => (store ??= createMemoryStore({ now }))
        },
        stop: async () => {},
      }
    },
  },
  {
    ...{ title: withRedis('Redis'), isInstalled: hasRedis, runs: 60 },
    async start() {
      const server = await startRedis()
      const client = await createClient({ url: server.url }).connect()
      return {
        newWorld() {
          const prefix = `${crypto.randomUUID()}:`
          return (now) => createRedisStore({ client, prefix, now, timeout })
        },
        open: (send, timeout) =>
          createRedisStore({ client: (command) => send(() => client.sendCommand(command)), timeout }),
        async stop() {
          client.destroy()
          await server.stop()
        },
      }
    },
  },
  {
    ...{ title: 'PGlite', isInstalled: true, runs: 12 },
    async start() {
      const client = new PGlite()
      await createPostgresStore({ client }).migrate()
      return {
        newWorld: () => (now) => createPostgresStore({ client, now, timeout }),
        open: openPostgres({ query: (text, values) => client.query(text, values) }),
        stop: () => client.close(),
      }
    },
  },
  {
    ...{ title: withPostgres('PostgreSQL'), isInstalled: hasPostgres, runs: 30 },
    async start() {
      const server = await startPostgres()
      const pool = new Pool(server.connection)
      await createPostgresStore({ client: pool }).migrate()
      return {
        newWorld: () => (now) => createPostgresStore({ client: pool, now, timeout }),
        open: openPostgres({ query: (text, values) => pool.query(text, values) }),
        async stop() {
          await pool.end()
          await server.stop()
        },
      }
    },
  },
]
