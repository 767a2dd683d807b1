import { PGlite } from '@electric-sql/pglite'
import { checkStore } from '@sealbearer/testing'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresStore } from './postgres-store.js'
import { hasPostgres, type PostgresServer, startPostgres, withPostgres } from './testing/postgres-server.js'

test('every contract holds on PGlite', { timeout: 60_000 }, async () => {
  const client = new PGlite()
  const stores = [createPostgresStore({ client }), createPostgresStore({ client })] as const
  await stores[0].migrate()
  expect((await checkStore(...stores)).length).toBeGreaterThan(30)
  for (const store of stores) await store.close()
  await client.close()
})

describe.skipIf(!hasPostgres)(withPostgres('on a server'), () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  test('every contract holds with pools', { timeout: 60_000 }, async () => {
    const pools = [new Pool(server.connection), new Pool(server.connection)] as const
    const [store, other] = [
      createPostgresStore({ client: pools[0] }),
      createPostgresStore({ client: pools[1] }),
    ]
    await Promise.all([store.migrate(), other.migrate()])
    expect((await checkStore(store, other)).length).toBeGreaterThan(30)
    for (const each of [store, other]) await each.close()
    for (const pool of pools) await pool.end()
  })

  test('every contract holds with a client, in another schema', { timeout: 60_000 }, async () => {
    const client = new Client(server.connection)
    await client.connect()
    const store = createPostgresStore({ client, schema: 'tokens' })
    await store.migrate()
    expect((await checkStore(store)).length).toBeGreaterThan(30)
    await store.close()
    await client.end()
  })
})
