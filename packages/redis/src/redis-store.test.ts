import { EventEmitter } from 'node:events'
import type { KeySetStore } from '@sealbearer/core'
import type { KeyRingStore } from '@sealbearer/core/key-ring'
import type { ReplayStore, RevocationStore, SessionStore } from '@sealbearer/core/stores'
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { RedisCommand } from './command.js'
import { createRedisStore, type RedisStore } from './redis-store.js'

afterEach(() => void vi.restoreAllMocks())

/** A store on a Redis that answers as it is told. */
function storeOn(
  answer: (command: readonly string[]) => unknown,
  options: { readonly timeout?: number } = {},
) {
  const commands: (readonly string[])[] = []
  const client: RedisCommand = async (command) => {
    if (command[0] === 'INFO') return 'maxmemory_policy:noeviction'
    commands.push(command)
    return answer(command)
  }
  return { store: createRedisStore({ client, ...options }), commands }
}

/** The part of a key that chooses its slot. */
const tagOf = (key: string): string => /\{([^}]+)\}/.exec(key)?.[1] ?? key

test('a store is one for every contract', () => {
  expectTypeOf<RedisStore>().toExtend<SessionStore & RevocationStore & ReplayStore>()
  expectTypeOf<RedisStore>().toExtend<KeyRingStore>()
  expectTypeOf<RedisStore>().toExtend<KeySetStore>()
})

test('each operation is one script on one key', async () => {
  const { store, commands } = storeOn(() => ['refused', 'unknown'])
  const key = { subject: 'subject', sid: 'sid' }
  const presented = { ...key, generation: 1, secretHash: 'h', confirmation: null, window: 1, idle: 1 }
  const operations = [
    () => store.read(key),
    () => store.rotate(presented),
    () => store.markSeen({ ...key, generation: 1 }),
    () => store.end(key),
    () => store.link({ ...key, link: 'link', lifetime: 1, limit: 1 }),
    () => store.claim('key', 1),
    () => store.append({ kind: 'sid', value: 'a', issuedUntil: null, expiresAt: 1 }),
    () => store.save('text', undefined),
    () => store.load(),
  ]
  for (const operation of operations) await operation()
  expect(commands.map(([name, , count]) => `${name} ${count}`)).toEqual(operations.map(() => 'EVALSHA 1'))
  const keys = commands.map(([, , , name = '']) => name)
  expect(keys.every((name) => name.startsWith('sealbearer:'))).toBe(true)
  expect([...new Set(keys.slice(0, 4).map(tagOf))]).toEqual(['subject'])
})

describe('a client that is not connected', () => {
  /** Clients of `ioredis` and of `redis`, as far as a store uses them. */
  const clients = {
    ioredis: (sent: unknown[]) => ({
      status: 'ready',
      call: async (...words: string[]) => {
        sent.push(words)
        return ['claimed']
      },
      setConnected(connected: boolean) {
        this.status = connected ? 'ready' : 'reconnecting'
      },
    }),
    redis: (sent: unknown[]) => ({
      ...{ isOpen: true, isReady: true },
      sendCommand: async (words: string[]) => {
        sent.push(words)
        return ['claimed']
      },
      setConnected(connected: boolean) {
        this.isReady = connected
      },
    }),
  }

  test.each(Object.entries(clients))('gets commands when it is, in time or never: %s', async (_, create) => {
    const sent: unknown[] = []
    const client = create(sent)
    const store = createRedisStore({ client, timeout: 0.2 })
    client.setConnected(false)
    const late = store.claim('late', 60)
    await expect(late).rejects.toMatchObject({ code: 'SB_STORE_UNAVAILABLE' })
    const inTime = store.claim('in time', 60)
    client.setConnected(true)
    expect(await inTime).toBe(true)
    expect(await store.claim('connected', 60)).toBe(true)
    expect(sent.filter((words) => JSON.stringify(words).includes('EVALSHA'))).toHaveLength(2)
    expect(JSON.stringify(sent)).not.toContain('claim:late')
  })
})

describe('a script that the server does not know', () => {
  test('is sent, and runs once', async () => {
    const { store, commands } = storeOn(([name]) => {
      if (name === 'EVALSHA') throw new Error('NOSCRIPT No matching script. Please use EVAL.')
      return ['claimed']
    })
    expect(await store.claim('key', 1)).toBe(true)
    const [first, second] = commands
    expect(commands.map(([name]) => name)).toEqual(['EVALSHA', 'EVAL'])
    expect(second?.slice(2)).toEqual(first?.slice(2))
  })

  test('is not sent for another error', async () => {
    const { store, commands } = storeOn(() => {
      throw new Error('OOM command not allowed when used memory > maxmemory.')
    })
    await expect(store.claim('key', 1)).rejects.toMatchObject({
      code: 'SB_STORE_UNAVAILABLE',
      parameter: 'OOM',
    })
    expect(commands).toHaveLength(1)
  })
})

describe('any failure is SB_STORE_UNAVAILABLE', () => {
  test.each([
    { title: 'an error of Redis', answer: new Error('READONLY secret'), parameter: 'READONLY' },
    {
      title: 'a connection that fails',
      answer: Object.assign(new Error('connect secret'), { code: 'ECONNREFUSED' }),
      parameter: 'ECONNREFUSED',
    },
    { title: 'any error', answer: new Error('secret words'), parameter: undefined },
    { title: 'what is no error', answer: 'secret', parameter: undefined },
  ])('$title', async ({ answer, parameter }) => {
    const { store } = storeOn(() => Promise.reject(answer))
    const error = await store.claim('secret', 1).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'SB_STORE_UNAVAILABLE', status: 503, parameter })
    expect(JSON.stringify([String(error), error])).not.toContain('secret')
  })

  test.each([null, 'OK', 1, {}])('the reply %j', async (reply) => {
    const { store } = storeOn(() => reply)
    await expect(store.claim('key', 1)).rejects.toMatchObject({ parameter: 'reply' })
  })

  test('no answer in time', async () => {
    const { store } = storeOn(() => new Promise(() => {}), { timeout: 0.05 })
    await expect(store.claim('key', 1)).rejects.toMatchObject({ parameter: 'timeout' })
  })

  test('a store that was closed', async () => {
    const { store, commands } = storeOn(() => ['claimed'])
    await store.close()
    await expect(store.claim('key', 1)).rejects.toMatchObject({ parameter: 'closed' })
    expect(commands).toEqual([])
  })
})

describe('a policy that evicts', () => {
  const warnings = () => vi.spyOn(process, 'emitWarning').mockReturnValue()
  const info = (policy: string) => `# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:${policy}\r\n`
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  test.each([
    { policy: 'allkeys-lru', count: 1 },
    { policy: 'volatile-ttl', count: 1 },
    { policy: 'noeviction', count: 0 },
  ])('$policy: $count warnings', async ({ policy, count }) => {
    const warned = warnings()
    const store = createRedisStore({
      client: async ([name]) => (name === 'INFO' ? info(policy) : ['claimed']),
    })
    await settled()
    await store.claim('a', 1)
    await settled()
    expect(warned).toHaveBeenCalledTimes(count)
  })

  test('is found later where the client is not connected at first', async () => {
    const warned = warnings()
    let isConnected = false
    const client: RedisCommand = async ([name]) => {
      if (!isConnected) throw new Error('The client is closed')
      return name === 'INFO' ? info('allkeys-random') : ['claimed']
    }
    const store = createRedisStore({ client })
    await settled()
    isConnected = true
    await store.claim('a', 1)
    await settled()
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('allkeys-random'), {
      type: 'SealbearerWarning',
      code: 'SB_STORE_EVICTS',
    })
  })

  test('is not asked for again and again where that is not allowed', async () => {
    let asked = 0
    const client: RedisCommand = async ([name]) => {
      if (name !== 'INFO') return ['claimed']
      asked++
      throw new Error('NOPERM this user has no permissions')
    }
    const store = createRedisStore({ client })
    for (let i = 0; i < 10; i++) await store.claim(String(i), 1)
    expect(asked).toBe(3)
  })
})

test.each([
  { options: {}, message: /^client/ },
  { options: { client: {} }, message: /^client/ },
  { options: { client: 'redis://localhost' }, message: /^client/ },
  { options: { client: async () => [], prefix: 'app{1}:' }, message: /^prefix/ },
  { options: { client: async () => [], prefix: 1 }, message: /^prefix/ },
  { options: { client: async () => [], timeout: 0 }, message: /^timeout/ },
  { options: { client: async () => [], now: 1 }, message: /^now/ },
  { options: { client: async () => [], keyPrefix: 'app:' }, message: /"keyPrefix"/ },
])('refuses $options', ({ options, message }) => {
  // @ts-expect-error: on purpose
  expect(() => createRedisStore(options)).toThrow(message)
})

test('a client whose connection is lost does not end the process', () => {
  const client = Object.assign(new EventEmitter(), { sendCommand: async () => ['claimed'] })
  createRedisStore({ client })
  expect(() => client.emit('error', new Error('Socket closed unexpectedly'))).not.toThrow()
})
