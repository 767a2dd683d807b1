import { beforeAll, describe, expect, test } from 'vitest'
import { answers } from './answers.js'
import { type Conformance, createConformance } from './conformance.js'
import type { AcceptedCase, RefusedCase } from './conformance-case.js'
import { expectedGrant } from './grant.js'
import { bare, bearerOf } from './request-headers.js'
import { runCase } from './run.js'
import type { WireRequest, WireResponse } from './target.js'

const accepted: AcceptedCase = { title: 'good', policy: 'signed', headers: bearerOf(), grant: {} }

const refused: RefusedCase = {
  title: 'bad',
  policy: 'signed',
  headers: bearerOf((tokens) => tokens.signed({ key: 'attacker' })),
  answer: answers.invalidToken,
  code: 'SB_INTEGRITY_FAILED',
  twin: { headers: bearerOf() },
}

const challenge = ['www-authenticate', answers.invalidToken.challenge ?? ''] as const
const rest = [
  ['cache-control', 'no-store'],
  ['content-type', 'application/json; charset=utf-8'],
  ['x-error-code', 'SB_INTEGRITY_FAILED'],
] as const
const right: WireResponse = { status: 401, headers: [challenge, ...rest], body: answers.invalidToken.body }

/** A leak in an otherwise permitted header would be one more header; in the body it is one more body. */
const quoting = (request: WireRequest, part: number): string =>
  request.headers
    .find(([name]) => name === 'Authorization')?.[1]
    .split('.')
    [part]?.slice(10, 18) ?? ''

type Answer = (request: WireRequest) => WireResponse

const wrong: readonly (readonly [title: string, differs: readonly string[], answer: Answer])[] = [
  ['another status', ['status'], () => ({ ...right, status: 500 })],
  ['no challenge', ['headers'], () => ({ ...right, headers: rest })],
  ['the challenge twice', ['headers'], () => ({ ...right, headers: [challenge, challenge, ...rest] })],
  ['one more header', ['headers'], () => ({ ...right, headers: [...right.headers, ['x-powered-by', 'us']] })],
  ['another body', ['body'], () => ({ ...right, body: `${right.body}\n` })],
  [
    'another code',
    ['code'],
    () => ({ ...right, headers: [challenge, ...rest.slice(0, 2), ['x-error-code', 'SB_CSRF']] }),
  ],
  ['no code', ['code'], () => ({ ...right, headers: [challenge, ...rest.slice(0, 2)] })],
  [
    'eight characters of the claims',
    ['body', 'leak'],
    (request) => ({ ...right, body: quoting(request, 1) }),
  ],
  [
    'eight characters of the signature',
    ['body', 'leak'],
    (request) => ({ ...right, body: quoting(request, 2) }),
  ],
  ['a claim', ['body', 'leak'], () => ({ ...right, body: 'user_48151623 may not' })],
]

describe('runCase', () => {
  let conformance: Conformance
  beforeAll(async () => {
    conformance = await createConformance()
  })

  /** The names of what differs. */
  async function differences(row: AcceptedCase | RefusedCase, answer: Answer): Promise<readonly string[]> {
    const send = async (request: WireRequest) => answer(request)
    const target = { name: 'test', connections: ['loopback'], tellsCode: true, gaps: [], send } as const
    const found = await runCase(row, target, conformance.tokens)
    return found.map((text) => text.split(':')[0] ?? '')
  }

  test('finds nothing in the right answer', async () => {
    expect(await differences(refused, () => right)).toEqual([])
  })

  test.each(wrong)('finds %s', async (_, differs, answer) => {
    expect(await differences(refused, answer)).toEqual(differs)
  })

  test('finds a body behind HEAD', async () => {
    const head = { ...refused, method: 'HEAD' }
    expect(await differences(head, () => ({ ...right, body: '' }))).toEqual([])
    expect(await differences(head, () => right)).toEqual(['body'])
  })

  test('finds a good request that is refused', async () => {
    expect(await differences(accepted, () => right)).toEqual(['status', 'body'])
  })

  test('finds a good request that is given something else', async () => {
    const answer = (grant: Partial<AcceptedCase>): WireResponse => ({
      status: 200,
      headers: [],
      body: JSON.stringify(expectedGrant({ ...accepted, ...grant })),
    })
    expect(await differences(accepted, () => answer({}))).toEqual([])
    expect(await differences(accepted, () => answer({ grant: { roles: ['admin'] } }))).toEqual(['body'])
    expect(await differences(accepted, () => answer({ grant: 'anonymous' }))).toEqual(['body'])
    const anonymous = { ...accepted, headers: bare(), grant: 'anonymous' } as const
    expect(await differences(anonymous, () => answer({}))).toEqual(['body'])
  })

  test('finds a bad request that is let through', async () => {
    const body = JSON.stringify(expectedGrant(accepted))
    expect(await differences(refused, () => ({ status: 200, headers: [], body }))).toContain('status')
  })
})
