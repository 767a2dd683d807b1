import type { Revocation } from '@sealbearer/core/stores'
import { checkStore } from '@sealbearer/testing'
import { Redis as IoRedis } from 'ioredis'
import { Redis as IoValkey } from 'iovalkey'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RedisClient } from './command.js'
import { createRedisStore, type RedisStore } from './redis-store.js'
import { hasRedis, type RedisServer, startRedis, withRedis } from './testing/redis-server.js'

interface Connection {
  readonly client: RedisClient
  close(): unknown
}

const day = 86_400_000

const newSession = () => ({
  ...{ version: 1, subject: 'subject', sid: 'sid', sub: 'user_1', secretHash: 'hash' },
  ...{ confirmation: null, content: '{}', lifetime: day, idle: day, limit: 100, now: Date.now() },
})

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
  let client: ReturnType<typeof createClient>
  let count = 0
  /** Each test has keys of its own. */
  const newPrefix = (): string => `test${count++}:`

  beforeAll(async () => {
    server = await startRedis()
    client = createClient({ url: server.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.close()
    await server.stop()
  })

  test.each(clients)('every contract holds with $title', async ({ connect }) => {
    const connections = [await connect(server.url), await connect(server.url)]
    const prefix = newPrefix()
    const [store, ...others] = connections.map(({ client }) => createRedisStore({ client, prefix }))
    if (store === undefined) throw new Error('no store')
    expect((await checkStore(store, ...others)).length).toBeGreaterThan(30)
    for (const each of [store, ...others]) await each.close()
    for (const { close } of connections) await close()
  })

  test('removes sessions that ended long ago, however often a subject logs in', async () => {
    const prefix = newPrefix()
    const store = createRedisStore({ client, prefix })
    for (let login = 0; login < 50; login++) {
      await store.create({ ...newSession(), sid: `session ${login}`, now: Date.now() + login * 7 * day })
    }
    expect(await client.hLen(`${prefix}sessions:{subject}`)).toBe(1)
    await store.close()
  })

  test('receives the revocations of other processes', async () => {
    const prefix = newPrefix()
    const [store, other] = [createRedisStore({ client, prefix }), createRedisStore({ client, prefix })]
    let calls = 0
    const stop = store.subscribe(() => calls++)
    // The first look only learns what is there already.
    await expect
      .poll(async () => {
        await other.append(revocation())
        return calls
      })
      .toBeGreaterThan(0)
    stop()
    await store.close()
  })

  test('reads all of many revocations, in order', async () => {
    const store = createRedisStore({ client, prefix: newPrefix() })
    const made = Array.from({ length: 2500 }, () => revocation())
    await Promise.all(made.map((entry) => store.append(entry)))
    const { entries, position, complete } = await store.snapshot()
    expect([entries, complete]).toEqual([made, true])
    expect(await store.snapshot(position)).toEqual({ entries: [], position, complete: false })
  })

  test('says that there are more of very many revocations', async () => {
    const prefix = newPrefix()
    const store = createRedisStore({ client, prefix })
    const count = 25_000
    const expiresAt = String(Date.now() + 60_000)
    for (let i = 0; i < count; i += 5000) {
      const multi = client.multi()
      for (let j = i; j < i + 5000; j++) {
        const fields = { version: '1', kind: 'jti', value: String(j), issuedUntil: '-', expiresAt }
        multi.xAdd(`${prefix}revocations`, '*', fields)
      }
      await multi.exec()
    }
    const read: string[] = []
    let position: string | undefined
    for (;;) {
      const changes = await store.snapshot(position)
      expect(changes.complete).toBe(position === undefined)
      read.push(...changes.entries.map(({ value }) => value))
      position = changes.position
      if (changes.more !== true) break
    }
    expect(read).toEqual(Array.from({ length: count }, (_, i) => String(i)))
  })

  test('reads all revocations again where the stream is another one', async () => {
    const prefix = newPrefix()
    const store = createRedisStore({ client, prefix })
    await store.append(revocation())
    const { position } = await store.snapshot()
    await client.del(`${prefix}revocations`)
    expect(await store.snapshot(position)).toMatchObject({ entries: [], complete: true })
    const entry = revocation()
    await store.append(entry)
    expect(await store.snapshot(position)).toMatchObject({ entries: [entry], complete: true })
  })

  test('removes revocations that have expired', async () => {
    const prefix = newPrefix()
    let now = Date.now()
    const store = createRedisStore({ client, prefix, now: () => new Date(now) })
    for (let i = 0; i < 10; i++) await store.append(revocation(now + 1000))
    const { position } = await store.snapshot()
    // For an hour they are kept, for clocks that are set back.
    now += 3_600_000 + 1000
    const entry = revocation(now + 1000)
    await store.append(entry)
    expect(await client.xLen(`${prefix}revocations`)).toBe(1)
    expect(await store.snapshot(position)).toMatchObject({ entries: [entry], complete: true })
  })

  test.each([0, 1, 20, 40])('removes them behind %i that matter for a year', async (count) => {
    const prefix = newPrefix()
    const store = createRedisStore({ client, prefix })
    const now = Date.now()
    const [day, year] = [86_400_000, 365 * 86_400_000]
    const lasting = Array.from({ length: count }, () => revocation(now + year))
    const expired = Array.from({ length: 40 }, () => revocation(now - day))
    // As they were written two days ago.
    for (const [i, { kind, value, expiresAt }] of [...lasting, ...expired].entries()) {
      const fields = { version: '1', kind, value, issuedUntil: '-', expiresAt: String(expiresAt) }
      await client.xAdd(`${prefix}revocations`, `${now - 2 * day}-${i}`, fields)
    }
    const added = Array.from({ length: 10 }, () => revocation())
    for (const entry of added) await store.append(entry)
    expect(await client.xLen(`${prefix}revocations`)).toBe(count + added.length)
    const { entries } = await store.snapshot()
    const values = (list: readonly Revocation[]): string[] => list.map(({ value }) => value).sort()
    expect(values(entries)).toEqual(values([...lasting, ...added]))
  })

  test('everything but keys expires by itself', async () => {
    const prefix = newPrefix()
    const store = createRedisStore({ client, prefix })
    const session = { subject: 'subject', sid: 'sid' }
    await store.create({
      ...{ ...session, version: 1, sub: 'user', secretHash: 'hash', confirmation: null, content: '{}' },
      ...{ lifetime: 60_000, idle: 60_000, limit: 10 },
    })
    await store.link({ ...session, link: 'link', lifetime: 60_000, limit: 10 })
    await store.claim('claim', 60)
    await store.append(revocation())
    await store.save('a ring', undefined)
    const keys = await client.keys(`${prefix}*`)
    const forever = await Promise.all(keys.map(async (key) => ((await client.pTTL(key)) < 0 ? [key] : [])))
    expect([keys.length, forever.flat()]).toEqual([5, [`${prefix}ring`]])
  })

  describe('where a client sends every command again after a lost reply', () => {
    const pair = (): { readonly again: RedisStore; readonly once: RedisStore } => {
      const prefix = newPrefix()
      const again = createRedisStore({
        prefix,
        async client(command) {
          await client.sendCommand(command)
          return client.sendCommand(command)
        },
      })
      return { again, once: createRedisStore({ client, prefix }) }
    }

    test('a claim is the same claim', async () => {
      const { again, once } = pair()
      // The server knows the script then.
      await once.claim('another', 60)
      expect([await again.claim('a', 60), await again.claim('a', 60), await once.claim('a', 60)]).toEqual([
        true,
        false,
        false,
      ])
      expect([await once.claim('b', 60), await again.claim('b', 60)]).toEqual([true, false])
      expect([await once.isClaimed?.('a'), await once.isClaimed?.('c')]).toEqual([true, false])
    })

    test('a new session is the same session', async () => {
      const { again, once } = pair()
      const session = newSession()
      const created = await again.create(session)
      expect(created?.record).toEqual(await once.read(session))
      expect([await again.create(session), await once.create(session)]).toEqual([undefined, undefined])
      expect(await once.create({ ...session, sid: 'another' })).toBeDefined()
    })

    test('a session that rotates continues', async () => {
      const { again, once } = pair()
      const session = newSession()
      await once.create(session)
      const presented = { ...session, generation: 1, window: 30_000 }
      expect(await again.rotate(presented)).toMatchObject({ outcome: 'repeated' })
      // The client has not received the next token.
      expect(await once.rotate({ ...presented, now: session.now + 31_000 })).toMatchObject({
        outcome: 'displaced',
      })
    })
  })

  test('a ring that is too large does not leave the server', async () => {
    const store = createRedisStore({ client, prefix: newPrefix() })
    const largest = 'x'.repeat(4_194_304)
    const version = await store.save(largest, undefined)
    expect((await store.load())?.text.length).toBe(largest.length)
    await store.save(`${largest}x`, version)
    await expect(store.load()).rejects.toMatchObject({ code: 'SB_RING_UNREADABLE', parameter: 'size' })
  })

  describe('a record of another version is an error, and stays', () => {
    const session = { subject: 'subject', sid: 'sid' }
    const keySet = { url: 'https://issuer.example.com/', loadedAt: 1, freshFor: 1, keys: [] }
    const records: readonly {
      title: string
      key: string
      write: readonly string[]
      operations: readonly ((store: RedisStore) => Promise<unknown>)[]
    }[] = [
      {
        title: 'session',
        key: 'sessions:{subject}',
        write: ['HSET', 'sid', '{"version":2}'],
        operations: [
          (store) => store.read(session),
          (store) => store.list(session),
          (store) => store.end(session),
        ],
      },
      {
        title: 'link',
        key: 'link:{link}',
        write: ['SET', '{"version":2}'],
        operations: [
          (store) => store.link({ ...session, link: 'link', lifetime: 1, limit: 1 }),
          (store) => store.takeLinked({ link: 'link' }),
        ],
      },
      { title: 'claim', key: 'claim:a', write: ['SET', '2 0'], operations: [(store) => store.claim('a', 1)] },
      {
        title: 'revocation',
        key: 'revocations',
        write: ['XADD', '1-1', 'version', '2'],
        operations: [(store) => store.snapshot()],
      },
      {
        title: 'ring',
        key: 'ring',
        write: ['HSET', 'version', '2'],
        operations: [
          (store) => store.load(),
          (store) => store.save('a', undefined),
          (store) => store.save('a', 'version'),
        ],
      },
      {
        title: 'key set',
        key: `keys:${keySet.url}`,
        write: ['HSET', 'version', '2'],
        operations: [(store) => store.load(keySet.url), (store) => store.save(keySet)],
      },
    ]

    test.each(records)('$title', async ({ key, write: [name = '', ...args], operations }) => {
      const prefix = newPrefix()
      const store = createRedisStore({ client, prefix })
      await client.sendCommand([name, `${prefix}${key}`, ...args])
      const before = await client.dump(`${prefix}${key}`)
      for (const operation of operations) {
        await expect(operation(store)).rejects.toMatchObject({ code: 'SB_STORE_VERSION' })
      }
      expect(await client.dump(`${prefix}${key}`)).toEqual(before)
    })
  })
})

const revocation = (expiresAt = Date.now() + 60_000) =>
  ({ kind: 'sid', value: crypto.randomUUID(), issuedUntil: null, expiresAt }) as const
