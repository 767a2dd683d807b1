import { checkStore } from '@sealbearer/testing'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresStore } from './postgres-store.js'
import { hasPostgres, type PostgresServer, startPostgres, withPostgres } from './testing/postgres-server.js'

/** A machine with other work must not look like a database that is lost. */
const timeout = '30s'

describe.skipIf(!hasPostgres)(withPostgres('on a server'), () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  test('every contract holds with pools', async () => {
    const pools = [new Pool(server.connection), new Pool(server.connection)] as const
    const [store, other] = [
      createPostgresStore({ client: pools[0], timeout }),
      createPostgresStore({ client: pools[1], timeout }),
    ]
    await Promise.all([store.migrate(), other.migrate()])
    expect((await checkStore(store, other)).length).toBeGreaterThan(30)
    for (const each of [store, other]) await each.close()
    for (const pool of pools) await pool.end()
  })

  test('every contract holds with a client, in another schema', async () => {
    const client = new Client(server.connection)
    await client.connect()
    const store = createPostgresStore({ client, schema: 'tokens', timeout })
    await store.migrate()
    expect((await checkStore(store)).length).toBeGreaterThan(30)
    await store.close()
    await client.end()
  })

  describe('with a pool', () => {
    let pool: Pool
    beforeAll(() => {
      pool = new Pool(server.connection)
    })
    afterAll(() => pool.end())

    test('receives the revocations of other processes', async () => {
      const stores = ['heard', 'heard'].map((schema) => createPostgresStore({ client: pool, schema }))
      const [store, other] = stores
      if (store === undefined || other === undefined) throw new Error('no store')
      await store.migrate()
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

    test.each([
      { title: 'a lock', hold: 'SELECT FROM held.sessions FOR UPDATE', size: 2 },
      { title: 'a connection of the pool', hold: 'SELECT', size: 1 },
    ])('a renewal that has waited too long for $title is not done', async ({ hold, size }) => {
      const small = new Pool({ ...server.connection, max: size })
      const [store, waiting] = [
        createPostgresStore({ client: pool, schema: 'held', timeout }),
        createPostgresStore({ client: small, schema: 'held', timeout: '1s' }),
      ]
      await store.migrate()
      const key = { subject: crypto.randomUUID(), sid: 'sid' }
      await store.create({
        ...{ ...key, version: 1, sub: 'user', secretHash: 'hash', confirmation: null },
        ...{ content: '{}', lifetime: 60_000, idle: 60_000, limit: 10 },
      })
      const token = { ...key, generation: 1, secretHash: 'hash', confirmation: null }
      const renewal = { ...token, window: 30_000, idle: 60_000 }
      await waiting.read(key)
      const holder = await small.connect()
      await holder.query('BEGIN')
      await holder.query(hold)
      await expect(waiting.rotate(renewal)).rejects.toMatchObject({ code: 'SB_STORE_UNAVAILABLE' })
      await holder.query('COMMIT')
      holder.release()
      // When that is answered, so is what waited.
      expect(await waiting.read(key)).toMatchObject({ current: 1 })
      await small.end()
      expect(await store.rotate(renewal)).toMatchObject({ outcome: 'renewed' })
    })

    test('removes what has ended, a little at a time', async () => {
      let now = Date.now()
      const store = createPostgresStore({ client: pool, schema: 'swept', now: () => new Date(now) })
      await store.migrate()
      const add = async (i: number) => {
        await store.create({
          ...{ subject: `subject ${i}`, sid: 'sid', version: 1, sub: 'user', secretHash: 'hash' },
          ...{ confirmation: null, content: '{}', lifetime: 1000, idle: 1000, limit: 10 },
        })
        await store.link({ subject: 'subject', sid: 'sid', link: `link ${i}`, lifetime: 1000, limit: 10 })
        await store.claim(`claim ${i}`, 1)
        await store.append(revocation(now + 1000))
      }
      for (let i = 0; i < 10; i++) await add(i)
      now += 2 * 24 * 60 * 60_000
      for (let i = 10; i < 20; i++) await add(i)
      const { rows } = await pool.query(
        `SELECT ${['sessions', 'links', 'claims', 'revocations']
          .map((table) => `(SELECT count(*)::int FROM swept.${table}) AS ${table}`)
          .join()}`,
      )
      expect(rows).toEqual([{ sessions: 10, links: 10, claims: 10, revocations: 10 }])
    })

    test('says that there are more of very many revocations', async () => {
      const store = createPostgresStore({ client: pool, schema: 'many' })
      await store.migrate()
      const count = 110_000
      await pool.query(
        `INSERT INTO many.revocations (kind, value, issued_until, expires_at)
         SELECT 'jti', number::text, NULL, $1 FROM generate_series(1, $2) number`,
        [Date.now() + 600_000, count],
      )
      const first = await store.snapshot()
      expect([first.entries.length, first.complete, first.more]).toEqual([100_000, true, true])
      const rest = await store.snapshot(first.position)
      expect([rest.entries.length, rest.complete, rest.more]).toEqual([10_000, false, undefined])
      const values = [...first.entries, ...rest.entries].map(({ value }) => Number(value))
      expect(values).toEqual(Array.from({ length: count }, (_, i) => i + 1))
      expect(await store.snapshot(rest.position)).toMatchObject({ entries: [], complete: false })
    })

    test('reads no revocation that expired long ago, and knows where it was', async () => {
      let now = Date.now()
      const store = createPostgresStore({ client: pool, schema: 'expired', now: () => new Date(now) })
      await store.migrate()
      await store.append(revocation(now + 1000))
      const { entries, position } = await store.snapshot()
      expect(entries).toHaveLength(1)
      now += 3_600_000 + 1000
      expect(await store.snapshot()).toEqual({ entries: [], position, complete: true })
      expect(await store.snapshot(position)).toEqual({ entries: [], position, complete: false })
    })

    test('reads all revocations again where the table is another one', async () => {
      const store = createPostgresStore({ client: pool, schema: 'restored' })
      await store.migrate()
      await store.append(revocation())
      const { position } = await store.snapshot()
      await pool.query('TRUNCATE restored.revocations RESTART IDENTITY')
      const entry = revocation()
      await store.append(entry)
      expect(await store.snapshot(position)).toMatchObject({ entries: [entry], complete: true })
    })

    test.each(['read committed', 'repeatable read', 'serializable'])(
      'parallel operations are atomic where transactions are %s',
      async (isolation) => {
        const name = isolation.replace(' ', '_')
        const isolated = new Pool({
          ...server.connection,
          options: `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`,
        })
        const store = createPostgresStore({ client: isolated, schema: name, timeout })
        await store.migrate()
        const tenTimes = <Result>(operation: (i: number) => Promise<Result>): Promise<Result[]> =>
          Promise.all(Array.from({ length: 10 }, (_, i) => operation(i)))

        const claims = await tenTimes(() => store.claim('a', 60))
        expect(claims.filter(Boolean)).toHaveLength(1)

        for (const subject of ['a', 'b']) {
          const session = {
            ...{ subject, version: 1, sub: 'user', secretHash: 'hash', confirmation: null },
            ...{ content: '{}', lifetime: 60_000, idle: 60_000, limit: 2 },
          }
          const created = await tenTimes((i) => store.create({ ...session, sid: `sid ${i}` }))
          expect(created.flatMap((each) => each?.ended ?? [])).toHaveLength(8)
          const [{ sid } = { sid: '' }, another] = await store.list({ subject })
          expect(another).toBeDefined()
          expect(await store.list({ subject })).toHaveLength(2)
          const token = { subject, sid, generation: 1, secretHash: 'hash', confirmation: null }
          const rotated = await tenTimes(() => store.rotate({ ...token, window: 30_000, idle: 60_000 }))
          expect(rotated.filter(({ outcome }) => outcome === 'renewed')).toHaveLength(1)
          expect(rotated.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(9)
        }
        await store.close()
        await isolated.end()
      },
    )
  })
})

const revocation = (expiresAt = Date.now() + 60_000) =>
  ({ kind: 'sid', value: crypto.randomUUID(), issuedUntil: null, expiresAt }) as const
