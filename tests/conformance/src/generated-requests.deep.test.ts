import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConformance } from './conformance.js'
import { expectedStatus } from './expected-status.js'
import { type GeneratedRequest, generatedRequests, type Tokens } from './generated-requests.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { frameworks } from './servers/frameworks.js'

let tokens: Tokens
let targets: readonly NodeTarget[]
beforeAll(async () => {
  const { tokens: makers, policies } = await createConformance()
  const good = await makers.signed()
  tokens = {
    good,
    other: await makers.signed({ claims: { jti: 'other' } }),
    forged: good.replace(/\.[^.]*$/, (signature) => `.${[...signature.slice(1)].toReversed().join('')}`),
  }
  const start = Object.entries(frameworks).map(([name, framework]) =>
    startNodeTarget({ name, tellsCode: false }, framework({ policies, onFailure: 'respond' })),
  )
  targets = await Promise.all(start)
})
afterAll(() => Promise.all(targets.map((target) => target.close())))

async function faultOf(request: GeneratedRequest, target: NodeTarget): Promise<string | undefined> {
  const response = await target.send({
    ...request,
    ...{ connection: 'loopback', target: '/cookies/none', body: undefined },
  })
  const expected = expectedStatus(request, tokens)
  const answer = `${response.headers.flat().join('\n')}${response.body}`
  const isQuoted = response.status !== 200 && /evil|eyJ/.test(answer)
  if (response.status === expected && !isQuoted) return undefined
  const told = isQuoted ? 'an answer that quotes the request' : response.status
  return `${target.name}: ${request.method} ${JSON.stringify(request.headers)}: ${told}, not ${expected}`
}

test('every generated request is answered as the specifications say, by all frameworks', async () => {
  const requests = generatedRequests(tokens)
  const statuses = new Map<number, number>()
  const faults: (string | undefined)[] = []
  for (const request of requests) {
    const expected = expectedStatus(request, tokens)
    statuses.set(expected, (statuses.get(expected) ?? 0) + 1)
    faults.push(...(await Promise.all(targets.map((target) => faultOf(request, target)))))
  }
  expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  // Each kind of answer is frequent enough to mean something.
  for (const status of [200, 400, 401, 403]) expect(statuses.get(status)).toBeGreaterThan(15)
})
