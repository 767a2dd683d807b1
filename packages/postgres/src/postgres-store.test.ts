import { EventEmitter } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import { checkStore } from '@sealbearer/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPostgresStore } from './postgres-store.js'

// It takes seconds to start: one database for all tests. Smaller files of its log are copied faster.
let client: PGlite
beforeAll(async () => {
  client = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'] })
}, 120_000)
afterAll(() => client.close())

test('every contract holds on PGlite', { timeout: 120_000 }, async () => {
  // A machine with other work must not look like a database that is lost.
  const timeout = '30s'
  const stores = [createPostgresStore({ client, timeout }), createPostgresStore({ client, timeout })] as const
  await stores[0].migrate()
  expect((await checkStore(...stores)).length).toBeGreaterThan(30)
  for (const store of stores) await store.close()
})

test('tables that are missing are named', async () => {
  const store = createPostgresStore({ client, schema: 'none' })
  await expect(store.claim('a', 1)).rejects.toMatchObject({
    code: 'SB_STORE_UNAVAILABLE',
    detail: expect.stringContaining('migrate()'),
  })
})

test('a migration is done once, and keeps what is there', async () => {
  const store = createPostgresStore({ client })
  await store.migrate()
  expect(await store.claim('a', 60)).toBe(true)
  await store.migrate()
  expect(await store.claim('a', 60)).toBe(false)
})

test('tables of a later release are an error', async () => {
  const store = createPostgresStore({ client, schema: 'later' })
  await store.migrate()
  await client.query('INSERT INTO later.migrations (number) VALUES (99)')
  await expect(store.migrate()).rejects.toMatchObject({ code: 'SB_STORE_VERSION' })
})

test('a migration that fails changes nothing', async () => {
  const failing = {
    query: (text: string, values: unknown[]) =>
      client.query(text.replace('CREATE INDEX', 'CREATE INDE'), values),
  }
  const store = createPostgresStore({ client: failing, schema: 'failed' })
  await expect(store.migrate()).rejects.toThrow()
  const { rows } = await client.query("SELECT to_regnamespace('failed')::text AS name")
  expect(rows).toEqual([{ name: null }])
})

test.each(['', 'a b', 'a"b', 'Tokens', "a'b", 'x'.repeat(64)])('the schema %j is refused', (schema) => {
  expect(() => createPostgresStore({ client, schema })).toThrow(/^schema/)
})

test('a login while the clock is ahead keeps what has not ended', async () => {
  const start = 1_800_000_000_000
  let time = start
  const store = createPostgresStore({ client, schema: 'ahead', now: () => new Date(time) })
  await store.migrate()
  const session = {
    ...{ subject: 'a', version: 1, sub: 'user', secretHash: 'hash', confirmation: null, content: '{}' },
    ...{ lifetime: 86_400_000, idle: 600_000, limit: 1 },
  }
  const names = async () => (await store.list({ subject: 'a' })).map(({ sid }) => sid)
  const count = async () => (await client.query("SELECT FROM ahead.sessions WHERE subject = 'a'")).rows.length
  await store.create({ ...session, sid: 'first' })
  time = start + 3_600_000
  // One that has ended does not count.
  expect((await store.create({ ...session, sid: 'second' }))?.ended).toEqual([])
  expect(await names()).toEqual(['second'])
  time = start
  expect((await names()).sort()).toEqual(['first', 'second'])
  // A name is free again when its session has ended, and a day later both are removed.
  time = start + 700_000
  expect(await store.create({ ...session, sid: 'first', limit: 9 })).toBeDefined()
  expect(await store.create({ ...session, sid: 'first', limit: 9 })).toBeUndefined()
  time = start + 2 * 86_400_000
  await store.create({ ...session, sid: 'third' })
  expect([await names(), await count()]).toEqual([['third'], 1])
})

test('anything but a client is refused', () => {
  // @ts-expect-error: on purpose
  expect(() => createPostgresStore({ client: {} })).toThrow(/^client/)
})

test('after close, operations are refused', async () => {
  const store = createPostgresStore({ client })
  await store.close()
  await expect(store.claim('b', 1)).rejects.toMatchObject({
    code: 'SB_STORE_UNAVAILABLE',
    parameter: 'closed',
  })
})

test('a ring that is too large does not leave the database', async () => {
  const store = createPostgresStore({ client, schema: 'large' })
  await store.migrate()
  const largest = 'x'.repeat(4_194_304)
  const version = await store.save(largest, undefined)
  expect((await store.load())?.text.length).toBe(largest.length)
  await store.save(`${largest}x`, version)
  await expect(store.load()).rejects.toMatchObject({ code: 'SB_RING_UNREADABLE', parameter: 'size' })
})

test('a pool whose connection is lost does not end the process', () => {
  const client = Object.assign(new EventEmitter(), { query: async () => ({ rows: [] }) })
  createPostgresStore({ client })
  expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow()
})
