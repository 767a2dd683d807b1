import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { runCase } from './run.js'
import type { Framework, ServerSetup } from './servers/framework.js'

/** Every case and its twin, on each of these frameworks. */
export const testEveryCase = (
  frameworks: Readonly<Record<string, Framework>>,
  onFailure: ServerSetup['onFailure'],
): void =>
  describe.each(Object.entries(frameworks))(`%s, onFailure: ${onFailure}`, (name, framework) => {
    let conformance: Conformance
    let target: NodeTarget
    beforeAll(async () => {
      conformance = await createConformance()
      const createListener = framework({ policies: conformance.policies, onFailure })
      target = await startNodeTarget({ name, tellsCode: onFailure === 'throw' }, createListener)
    })
    afterAll(() => target.close())

    test.each(conformanceCases.map((row) => [row.title, row] as const))('%s', async (_, row) => {
      expect(await runCase(row, target, conformance.tokens)).toEqual([])
      if (isRefused(row)) expect(await runCase(twinOf(row), target, conformance.tokens)).toEqual([])
    })
  })
