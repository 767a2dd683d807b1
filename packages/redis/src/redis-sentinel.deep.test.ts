import { recordVersion } from '@sealbearer/core/stores'
import { Redis } from 'ioredis'
import { Redis as Valkey } from 'iovalkey'
import { createSentinel } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createRedisStore } from './redis-store.js'
import type { Connection } from './testing/connections.js'
import { startSentinel } from './testing/redis-sentinel.js'
import { hasRedis, withRedis } from './testing/redis-server.js'

const libraries: readonly { title: string; connect(name: string, port: number): Promise<Connection> }[] = [
  {
    title: 'redis',
    async connect(name, port) {
      const client = createSentinel({
        name,
        sentinelRootNodes: [{ host: '127.0.0.1', port }],
        masterPoolSize: 2,
      })
      client.on('error', () => {})
      await client.connect()
      return { client, close: () => void client.destroy() }
    },
  },
  {
    title: 'ioredis',
    async connect(name, port) {
      const client = new Redis({ name, sentinels: [{ host: '127.0.0.1', port }] })
      client.on('error', () => {})
      return { client, close: () => client.disconnect() }
    },
  },
  {
    title: 'iovalkey',
    async connect(name, port) {
      const client = new Valkey({ name, sentinels: [{ host: '127.0.0.1', port }] })
      client.on('error', () => {})
      return { client, close: () => client.disconnect() }
    },
  },
]

const session = {
  ...{
    subject: 'subject',
    sid: 'sid',
    version: recordVersion,
    sub: 'user',
    secretHash: 'hash',
    confirmation: null,
  },
  ...{ content: '{}', lifetime: 3_600_000, idle: 3_600_000, limit: 10 },
}
const entry = { kind: 'sid', value: 'a', issuedUntil: null, expiresAt: Date.now() + 3_600_000 } as const

describe.skipIf(!hasRedis).each(libraries)(withRedis('failover by Sentinel, with $title'), ({ connect }) => {
  test('sessions, revocations and claims go on with the replica', async () => {
    const sentinel = await startSentinel()
    onTestFinished(() => sentinel.stop())
    const { client, close } = await connect(sentinel.name, sentinel.port)
    onTestFinished(close)
    const store = createRedisStore({ client })
    const renew = (generation: number) => store.rotate({ ...session, generation, window: 30_000 })

    await store.create(session)
    await renew(1)
    await store.append(entry)
    const { position } = await store.snapshot()
    expect(await store.claim('once', 600)).toBe(true)
    await sentinel.replicated()
    await sentinel.failOver()

    await expect
      .poll(() => renew(2).catch(() => undefined), { timeout: 60_000 })
      .toMatchObject({
        outcome: expect.stringMatching(/^re(newed|peated)$/),
        record: { current: 3 },
      })
    expect(await store.claim('once', 600)).toBe(false)
    expect(await store.snapshot(position)).toMatchObject({ entries: [], complete: false })
    await store.append({ ...entry, value: 'b' })
    expect(await store.snapshot(position)).toMatchObject({ entries: [{ value: 'b' }], complete: false })
  })
})
