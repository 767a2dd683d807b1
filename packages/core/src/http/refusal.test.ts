import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorTable, SealbearerError } from '../errors.js'
import { createRefusals, type RefusalCode } from './refusal.js'

const { refuse, recover, lackingScope } = createRefusals('orders')

// The keys of a constant.
const codes = Object.keys(errorTable) as ErrorCode[]
const refusable = codes.filter((code): code is RefusalCode => errorTable[code].status !== 500)

test.each(refusable)('refuses with %s as its row says', (code) => {
  const refused = refuse(code, 'name')
  const row = errorTable[code]
  expect(refused).toMatchObject({
    ok: false,
    status: row.status,
    error: { code, status: row.status, parameter: 'name' },
  })
  expect(refused.headers).toMatchObject({
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
  })
  expect(refused.body.error).toBe('wire' in row ? row.wire : undefined)
  expect(refused.error.headers).toBe(refused.headers)
  expect(refused.error.body).toBe(refused.body)
  expect(Object.isFrozen(refused.headers) && Object.isFrozen(refused.body)).toBe(true)
})

test('tells all invalid tokens the same', () => {
  const answers = refusable
    .filter((code) => refuse(code).body.error === 'invalid_token')
    .map((code) => {
      const { status, headers, body } = refuse(code)
      return JSON.stringify({ status, headers, body })
    })
  expect(answers.length).toBeGreaterThan(10)
  expect(new Set(answers).size).toBe(1)
})

describe('challenges', () => {
  test.each<{ code: RefusalCode; challenge: RegExp }>([
    { code: 'SB_CREDENTIALS_MISSING', challenge: /^Bearer realm="orders"$/ },
    {
      code: 'SB_CREDENTIALS_REPEATED',
      challenge: /^Bearer realm="orders", error="invalid_request", error_description="[^"]+"$/,
    },
    {
      code: 'SB_TOKEN_EXPIRED',
      challenge: /^Bearer realm="orders", error="invalid_token", error_description="[^"]+"$/,
    },
    {
      code: 'SB_ROLE_INSUFFICIENT',
      challenge: /^Bearer realm="orders", error="insufficient_scope", error_description="[^"]+"$/,
    },
  ])('of $code', ({ code, challenge }) => {
    expect(refuse(code).headers['WWW-Authenticate']).toMatch(challenge)
  })

  test('without a realm', () => {
    expect(createRefusals(undefined).refuse('SB_CREDENTIALS_MISSING').headers['WWW-Authenticate']).toBe(
      'Bearer',
    )
  })

  test('with the scope that is needed', () => {
    expect(lackingScope('a b')().headers['WWW-Authenticate']).toMatch(
      /error="insufficient_scope", .*, scope="a b"$/,
    )
  })

  test('not where the keys are at fault', () => {
    const { status, headers, body } = refuse('SB_KEYS_UNAVAILABLE')
    expect(status).toBe(503)
    expect(headers).not.toHaveProperty('WWW-Authenticate')
    expect(headers['Retry-After']).toBe('5')
    expect(body).toEqual({ error_description: 'The access token cannot be checked at the moment' })
  })

  test('with a text for who brought none, and no error', () => {
    expect(refuse('SB_CREDENTIALS_MISSING')).toMatchObject({
      headers: { 'WWW-Authenticate': 'Bearer realm="orders"' },
      body: { error_description: 'This resource requires an access token' },
    })
    expect(refuse('SB_CREDENTIALS_MISSING').headers).not.toHaveProperty('Retry-After')
  })
})

test('makes a refusal of a SealbearerError', () => {
  const refused = recover(new SealbearerError('SB_CLAIM_MISSING', 'sub'))
  expect(refused).toMatchObject({ status: 401, error: { code: 'SB_CLAIM_MISSING', parameter: 'sub' } })
})

test.each([
  { title: 'a bug', error: new RangeError('boom') },
  { title: 'a failure to issue', error: new SealbearerError('SB_CLAIM_FORBIDDEN') },
  { title: 'nothing', error: undefined },
])('throws $title again', ({ error }) => {
  let thrown: unknown = 'nothing was thrown'
  try {
    recover(error)
  } catch (caught) {
    thrown = caught
  }
  expect(thrown).toBe(error)
})
