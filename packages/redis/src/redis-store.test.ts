import { checkStore } from '@sealbearer/testing'
import { Redis as IoRedis } from 'ioredis'
import { Redis as IoValkey } from 'iovalkey'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RedisClient } from './command.js'
import { createRedisStore } from './redis-store.js'
import { hasRedis, type RedisServer, startRedis, withRedis } from './testing/redis-server.js'

interface Connection {
  readonly client: RedisClient
  close(): unknown
}

const clients: readonly { title: string; connect(url: string): Promise<Connection> }[] = [
  {
    title: 'redis',
    async connect(url) {
      const client = await createClient({ url }).connect()
      return { client, close: () => client.close() }
    },
  },
  {
    title: 'ioredis',
    async connect(url) {
      const client = new IoRedis(url)
      return { client, close: () => client.quit() }
    },
  },
  {
    title: 'iovalkey',
    async connect(url) {
      const client = new IoValkey(url)
      return { client, close: () => client.quit() }
    },
  },
  {
    title: 'a function',
    async connect(url) {
      const client = await createClient({ url }).connect()
      return { client: (command) => client.sendCommand(command), close: () => client.close() }
    },
  },
]

describe.skipIf(!hasRedis)(withRedis('on a server'), () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  test.each(clients)('every contract holds with $title', { timeout: 60_000 }, async ({ connect }) => {
    const connections = [await connect(server.url), await connect(server.url)]
    const [store, ...others] = connections.map(({ client }) => createRedisStore({ client }))
    if (store === undefined) throw new Error('no store')
    expect((await checkStore(store, ...others)).length).toBeGreaterThan(30)
    for (const each of [store, ...others]) await each.close()
    for (const { close } of connections) await close()
  })
})
