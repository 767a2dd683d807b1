import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from '../conformance.js'
import { isRefused } from '../conformance-case.js'
import { conformanceCases } from '../conformance-cases.js'
import { type NodeTarget, startNodeTarget } from '../node.js'
import { requestOf } from '../run.js'
import { type Capture, startCapture } from './capture.js'
import { keySecrets } from './key-secrets.js'
import { leaksOfCase } from './leaks-of-case.js'
import { publicTexts } from './public-texts.js'
import { talkativeFrameworks } from './servers/talkative-frameworks.js'
import { Taint } from './taint.js'

const refused = conformanceCases.filter(isRefused)

describe.each(Object.entries(talkativeFrameworks))('%s at its most talkative', (name, framework) => {
  describe.each(['respond', 'throw'] as const)('onFailure: %s', (onFailure) => {
    let conformance: Conformance
    let capture: Capture
    let target: NodeTarget
    let keyTaint: Taint
    beforeAll(async () => {
      conformance = await createConformance()
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
      // Where nothing was said, nothing was searched.
      expect(report.amounts.error > 0).toBe(onFailure === 'throw')
    })
  })
})
