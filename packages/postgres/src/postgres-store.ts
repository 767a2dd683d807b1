import {
  type Clock,
  checkMembers,
  type Duration,
  listenToErrors,
  markTimeLimited,
  ringsAndKeySets,
  storeClock,
  timeoutOption,
  withDefault,
} from '@sealbearer/core/internal'
import type { KeyStore, ReplayStore, RevocationStore, SessionStore } from '@sealbearer/core/stores'
import { clientOption, type PostgresClient } from './client.js'
import { createEngine } from './engine.js'
import { createPostgresKeySets } from './key-sets.js'
import { migrate } from './migrate.js'
import { createPostgresReplay } from './replay.js'
import { createPostgresRevocations } from './revocations.js'
import { createPostgresRings } from './rings.js'
import { createPostgresSessions } from './sessions.js'

/** Options of {@link createPostgresStore}. */
export interface PostgresStoreOptions {
  /**
   * A `Pool` or `Client` of `pg`, PGlite, or anything with `query(text, values)`. It must write to the primary. No `Client`
   * with transactions of your own: what they roll back would include operations of the store.
   */
  readonly client: PostgresClient
  /** Stores with the same schema share their data. @default 'sealbearer' */
  readonly schema?: string
  /** Time limit of an operation, after which it fails with `SB_STORE_UNAVAILABLE`. @default '5s' */
  readonly timeout?: Duration
  /** @default the clock of the database */
  readonly now?: Clock
}

/** Every store contract on PostgreSQL. */
export interface PostgresStore extends SessionStore, RevocationStore, ReplayStore, KeyStore {
  /**
   * Creates the schema and its tables, or migrates them, in one transaction. The same SQL is in the files of
   * `migrations`, for your own tools.
   *
   * @throws {SealbearerError} `SB_STORE_VERSION` if a later release has changed the tables; the database's own error if the
   * statement fails.
   */
  migrate(): Promise<void>
  /** Ends background work, and rejects later operations. Does not close the client. */
  close(): Promise<void>
}

/**
 * Stores sessions, revocations, replay checks, a key ring and key sets in PostgreSQL 13 or later, for any number of processes.
 * Each operation is one statement, an atomic step, which also removes some expired rows.
 *
 * Listens to `error` of a client if nobody else does: otherwise a pool ends the process when PostgreSQL restarts.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const store = createPostgresStore({ client: new Pool({ connectionString: process.env.DATABASE_URL }) })
 * await store.migrate()
 */
export function createPostgresStore(options: PostgresStoreOptions): PostgresStore {
  checkMembers('createPostgresStore', options, ['client', 'schema', 'timeout', 'now'])
  const client = clientOption(options.client)
  listenToErrors(client)
  const schema = schemaOption(withDefault(options.schema, 'sealbearer'))
  const engine = createEngine(client, schema, timeoutOption(options.timeout))
  const now = storeClock(options.now)
  const clock = (): number | null => now() ?? null
  const revocations = createPostgresRevocations(engine, clock)
  const store = Object.freeze({
    ...createPostgresSessions(engine, clock),
    ...revocations,
    ...createPostgresReplay(engine, clock),
    ...ringsAndKeySets(createPostgresRings(engine), createPostgresKeySets(engine, clock)),
    migrate: () => migrate(client, schema),
    async close() {
      revocations.close()
      engine.close()
    },
  })
  return markTimeLimited(store)
}

/** Quotes the name. @throws {TypeError} */
function schemaOption(schema: string): string {
  if (typeof schema === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(schema)) return `"${schema}"`
  throw new TypeError("schema: must be a name of a-z, 0-9 and _, such as 'sealbearer'")
}
