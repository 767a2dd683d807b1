import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { checkTokenSize, splitJwe, splitJws } from './segments.js'

describe('checkTokenSize', () => {
  test('accepts a token of exactly the maximum size', () => {
    expect(() => checkTokenSize('x'.repeat(10), 10)).not.toThrow()
  })

  test('rejects one character more', () => {
    expect(() => checkTokenSize('x'.repeat(11), 10)).toThrow(
      expect.objectContaining({ code: 'SB_TOKEN_TOO_LARGE' }),
    )
  })

  test.each([undefined, null, 5, {}, ['a.b.c'], Buffer.from('a.b.c')])('refuses %j', (token) => {
    expect(() => checkTokenSize(untyped(token), 10)).toThrow(
      expect.objectContaining({ code: 'SB_TOKEN_MALFORMED' }),
    )
  })
})

test('counts parts that are empty', () => {
  expect(() => splitJws('....')).toThrow(expect.objectContaining({ code: 'SB_FORM_MISMATCH' }))
  expect(() => splitJwe('..')).toThrow(expect.objectContaining({ code: 'SB_FORM_MISMATCH' }))
  expect(() => splitJwe('.')).toThrow(expect.objectContaining({ code: 'SB_TOKEN_MALFORMED' }))
})

const parts = (count: number): string => Array.from({ length: count }, (_, i) => `p${i}`).join('.')

test.each([
  ['a.b.c', 'a', 'b', 'c', 'a.b'],
  ['a..', 'a', '', '', 'a.'],
  ['..', '', '', '', '.'],
])('splits the JWS %s', (token, protectedHeader, payload, signature, signingInput) => {
  expect(splitJws(token)).toEqual({ protectedHeader, payload, signature, signingInput })
})

test.each([
  ['a.b.c.d.e', 'a', 'b', 'c', 'd', 'e'],
  ['a..c.d.e', 'a', '', 'c', 'd', 'e'],
  ['....', '', '', '', '', ''],
])('splits the JWE %s', (token, protectedHeader, encryptedKey, iv, ciphertext, tag) => {
  expect(splitJwe(token)).toEqual({ protectedHeader, encryptedKey, iv, ciphertext, tag })
})

test.each([
  { count: 1, jws: 'SB_TOKEN_MALFORMED', jwe: 'SB_TOKEN_MALFORMED' },
  { count: 2, jws: 'SB_TOKEN_MALFORMED', jwe: 'SB_TOKEN_MALFORMED' },
  { count: 3, jws: undefined, jwe: 'SB_FORM_MISMATCH' },
  { count: 4, jws: 'SB_TOKEN_MALFORMED', jwe: 'SB_TOKEN_MALFORMED' },
  { count: 5, jws: 'SB_FORM_MISMATCH', jwe: undefined },
  { count: 6, jws: 'SB_TOKEN_MALFORMED', jwe: 'SB_TOKEN_MALFORMED' },
  { count: 7, jws: 'SB_TOKEN_MALFORMED', jwe: 'SB_TOKEN_MALFORMED' },
  { count: 100_000, jws: 'SB_TOKEN_MALFORMED', jwe: 'SB_TOKEN_MALFORMED' },
])('$count parts', ({ count, jws, jwe }) => {
  const codeOf = (split: (token: string) => unknown): string | undefined => {
    try {
      split(parts(count))
      return undefined
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'no code'
    }
  }
  expect(codeOf(splitJws)).toBe(jws)
  expect(codeOf(splitJwe)).toBe(jwe)
})
