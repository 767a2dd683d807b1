import type { Context } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { type HeaderList, isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { servedGaps } from './gaps.js'
import { host } from './parties.js'
import { reaches, runCase } from './run.js'
import { createHonoApp } from './servers/hono-app.js'
import { sendRaw } from './servers/raw-http.js'
import { remoteAddressOption, type ServedApp, serveApp } from './servers/serve-app.js'
import type { Target } from './target.js'
import { webTarget } from './web.js'

/** What the Worker that runs the tests leaves for them: its own service. */
interface SelfBinding {
  serve(handler: (request: Request) => Response | Promise<Response>): void
  fetch(request: Request): Promise<Response>
}

interface Served {
  readonly target: Target
  readonly apps: readonly ServedApp[]
}

/** Hono on the own server of Node, Bun and Deno. */
async function startServers({ policies }: Conformance): Promise<Served> {
  const address = await remoteAddressOption()
  const loopback = await serveApp(createHonoApp({ policies, onFailure: 'throw' }, address))
  const trusting = {
    ...address,
    secure: (c: Context) => c.req.header('x-forwarded-proto')?.startsWith('https') === true,
    host: (c: Context) => c.req.header('x-forwarded-host'),
  }
  const proxied = await serveApp(createHonoApp({ policies, onFailure: 'throw' }, trusting))
  const target: Target = {
    name: 'served Hono',
    connections: ['loopback', 'proxied'],
    tellsCode: true,
    gaps: servedGaps,
    send: (wire) => sendRaw((wire.connection === 'proxied' ? proxied : loopback).port, wire),
  }
  return { target, apps: [loopback, proxied] }
}

/** Hono in a Worker, which a binding to itself brings each request as one of its own. */
function startWorker(binding: SelfBinding, { policies }: Conformance): Served {
  const app = createHonoApp({ policies, onFailure: 'throw' })
  binding.serve(app.fetch)
  const description = { name: 'Hono in a Worker', connections: ['tls'], tellsCode: true } as const
  return { target: webTarget(description, (request) => binding.fetch(request)), apps: [] }
}

const { selfBinding } = globalThis as { readonly selfBinding?: SelfBinding }

describe('Hono on the server of the runtime', () => {
  const others = selfBinding ? ['loopback', 'proxied'] : ['tls']
  const rows = conformanceCases.filter(({ connection = 'any' }) => !others.includes(connection))
  let conformance: Conformance
  let target: Target
  let apps: readonly ServedApp[] = []
  beforeAll(async () => {
    conformance = await createConformance()
    const served = selfBinding ? startWorker(selfBinding, conformance) : await startServers(conformance)
    target = served.target
    apps = served.apps
  })
  afterAll(() => Promise.all(apps.map((app) => app.close())))

  test.each(rows.map((row) => [row.title, row] as const))('%s', async (_, row) => {
    expect(await runCase(row, target, conformance.tokens)).toEqual([])
    if (isRefused(row)) expect(await runCase(twinOf(row), target, conformance.tokens)).toEqual([])
  })

  // A Worker is handed no request line.
  const servers = selfBinding === undefined ? ['a server'] : []
  test.each(servers)('%s believes no scheme that a request line claims', async () => {
    const send = async (address: string, headers: HeaderList) => {
      const token = await conformance.tokens.signed()
      const method = 'GET'
      const all: HeaderList = [['Host', host], ['Authorization', `Bearer ${token}`], ...headers]
      const wire = { connection: 'loopback', method, target: `${address}/signed/none`, headers: all } as const
      return (await target.send({ ...wire, body: undefined })).status
    }
    const forwarded: HeaderList = [['X-Forwarded-For', '192.0.2.60']]
    expect(await send(`https://${host}`, forwarded)).toBe(400)
    expect(await send('', forwarded)).toBe(400)
    expect(await send('', [])).toBe(200)
  })

  test('leaves out only what cannot reach it', () => {
    expect(conformanceCases.filter((row) => reaches(row, target))).toEqual(rows)
  })
})
