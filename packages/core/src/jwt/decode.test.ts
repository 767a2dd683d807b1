import { expect, test } from 'vitest'
import { handSeal, handSign, segment } from '../../test-kit/hand-made.js'
import { goodClaims } from '../../test-kit/parties.js'
import { bytes } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { decodeUnverified } from './decode.js'

test('decodes a signed token, whoever wrote it', () => {
  const token = handSign({ alg: 'none', kid: '1' }, { ...goodClaims, exp: 1 }, bytes(1))
  expect(decodeUnverified(token)).toEqual({
    form: 'signed',
    protectedHeader: { alg: 'none', kid: '1' },
    claims: { ...goodClaims, exp: 1 },
  })
})

test('decodes the header of an encrypted token', () => {
  const token = handSeal({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' }, goodClaims, bytes(32))
  expect(decodeUnverified(token)).toEqual({
    form: 'encrypted or nested',
    protectedHeader: { alg: 'dir', enc: 'A256GCM', cty: 'JWT' },
    claims: undefined,
  })
})

test.each([
  ['a header that is no JSON', `x.${segment('{}')}.y`, { protectedHeader: undefined, claims: {} }],
  [
    'claims that are no object',
    `${segment('{}')}.${segment('[]')}.y`,
    { protectedHeader: {}, claims: undefined },
  ],
  [
    'a member twice',
    `${segment('{}')}.${segment('{"a":1,"a":2}')}.`,
    { protectedHeader: {}, claims: undefined },
  ],
  ['no base64url', '!.?.*', { protectedHeader: undefined, claims: undefined }],
  ['only dots', '..', { protectedHeader: undefined, claims: undefined }],
])('leaves undefined what it cannot read: %s', (_, token, expected) => {
  expect(decodeUnverified(token)).toEqual({ form: 'signed', ...expected })
})

test.each(['', 'a', 'a.b', 'a.b.c.d', 'a.b.c.d.e.f', undefined, null, 5, {}, ['a.b.c']])(
  'returns undefined for %j',
  (token) => {
    expect(decodeUnverified(untyped(token))).toBeUndefined()
  },
)
