import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { importSecret } from '../keys/secret.js'
import { audienceOption } from './claims-policy.js'
import { validateLife, validateParties, validateTimes } from './validate.js'
import { createVerifier } from './verifier.js'

const policy = {
  issuers: ['a'],
  acceptsIssuer: (iss: string) => iss === 'a',
  checkAudience: audienceOption('b'),
  isExpRequired: true,
  requiredClaims: ['sub'],
  textClaims: [],
  clockTolerance: 5,
  maxTokenAge: 60,
}

describe('a required claim', () => {
  const claims = { iss: 'a', aud: 'b' }
  test.each(['c', 0, false, []])('may have any value: %j', (sub) => {
    expect(() => validateParties(untyped({ ...claims, sub }), policy)).not.toThrow()
  })
  test.each([{}, { sub: null }, { sub: '' }, Object.create({ sub: 'c' })])('must be present: %j', (parts) => {
    const missing = expect.objectContaining({ code: 'SB_CLAIM_MISSING', parameter: 'sub' })
    expect(() => validateParties(Object.assign(Object.create(parts), claims, parts), policy)).toThrow(missing)
  })
})

describe('at the exact second', () => {
  test.each([
    { title: 'exp', claims: { exp: 96, iat: 90 }, good: 100, bad: 101 },
    { title: 'nbf', claims: { exp: 900, iat: 90, nbf: 105 }, good: 100, bad: 99 },
    { title: 'iat ahead', claims: { exp: 900, iat: 105 }, good: 100, bad: 99 },
    { title: 'maxTokenAge', claims: { exp: 900, iat: 35 }, good: 100, bad: 101 },
  ])('$title', ({ claims, good, bad }) => {
    expect(() => validateTimes(claims, policy, good)).not.toThrow()
    expect(() => validateTimes(claims, policy, bad)).toThrow(expect.objectContaining({ status: 401 }))
  })

  test('a token without exp does not expire', () => {
    expect(() => validateLife({}, 0, Number.MAX_SAFE_INTEGER)).not.toThrow()
  })
})

test('an empty list requires no claim', () => {
  const options = { issuer: 'a', audience: 'b', typ: 'any', requiredClaims: [] } as const
  const keys = importSecret('secret'.repeat(6), { alg: 'HS256', encoding: 'utf8' })
  const signature = { algorithms: ['HS256'], keys } as const
  expect(createVerifier({ ...options, signature })).toBeDefined()
  expect(() => createVerifier({ ...options, requiredClaims: [''], signature })).toThrow(/^requiredClaims: /)
})
