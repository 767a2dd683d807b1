import { Redis as IoRedis } from 'ioredis'
import { createClient } from 'redis'
import type { RedisClient } from '../command.js'

/** A client of one of the libraries, connected. */
export interface Connection {
  readonly client: RedisClient
  close(): void
}

/** Connects to one server with each library. Both close a connection that is silent for a second. */
export const libraries: readonly { title: string; connect(port: number): Promise<Connection> }[] = [
  {
    title: 'redis',
    async connect(port) {
      // Without a strategy, the client does not reconnect after a socket timeout.
      const reconnectStrategy = (retries: number): number => Math.min(50 * retries, 500)
      const client = createClient({
        socket: { host: '127.0.0.1', port, socketTimeout: 1000, reconnectStrategy },
        pingInterval: 500,
      })
      client.on('error', () => {})
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  },
  {
    title: 'ioredis',
    async connect(port) {
      const client = new IoRedis({ host: '127.0.0.1', port, socketTimeout: 1000, lazyConnect: true })
      client.on('error', () => {})
      await client.connect()
      return { client, close: () => client.disconnect() }
    },
  },
]
