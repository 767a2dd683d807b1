import { beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { reaches, runCase } from './run.js'
import { createHonoApp } from './servers/hono-app.js'
import type { Target } from './target.js'
import { authenticateRequestTarget, webTarget } from './web.js'

/** Hono without a server, as on Workers: it knows the URL and nothing of a socket. */
const honoRequestTarget = ({ policies }: Conformance): Target => {
  const app = createHonoApp({ policies, onFailure: 'throw' })
  return webTarget({ name: 'app.request', connections: ['tls'], tellsCode: true }, (request) =>
    app.request(request),
  )
}

describe.each([
  {
    name: 'authenticateRequest',
    create: authenticateRequestTarget,
    connections: ['any', 'loopback', 'proxied', 'tls'],
  },
  { name: 'app.request of Hono', create: honoRequestTarget, connections: ['any', 'tls'] },
])('$name', ({ create, connections }) => {
  const rows = conformanceCases.filter(({ connection = 'any' }) => connections.includes(connection))
  let conformance: Conformance
  let target: Target
  beforeAll(async () => {
    conformance = await createConformance()
    target = create(conformance)
  })

  test.each(rows.map((row) => [row.title, row] as const))('%s', async (_, row) => {
    expect(await runCase(row, target, conformance.tokens)).toEqual([])
    if (isRefused(row)) expect(await runCase(twinOf(row), target, conformance.tokens)).toEqual([])
  })

  test('leaves out only what cannot reach it', () => {
    expect(conformanceCases.filter((row) => reaches(row, target))).toEqual(rows)
  })
})
