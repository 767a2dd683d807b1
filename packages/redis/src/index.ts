export type { RedisClient, RedisCommand } from './command.js'
export { createRedisStore, type RedisStore, type RedisStoreOptions } from './redis-store.js'
