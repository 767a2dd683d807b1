import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { runCase } from './run.js'
import { nestPlatforms } from './servers/nestjs.js'

describe.each(Object.entries(nestPlatforms))('%s', (name, framework) => {
  const codes: string[] = []
  let conformance: Conformance
  let target: NodeTarget
  beforeAll(async () => {
    conformance = await createConformance()
    const logger = { info: ({ code }: { readonly code: string }) => codes.push(code) }
    const createListener = framework({ policies: conformance.policies, onFailure: 'respond', logger })
    target = await startNodeTarget({ name, tellsCode: false }, createListener)
  })
  afterAll(() => target.close())

  test.each(conformanceCases.map((row) => [row.title, row] as const))('%s', async (_, row) => {
    codes.splice(0)
    expect(await runCase(row, target, conformance.tokens)).toEqual([])
    expect(codes).toEqual(isRefused(row) ? [row.code] : [])
    if (isRefused(row)) expect(await runCase(twinOf(row), target, conformance.tokens)).toEqual([])
  })
})
