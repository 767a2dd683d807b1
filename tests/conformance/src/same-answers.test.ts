import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { comparableHeaders, requestOf } from './run.js'
import { frameworks } from './servers/frameworks.js'
import type { WireRequest } from './target.js'

let conformance: Conformance
let targets: readonly NodeTarget[]
beforeAll(async () => {
  conformance = await createConformance()
  const { policies } = conformance
  const start = Object.entries(frameworks).map(([name, framework]) =>
    startNodeTarget({ name, tellsCode: false }, framework({ policies, onFailure: 'respond' })),
  )
  targets = await Promise.all(start)
})
afterAll(() => Promise.all(targets.map((target) => target.close())))

/** The same bytes to every framework: only the one token, and no table in between. */
const answersTo = (request: WireRequest) =>
  Promise.all(
    targets.map(async (target) => {
      const response = await target.send(request)
      return { status: response.status, headers: comparableHeaders(response), body: response.body }
    }),
  )

test.each(conformanceCases.filter(isRefused).map((row) => [row.title, row] as const))(
  'all frameworks answer alike: %s',
  async (_, row) => {
    const [first] = targets
    if (first === undefined) throw new Error('no framework')
    const [answer, ...others] = await answersTo(await requestOf(row, first, conformance.tokens))
    expect(others).toEqual([answer, answer, answer])
  },
)
