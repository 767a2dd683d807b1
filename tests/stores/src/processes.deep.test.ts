import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createPostgresStore } from '@sealbearer/postgres'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  hasPostgres,
  startPostgres,
  withPostgres,
} from '../../../packages/postgres/src/testing/postgres-server.js'
import { hasRedis, startRedis, withRedis } from '../../../packages/redis/src/testing/redis-server.js'

interface Grant {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly session: { readonly id: string }
}

interface RingKey {
  readonly kid: string
  readonly phase: string
}

/** A server process. What it refuses rejects with the code. */
interface Server {
  readonly process: ChildProcess
  call<Result>(operation: string, input?: unknown): Promise<Result>
}

const program = fileURLToPath(new URL('server-process.js', import.meta.url))

async function startServer(engine: string, connection: object, window: string): Promise<Server> {
  const child = fork(program, [JSON.stringify({ engine, connection, window })])
  let count = 0
  const waiting = new Map<number, (answer: { readonly result?: unknown; readonly code?: string }) => void>()
  child.on('message', (answer: { readonly id: number; readonly result?: unknown }) =>
    waiting.get(answer.id)?.(answer),
  )
  child.on('exit', () => {
    for (const answer of waiting.values()) answer({ code: 'the process has ended' })
  })
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the process did not start'))),
  ])
  return {
    process: child,
    call: (operation, input) =>
      new Promise((resolve, reject) => {
        const id = ++count
        waiting.set(id, ({ result, code }) => {
          waiting.delete(id)
          if (code === undefined)
            resolve(result as never) // What the operation of this name returns.
          else reject(code)
        })
        child.send({ id, operation, input })
      }),
  }
}

const engines = [
  {
    engine: 'redis',
    title: withRedis('Redis'),
    isInstalled: hasRedis,
    async start() {
      const server = await startRedis()
      return { connection: { url: server.url }, stop: () => server.stop() }
    },
  },
  {
    engine: 'postgres',
    title: withPostgres('PostgreSQL'),
    isInstalled: hasPostgres,
    async start() {
      const server = await startPostgres()
      const pool = new Pool(server.connection)
      await createPostgresStore({ client: pool }).migrate()
      await pool.end()
      return { connection: server.connection, stop: () => server.stop() }
    },
  },
]

describe.each(engines)('processes that share $title', ({ engine, isInstalled, start }) => {
  let started: Awaited<ReturnType<typeof start>> | undefined
  let servers: readonly [Server, Server]
  beforeAll(async () => {
    if (!isInstalled) return
    started = await start()
    servers = await startServers('60s')
  })
  afterAll(async () => {
    for (const server of running.splice(0)) server.process.kill('SIGKILL')
    await started?.stop()
  })

  const running: Server[] = []
  /** At once, as after a deployment. */
  async function startServers(window: string): Promise<readonly [Server, Server]> {
    const connection = started?.connection ?? {}
    const startOne = () => startServer(engine, connection, window)
    const [one, two] = await Promise.all([startOne(), startOne()])
    running.push(one, two)
    return [one, two]
  }

  const run = test.skipIf(!isInstalled)

  run('start and rotate at once with one ring', async () => {
    const rings = () => Promise.all(servers.map((server) => server.call<RingKey[]>('ring')))
    const of = (ring: readonly RingKey[] | undefined, phase: string) =>
      ring?.filter((key) => key.phase === phase).map(({ kid }) => kid)
    const [ring, same] = await rings()
    expect(same).toEqual(ring)
    await Promise.all(servers.map((server) => server.call('pass', 86_400_000)))
    await Promise.all(servers.map((server) => server.call('rotate')))
    const [rotated, alike] = await rings()
    expect(alike).toEqual(rotated)
    expect([of(rotated, 'active'), of(rotated, 'retiring')]).toEqual([of(ring, 'next'), of(ring, 'active')])
    for (const [i, server] of servers.entries()) {
      const { accessToken } = await server.call<Grant>('start', { sub: `ring ${i}` })
      for (const each of servers) await expect(each.call('verify', accessToken)).resolves.toBeDefined()
    }
  })

  run.each([
    { title: 'all sessions of a user', end: 'endAll', target: ({ sub }: Named) => sub },
    { title: 'a session', end: 'revoke', target: ({ sid }: Named) => ({ sid }) },
    { title: 'a token', end: 'revoke', target: ({ jti }: Named) => ({ jti }) },
    { title: 'the tokens of a user', end: 'revoke', target: ({ sub }: Named) => ({ sub }) },
  ])('hear of each other within the lag: $title', async ({ end, target }) => {
    const [one, two] = servers
    const sub = `user ${crypto.randomUUID()}`
    const { accessToken } = await one.call<Grant>('start', { sub })
    const bystander = await one.call<Grant>('start', { sub: `another ${sub}` })
    const claims = await two.call<Named>('verify', accessToken)
    await one.call(end, target(claims))
    await expect(one.call('verify', accessToken)).rejects.toBe('SB_TOKEN_REVOKED')
    const since = performance.now()
    await expect
      .poll(() => two.call('verify', accessToken).catch((code: unknown) => code), { interval: 10 })
      .toBe('SB_TOKEN_REVOKED')
    expect(performance.now() - since).toBeLessThan(3000)
    for (const server of [one, two]) {
      await expect(server.call('verify', bystander.accessToken)).resolves.toBeDefined()
    }
  })

  run('rotate once when parallel requests meet both', async () => {
    const { refreshToken } = await servers[0].call<Grant>('start', { sub: `user ${crypto.randomUUID()}` })
    const grants = await Promise.all(
      Array.from({ length: 40 }, (_, i) => servers[i % 2]?.call<Grant>('renew', refreshToken)),
    )
    expect(grants.filter((grant) => grant?.refreshToken !== undefined)).toHaveLength(1)
    expect(grants.every((grant) => grant?.accessToken !== undefined)).toBe(true)
  })

  run('one killed in the middle of renewals: nobody is logged out', async () => {
    const [one, two] = await startServers('2s')
    const subs = Array.from({ length: 40 }, () => `user ${crypto.randomUUID()}`)
    const tokens = await Promise.all(
      subs.map(async (sub) => (await one.call<Grant>('start', { sub })).refreshToken),
    )
    const renew = async (server: Server, i: number): Promise<void> => {
      tokens[i] = (await server.call<Grant>('renew', tokens[i])).refreshToken ?? tokens[i]
    }
    let renewed = 0
    const renewals = tokens.map(async (_, i) => {
      for (;;) {
        await renew(one, i)
        if (++renewed === 200) one.process.kill('SIGKILL')
      }
    })
    const ends = await Promise.allSettled(renewals)
    expect(ends.map((end) => end.status === 'rejected' && end.reason)).toEqual(
      subs.map(() => 'the process has ended'),
    )
    // Within the window, and after it.
    await Promise.all(tokens.map((_, i) => renew(two, i)))
    await setTimeout(2200)
    await Promise.all(tokens.map((_, i) => renew(two, i)))
    const lists = await Promise.all(subs.map((sub) => two.call<object[]>('list', sub)))
    expect(lists.map(({ length }) => length)).toEqual(subs.map(() => 1))
  })
})

/** Claims of an access token. */
interface Named {
  readonly sub: string
  readonly sid: string
  readonly jti: string
}
