import { once } from 'node:events'
import { recordVersion } from '@sealbearer/core/stores'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { commandOption } from './command.js'
import { createRedisStore, type RedisStore } from './redis-store.js'
import { type Connection, libraries } from './testing/connections.js'
import { hasRedis, type RedisServer, startRedis, withRedis } from './testing/redis-server.js'
import { startProxy } from './testing/tcp-proxy.js'

const minute = 60_000
const lasting = ['--appendonly', 'yes', '--appendfsync', 'always']
const unavailable = { code: 'SB_STORE_UNAVAILABLE', status: 503 }

afterEach(() => void vi.restoreAllMocks())

const newSession = (sid: string) => ({
  ...{ subject: 'subject', sid, version: recordVersion, sub: 'user', secretHash: 'hash', confirmation: null },
  ...{ content: '{}', lifetime: 60 * minute, idle: 60 * minute, limit: 1000 },
})

const tokenOf = (sid: string, generation: number) => ({
  ...{ subject: 'subject', sid, secretHash: 'hash', confirmation: null, generation },
  ...{ window: minute, idle: 60 * minute },
})

/** A client that keeps the newest token it was answered with, and takes nothing else from an error. */
function createHonestClient(store: RedisStore, sid: string) {
  let generation = 1
  let isOut = false
  return {
    get generation() {
      return generation
    },
    get isOut() {
      return isOut
    },
    async renew() {
      try {
        const result = await store.rotate(tokenOf(sid, generation))
        if (result.outcome === 'refused' || result.outcome === 'reuse') isOut = true
        else if (result.outcome !== 'repeated') generation = result.record.current
      } catch {
        // As a 503: it tries again with the same token.
      }
    },
  }
}

describe.skipIf(!hasRedis).each(libraries)(withRedis('Redis under trouble, with $title'), ({ connect }) => {
  async function setUp(options: readonly string[] = []): Promise<{ server: RedisServer; store: RedisStore }> {
    const server = await startRedis(...options)
    onTestFinished(() => server.stop())
    const connection = await connect(server.port)
    return { server, store: storeOn(connection) }
  }

  function storeOn({ client, close }: Connection): RedisStore {
    const store = createRedisStore({ client, timeout: '2s' })
    onTestFinished(async () => {
      await store.close()
      close()
    })
    return store
  }

  async function kill({ process }: RedisServer): Promise<void> {
    process.kill('SIGKILL')
    await once(process, 'exit')
  }

  /** Until the client has connected again. */
  const answers = (store: RedisStore) =>
    expect.poll(() => store.claim(crypto.randomUUID(), 1).catch(() => false), { timeout: 20_000 }).toBe(true)

  test('killed in mid-rotation, with an append-only file: nobody is logged out', async () => {
    const { server, store } = await setUp(lasting)
    const sids: string[] = []
    const clients: ReturnType<typeof createHonestClient>[] = []
    for (let round = 0; round < 3; round++) {
      // New ones each time: a client whose answer was lost gets no next token before the window is over.
      const started = Array.from({ length: 50 }, (_, i) => `sid ${round} ${i}`)
      for (const sid of started) await store.create(newSession(sid))
      const busy = started.map((sid) => createHonestClient(store, sid))
      sids.push(...started)
      clients.push(...busy)
      const renewals = Promise.all(
        busy.map(async (client) => {
          for (let i = 0; i < 20; i++) await client.renew()
        }),
      )
      await expect.poll(() => busy.some(({ generation }) => generation > 5)).toBe(true)
      await kill(server)
      await server.restart()
      await renewals
      await answers(store)
    }
    for (const client of clients) await client.renew()
    const records = await store.list({ subject: 'subject' })
    expect(clients.filter(({ isOut }) => isOut)).toEqual([])
    expect(records.map(({ sid }) => sid).sort()).toEqual([...sids].sort())
  })

  test('killed without anything on disk: sessions are gone, and none comes back', async () => {
    const { server, store } = await setUp()
    await store.create(newSession('sid'))
    await store.append({ kind: 'sid', value: 'a', issuedUntil: null, expiresAt: Date.now() + minute })
    const { position } = await store.snapshot()
    await kill(server)
    await expect(store.rotate(tokenOf('sid', 1))).rejects.toMatchObject(unavailable)
    await server.restart()
    await answers(store)
    expect(await store.rotate(tokenOf('sid', 1))).toEqual({ outcome: 'refused', kind: 'unknown' })
    expect(await store.snapshot(position)).toMatchObject({ entries: [], complete: true })
  })

  test('paused: 503 in time, and goes on', async () => {
    const { server, store } = await setUp()
    await store.create(newSession('sid'))
    server.process.kill('SIGSTOP')
    const start = performance.now()
    await expect(store.rotate(tokenOf('sid', 1))).rejects.toMatchObject(unavailable)
    expect(performance.now() - start).toBeLessThan(4000)
    server.process.kill('SIGCONT')
    await answers(store)
    // It may have been done: then this one is parallel to it, or late.
    expect(await store.rotate(tokenOf('sid', 1))).toMatchObject({
      outcome: expect.stringMatching(/^re(newed|peated)$/),
    })
  })

  test('scripts flushed: they are loaded again', async () => {
    const { server, store } = await setUp()
    const other = await connect(server.port)
    onTestFinished(() => other.close())
    await store.create(newSession('sid'))
    await store.rotate(tokenOf('sid', 1))
    await commandOn(other, ['SCRIPT', 'FLUSH'])
    expect(await store.rotate(tokenOf('sid', 2))).toMatchObject({
      outcome: 'renewed',
      record: { current: 3 },
    })
  })

  test('out of memory: refuses what is new, changes nothing, and can still end sessions', async () => {
    const { store, server } = await setUp(['--maxmemory-policy', 'noeviction'])
    const other = await connect(server.port)
    onTestFinished(() => other.close())
    await store.create(newSession('sid'))
    const before = await store.read({ subject: 'subject', sid: 'sid' })
    await commandOn(other, ['CONFIG', 'SET', 'maxmemory', '1kb'])
    for (const refused of [
      () => store.rotate(tokenOf('sid', 1)),
      () => store.create({ ...newSession('other'), limit: 1 }),
      () => store.claim('a', 60),
      () => store.append({ kind: 'sid', value: 'a', issuedUntil: null, expiresAt: Date.now() + minute }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ ...unavailable, parameter: 'OOM' })
    }
    expect(await store.list({ subject: 'subject' })).toEqual([before])
    expect(await store.end({ subject: 'subject', sid: 'sid' })).toEqual(before)
    await commandOn(other, ['CONFIG', 'SET', 'maxmemory', '0'])
    expect(await store.claim('a', 60)).toBe(true)
  })

  test('a policy that evicts: a warning at the start', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    await setUp(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
    await expect
      .poll(() => warned.mock.calls)
      .toContainEqual([
        expect.stringContaining('allkeys-lru'),
        expect.objectContaining({ code: 'SB_STORE_EVICTS' }),
      ])
  })

  test('slow: waits for a while, then 503', async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const proxy = await startProxy(server.port)
    onTestFinished(() => proxy.close())
    const store = storeOn(await connect(proxy.port))
    await store.create(newSession('sid'))
    proxy.delay(200)
    expect(await store.rotate(tokenOf('sid', 1))).toMatchObject({ outcome: 'renewed' })
    proxy.delay(3000)
    await expect(store.rotate(tokenOf('sid', 2))).rejects.toMatchObject(unavailable)
    proxy.delay(0)
    await answers(store)
    // The one that was too late may have been done, and its answer is lost.
    expect(await store.rotate(tokenOf('sid', 2))).toMatchObject({
      outcome: expect.stringMatching(/^re(newed|peated)$/),
    })
  })

  test('a half-open connection: 503 in time, and goes on with another', async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const proxy = await startProxy(server.port)
    onTestFinished(() => proxy.close())
    const store = storeOn(await connect(proxy.port))
    await store.create(newSession('sid'))
    proxy.freeze()
    const start = performance.now()
    // Or done in time, by a client that sends it again.
    await store.rotate(tokenOf('sid', 1)).catch((error: unknown) => expect(error).toMatchObject(unavailable))
    expect(performance.now() - start).toBeLessThan(4000)
    await answers(store)
    expect(await store.rotate(tokenOf('sid', 1))).toMatchObject({
      outcome: expect.stringMatching(/^re(newed|peated)$/),
    })
  })

  test('renewals that the client sends again after minutes: nobody is logged out', async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const proxy = await startProxy(server.port)
    onTestFinished(() => proxy.close())
    const [cut, other] = [storeOn(await connect(proxy.port)), storeOn(await connect(server.port))]
    await other.create(newSession('sid'))
    await cut.read({ subject: 'subject', sid: 'sid' })
    proxy.freeze()
    proxy.refuse(true)
    await expect(cut.rotate(tokenOf('sid', 1))).rejects.toMatchObject(unavailable)
    // The honest client renews at another process meanwhile.
    for (const generation of [1, 2, 3]) {
      expect(await other.rotate(tokenOf('sid', generation))).toMatchObject({ outcome: 'renewed' })
    }
    proxy.refuse(false)
    await answers(cut)
    expect(await other.rotate(tokenOf('sid', 4))).toMatchObject({ outcome: 'renewed' })
  })
})

const commandOn = ({ client }: Connection, command: string[]): Promise<unknown> =>
  commandOption(client, 5)(command)
