import type { ErrorCode } from '@sealbearer/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { comparableHeaders, differencesOf, requestOf } from './run.js'
import { frameworks } from './servers/frameworks.js'

interface LogLine {
  readonly code: string
  readonly parameter: string | undefined
}

/** Codes that are not the whole cause: the log has to name a parameter too. */
const needsParameter: ReadonlySet<ErrorCode> = new Set([
  'SB_CREDENTIALS_MALFORMED',
  'SB_CREDENTIALS_REPEATED',
  'SB_CSRF',
  'SB_FORM_MISMATCH',
  'SB_KEY_NOT_FOUND',
  'SB_NESTED_CLAIM',
  'SB_HEADER_CLAIM_MISMATCH',
  'SB_CLAIM_MISSING',
  'SB_HTTPS_REQUIRED',
  'SB_SCOPE_INSUFFICIENT',
  'SB_ROLE_INSUFFICIENT',
  'SB_REQUIREMENT_REFUSED',
  'SB_AUTHENTICATION_INSUFFICIENT',
  'SB_ACTOR_INSUFFICIENT',
  'SB_CONFIRMATION_REQUIRED',
  'SB_CONFIRMATION_MISMATCH',
  'SB_PROOF_INVALID',
  'SB_STORE_UNAVAILABLE',
  'SB_INTROSPECTION_FAILED',
])

let conformance: Conformance
/** What each framework has logged for the last request, at the level of refusals. */
const logs = new Map<string, LogLine[]>()
let targets: readonly NodeTarget[]
beforeAll(async () => {
  conformance = await createConformance()
  const { policies } = conformance
  const start = Object.entries(frameworks).map(([name, framework]) => {
    const lines: LogLine[] = []
    logs.set(name, lines)
    const logger = { info: (fields: LogLine) => lines.push(fields) }
    return startNodeTarget({ name, tellsCode: false }, framework({ policies, onFailure: 'respond', logger }))
  })
  targets = await Promise.all(start)
})
afterAll(() => Promise.all(targets.map((target) => target.close())))

test.each(conformanceCases.filter(isRefused).map((row) => [row.title, row] as const))(
  'all frameworks answer and log alike: %s',
  async (_, row) => {
    const [first] = targets
    if (first === undefined) throw new Error('no framework')
    // The same bytes to every framework.
    const request = await requestOf(row, first, conformance.tokens)
    const responses = await Promise.all(targets.map((target) => target.send(request)))
    const [answer, ...others] = responses.map((response) => ({
      status: response.status,
      headers: comparableHeaders(response),
      body: response.body,
    }))
    expect(others).toEqual([answer, answer, answer])
    expect(responses.flatMap((response) => differencesOf(row, request, response, first))).toEqual([])
    const [lines, ...same] = [...logs.values()].map((list) => list.splice(0))
    expect(same).toEqual([lines, lines, lines])
    expect(lines?.map(({ code }) => code)).toEqual([row.code])
    if (needsParameter.has(row.code)) expect(lines?.[0]?.parameter).toBeTypeOf('string')
  },
)
