import type { Context } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { servedGaps } from './gaps.js'
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
  const trusting = { ...address, secure: (c: Context) => c.req.header('x-forwarded-proto') === 'https' }
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

  test('leaves out only what cannot reach it', () => {
    expect(conformanceCases.filter((row) => reaches(row, target))).toEqual(rows)
  })
})
