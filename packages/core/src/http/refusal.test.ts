import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorTable } from '../error-table.js'
import { createRefusals, type RefusalCode } from './refusal.js'
import { checkRequirement } from './requirement.js'
import { bearerScheme, type Scheme } from './scheme.js'

const { refuseNow: refuse } = createRefusals({ realm: 'orders', schemes: [bearerScheme] })

// The keys of a constant.
const codes = Object.keys(errorTable) as ErrorCode[]
const refusable = codes.filter((code): code is RefusalCode => errorTable[code].status !== 500)

test.each(refusable)('refuses with %s by the row of the table', (code) => {
  const refused = refuse({ code, parameter: 'name' })
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

test('responds to all invalid tokens alike', () => {
  const answers = refusable
    .filter((code) => refuse({ code }).body.error === 'invalid_token')
    .map((code) => {
      const { status, headers, body } = refuse({ code })
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
    expect(refuse({ code }).headers['WWW-Authenticate']).toMatch(challenge)
  })

  test('without a realm', () => {
    const bare = createRefusals({ realm: undefined, schemes: [bearerScheme] })
    expect(bare.refuseNow({ code: 'SB_CREDENTIALS_MISSING' }).headers['WWW-Authenticate']).toBe('Bearer')
  })

  test('with the scope that is needed', () => {
    const requirement = checkRequirement({ scope: 'a b' })
    const { headers } = refuse({ code: 'SB_SCOPE_INSUFFICIENT' }, requirement)
    expect(headers['WWW-Authenticate']).toMatch(/error="insufficient_scope", .*, scope="a b"$/)
  })

  test('not if keys are unavailable', () => {
    const { status, headers, body } = refuse({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(status).toBe(503)
    expect(headers).not.toHaveProperty('WWW-Authenticate')
    expect(headers['Retry-After']).toBe('5')
    expect(body).toEqual({ error_description: 'The access token cannot be checked at the moment' })
  })

  test('without an error if there are no credentials', () => {
    expect(refuse({ code: 'SB_CREDENTIALS_MISSING' })).toMatchObject({
      headers: { 'WWW-Authenticate': 'Bearer realm="orders"' },
      body: { error_description: 'This resource requires an access token' },
    })
    expect(refuse({ code: 'SB_CREDENTIALS_MISSING' }).headers).not.toHaveProperty('Retry-After')
  })
})

describe('several schemes', () => {
  const proof: Scheme = {
    name: 'Proof',
    attributes: { algs: 'ES256' },
    responseHeaders: () => ({ 'Proof-Nonce': 'next' }),
  }
  const refusals = createRefusals({ realm: 'orders', schemes: [proof, bearerScheme] })

  test('are all listed without credentials', () => {
    const { headers } = refusals.refuseNow({ code: 'SB_CREDENTIALS_MISSING' })
    expect(headers).toMatchObject({
      'WWW-Authenticate': 'Proof realm="orders", algs="ES256", Bearer realm="orders"',
      'Proof-Nonce': 'next',
    })
  })

  test.each([
    {
      title: 'the first',
      scheme: proof,
      says: /^Proof realm="orders", algs="ES256", error="invalid_token", .*, Bearer realm="orders"$/,
    },
    {
      title: 'the second',
      scheme: bearerScheme,
      says: /^Proof realm="orders", algs="ES256", Bearer realm="orders", error="invalid_token"/,
    },
  ])('have the error in the challenge of the failed one: $title', ({ scheme, says }) => {
    expect(refusals.refuseNow({ code: 'SB_TOKEN_EXPIRED', scheme }).headers['WWW-Authenticate']).toMatch(says)
  })

  test('have the missing scope', () => {
    const requirement = checkRequirement({ scope: 'a' })
    const { headers } = refusals.refuseNow(
      { code: 'SB_SCOPE_INSUFFICIENT', scheme: bearerScheme },
      requirement,
    )
    expect(headers['WWW-Authenticate']).toMatch(/algs="ES256", Bearer .*, scope="a"$/)
    expect(headers).not.toHaveProperty('Proof-Nonce')
  })
})
