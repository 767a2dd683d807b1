import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createConformance } from '../conformance.js'
import { isRefused } from '../conformance-case.js'
import { conformanceCases } from '../conformance-cases.js'
import { type NodeTarget, startNodeTarget } from '../node.js'
import { requestOf } from '../run.js'
import { type Capture, type Outlet, startCapture } from './capture.js'
import { keySecrets } from './key-secrets.js'
import { leaksOfCase } from './leaks-of-case.js'
import { publicTexts } from './public-texts.js'
import { talkativeFrameworks } from './servers/talkative-frameworks.js'
import { Taint } from './taint.js'

// Read once, when Express and Koa load the package `debug`.
vi.hoisted(() => {
  process.env['DEBUG'] = '*'
})

/** Where a framework speaks of every request; where it speaks of none, nothing would be searched. */
const outlets: Readonly<Record<string, Readonly<Record<'respond' | 'throw', readonly Outlet[]>>>> = {
  fastify: { respond: ['logger'], throw: ['logger', 'error'] },
  koa: { respond: [], throw: ['error', 'console'] },
  hono: { respond: ['logger'], throw: ['logger', 'error', 'console'] },
  express: { respond: ['output'], throw: ['output', 'error', 'console'] },
}

const refused = conformanceCases.filter(isRefused)

const conformance = await createConformance()

describe.each(Object.entries(talkativeFrameworks))('%s at its most talkative', (name, framework) => {
  describe.each(['respond', 'throw'] as const)('onFailure: %s', (onFailure) => {
    let capture: Capture
    let target: NodeTarget
    let keyTaint: Taint
    beforeAll(async () => {
      keyTaint = new Taint(await keySecrets(conformance.tokens.keys))
      capture = startCapture()
      const setup = { policies: conformance.policies, onFailure }
      target = await startNodeTarget({ name, tellsCode: false }, framework(setup, capture.record))
    })
    afterAll(async () => {
      capture.stop()
      await target.close()
    })

    test.each(refused.map((row) => [row.title, row] as const))('%s', async (_, row) => {
      const request = await requestOf(row, target, conformance.tokens)
      const report = await leaksOfCase(target, request, capture, keyTaint, publicTexts)
      expect(report.leaks).toEqual([])
      expect(report.response.status).toBe(row.answer.status)
      for (const outlet of outlets[name]?.[onFailure] ?? []) expect(report.spoken).toContain(outlet)
    })
  })
})
