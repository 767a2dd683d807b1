import { PGlite } from '@electric-sql/pglite'
import { createMemoryStore, type KeyStore, type ReplayStore } from '@sealbearer/core/stores'
import { createPostgresStore } from '@sealbearer/postgres'
import { createRedisStore } from '@sealbearer/redis'
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
  stop(): Promise<void>
}

/** The engines, and how many schedules each usually runs. */
export interface Engine {
  readonly title: string
  readonly isInstalled: boolean
  readonly runs: number
  start(): Promise<StartedEngine>
}

/** Long: a machine with other work must not look like a store that is lost. */
const timeout = '30s'

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
        async stop() {
          await pool.end()
          await server.stop()
        },
      }
    },
  },
]
