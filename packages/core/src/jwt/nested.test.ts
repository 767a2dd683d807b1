import { describe, expect, test } from 'vitest'
import { registeredClaimNames } from './claims.js'
import { checkRepeatedClaims } from './nested.js'

const header = { alg: 'dir', enc: 'A256GCM' }
const mismatch = expect.objectContaining({ code: 'SB_HEADER_CLAIM_MISMATCH' })

describe('a claim in the JWE header', () => {
  test.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])('has to be the one inside: %s', (name) => {
    expect(registeredClaimNames).toContain(name)
    expect(() => checkRepeatedClaims({ ...header, [name]: 'a' }, { [name]: 'a' })).not.toThrow()
    expect(() => checkRepeatedClaims({ ...header, [name]: 'b' }, { [name]: 'a' })).toThrow(mismatch)
    expect(() => checkRepeatedClaims({ ...header, [name]: 'a' }, {})).toThrow(
      expect.objectContaining({ parameter: name }),
    )
    expect(() => checkRepeatedClaims(header, { [name]: 'a' })).not.toThrow()
  })

  test.each([
    { title: 'the same list', repeated: ['a', 'b'], inside: ['a', 'b'], same: true },
    { title: 'an empty list', repeated: [], inside: [], same: true },
    { title: 'another order', repeated: ['b', 'a'], inside: ['a', 'b'], same: false },
    { title: 'another first one', repeated: ['c', 'b'], inside: ['a', 'b'], same: false },
    { title: 'another second one', repeated: ['a', 'c'], inside: ['a', 'b'], same: false },
    { title: 'one less', repeated: ['a'], inside: ['a', 'b'], same: false },
    { title: 'one more', repeated: ['a', 'b'], inside: ['a'], same: false },
    { title: 'none of one', repeated: [], inside: ['a'], same: false },
    { title: 'a list for text', repeated: ['a'], inside: 'a', same: false },
    { title: 'text for a list', repeated: 'a', inside: ['a'], same: false },
    { title: 'an empty list for empty text', repeated: [], inside: '', same: false },
  ])('is compared as a whole: $title', ({ repeated, inside, same }) => {
    const check = () => checkRepeatedClaims({ ...header, aud: repeated }, { aud: inside })
    if (same) expect(check).not.toThrow()
    else expect(check).toThrow(mismatch)
  })
})
