import { expect, test } from 'vitest'
import { registeredClaimNames } from './claims.js'
import { nestingClaimOption } from './nested.js'
import { wronglyTypedClaim } from './validate.js'

const lastDate = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000
const text = { good: ['', 'a'], bad: [null, 1, true, ['a'], { a: 1 }] }
const audience = { good: ['', 'a', [], ['a', 'b']], bad: [null, 1, ['a', 1], [null], { a: 1 }] }
const date = {
  good: [0, 0.5, 1_800_000_000, lastDate],
  bad: [null, '1', true, -1, -0.5, lastDate + 1, Number.NaN, Number.POSITIVE_INFINITY, [1], {}],
}

/** RFC 7519 §4.1 */
test.each([
  { name: 'iss', ...text },
  { name: 'sub', ...text },
  { name: 'aud', ...audience },
  { name: 'exp', ...date },
  { name: 'nbf', ...date },
  { name: 'iat', ...date },
  { name: 'jti', ...text },
])('$name is registered: of its type, and no place for anything else', ({ name, good, bad }) => {
  for (const value of good) expect(wronglyTypedClaim({ [name]: value })).toBeUndefined()
  for (const value of bad) expect(wronglyTypedClaim({ [name]: value, other: value })).toBe(name)
  expect(registeredClaimNames).toContain(name)
  expect(() => nestingClaimOption({ claim: name })).toThrow(/^encryption\.nesting\.claim: /)
})

test.each(['token', 'Iss', 'iss ', 'scope'])('%s is not: of any type, and may carry a token', (name) => {
  for (const value of [null, 1, 'a', ['a', 1], {}])
    expect(wronglyTypedClaim({ [name]: value })).toBeUndefined()
  expect(registeredClaimNames).not.toContain(name)
  expect(nestingClaimOption({ claim: name })).toBe(name)
})
