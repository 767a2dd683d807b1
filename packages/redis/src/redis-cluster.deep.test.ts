import { recordVersion } from '@sealbearer/core/stores'
import { checkStore } from '@sealbearer/testing'
import { Cluster } from 'ioredis'
import { Cluster as ValkeyCluster } from 'iovalkey'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createRedisStore } from './redis-store.js'
import type { Connection } from './testing/connections.js'
import { type RedisCluster, startCluster } from './testing/redis-cluster.js'
import { hasRedis, withRedis } from './testing/redis-server.js'

const libraries: readonly { title: string; connect(ports: readonly number[]): Promise<Connection> }[] = [
  {
    title: 'redis',
    async connect(ports) {
      const client = createCluster({ rootNodes: ports.map((port) => ({ url: `redis://127.0.0.1:${port}` })) })
      client.on('error', () => {})
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  },
  {
    title: 'ioredis',
    async connect(ports) {
      const client = new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })))
      client.on('error', () => {})
      return { client, close: () => client.disconnect() }
    },
  },
  {
    title: 'iovalkey',
    async connect(ports) {
      const client = new ValkeyCluster(ports.map((port) => ({ host: '127.0.0.1', port })))
      client.on('error', () => {})
      return { client, close: () => client.disconnect() }
    },
  },
]

describe.skipIf(!hasRedis)(withRedis('on a Cluster of three masters'), () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())

  async function storesOf(connect: (typeof libraries)[number]['connect'], prefix: string) {
    const connections = [await connect(cluster.ports), await connect(cluster.ports)]
    onTestFinished(() => {
      for (const { close } of connections) close()
    })
    const [store, other] = connections.map(({ client }) => createRedisStore({ client, prefix }))
    if (store === undefined || other === undefined) throw new Error('no store')
    return [store, other] as const
  }

  test.each(libraries)('every contract holds with $title', async ({ title, connect }) => {
    const stores = await storesOf(connect, `check ${title}:`)
    expect((await checkStore(...stores)).length).toBeGreaterThan(30)
  })

  test.each(libraries)(
    'no client is logged out by a moving slot, with $title',
    async ({ title, connect }) => {
      const prefix = `moved ${title}:`
      const stores = await storesOf(connect, prefix)
      const subject = 'subject'
      const sessions = Array.from({ length: 3 }, (_, i) => ({
        ...{
          subject,
          sid: `sid ${i}`,
          version: recordVersion,
          sub: 'user',
          secretHash: 'hash',
          confirmation: null,
        },
        ...{ content: '{}', lifetime: 3_600_000, idle: 3_600_000, limit: 10 },
      }))
      for (const session of sessions) await stores[0].create(session)
      const slot = Number(
        await cluster.command(cluster.ports[0] ?? 0, 'CLUSTER', 'KEYSLOT', `${prefix}sessions:{${subject}}`),
      )
      const generations = sessions.map(() => 1)

      async function renewAll(): Promise<void> {
        for (const [i, session] of sessions.entries()) {
          const generation = generations[i] ?? 0
          const presented = { ...session, generation, window: 30_000 }
          const results = await Promise.all([...stores, ...stores].map((store) => store.rotate(presented)))
          expect(results.map(({ outcome }) => outcome).sort()).toEqual([
            'renewed',
            ...Array(3).fill('repeated'),
          ])
          generations[i] = generation + 1
        }
      }

      await renewAll()
      const first = await cluster.owner(slot)
      for (const to of [...cluster.ports.filter((port) => port !== first), first]) {
        let steps = 0
        await cluster.move(slot, to, async () => {
          steps++
          await renewAll()
          // A key of the same slot that is not there: it is asked for, and made, where the slot goes.
          for (const store of stores) {
            await store.link({ link: subject, subject, sid: 'sid 0', lifetime: 60_000, limit: 10 })
            expect(await store.takeLinked({ link: subject })).toHaveLength(1)
          }
        })
        expect(steps).toBeGreaterThan(1)
        expect(await cluster.owner(slot)).toBe(to)
        await renewAll()
      }
      expect(await stores[1].list({ subject })).toHaveLength(sessions.length)
    },
  )
})
