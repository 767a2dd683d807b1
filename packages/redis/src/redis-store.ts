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
import { commandOption, type RedisClient } from './command.js'
import { createEngine } from './engine.js'
import { warnOnEviction } from './eviction-warning.js'
import { createRedisKeySets } from './key-sets.js'
import { createRedisReplay } from './replay.js'
import { createRedisRevocations } from './revocations.js'
import { createRedisRings } from './rings.js'
import { createRedisSessions } from './sessions.js'

/** Options of {@link createRedisStore}. */
export interface RedisStoreOptions {
  /**
   * A connected client of `redis`, `ioredis` or `iovalkey`, for one server, a Cluster or Sentinel; or a function that
   * sends one command, such as `['GET', 'key']`, and resolves with the reply. It must read from the primary.
   */
  readonly client: RedisClient
  /** The prefix of every key. Stores with the same prefix share their data. @default 'sealbearer:' */
  readonly prefix?: string
  /** Time limit of an operation, after which it fails with `SB_STORE_UNAVAILABLE`. @default '5s' */
  readonly timeout?: Duration
  /** @default the clock of Redis */
  readonly now?: Clock
}

/** Every store contract on Redis or Valkey. */
export interface RedisStore extends SessionStore, RevocationStore, ReplayStore, KeyStore {
  /** Ends background work, and rejects later operations. Does not close the client. */
  close(): Promise<void>
}

/**
 * Stores sessions, revocations, replay checks, a key ring and key sets in Redis or Valkey, for any number of processes. Each
 * operation is one script on one key: one atomic step in one slot of a Cluster.
 *
 * Prints a warning (`SB_STORE_EVICTS`) if Redis may evict keys. Does not make Redis durable: writes that a server loses in a
 * crash or a failover are lost. A session that lost a renewal ends at the next one.
 *
 * Listens to `error` of a client if nobody else does: otherwise some clients end the process when Redis restarts.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const client = await createClient({ url: process.env.REDIS_URL }).connect()
 * const store = createRedisStore({ client })
 */
export function createRedisStore(options: RedisStoreOptions): RedisStore {
  checkMembers('createRedisStore', options, ['client', 'prefix', 'timeout', 'now'])
  const timeout = timeoutOption(options.timeout)
  const command = warnOnEviction(commandOption(options.client, timeout))
  listenToErrors(options.client)
  const prefix = prefixOption(withDefault(options.prefix, 'sealbearer:'))
  const engine = createEngine(command, timeout)
  const clock = storeClock(options.now)
  const revocations = createRedisRevocations(engine, prefix, clock)
  const store = Object.freeze({
    ...createRedisSessions(engine, prefix, clock),
    ...revocations,
    ...createRedisReplay(engine, prefix, clock),
    ...ringsAndKeySets(createRedisRings(engine, prefix), createRedisKeySets(engine, prefix, clock)),
    async close() {
      revocations.close()
      engine.close()
    },
  })
  return markTimeLimited(store)
}

function prefixOption(prefix: string): string {
  if (typeof prefix !== 'string' || /[{}]/.test(prefix)) {
    throw new TypeError(
      "prefix: must be text without { and }, which choose the slot of a key, such as 'app:'",
    )
  }
  return prefix
}
