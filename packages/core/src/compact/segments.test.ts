import { describe, expect, test } from 'vitest'
import { untyped } from '../testing/untyped.js'
import { checkTokenSize, splitJwe, splitJws } from './segments.js'

describe('checkTokenSize', () => {
  test('takes a token of exactly the size', () => {
    expect(() => checkTokenSize('x'.repeat(10), 10)).not.toThrow()
  })

  test('refuses one character more', () => {
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

const parts = (count: number): string => Array.from({ length: count }, (_, i) => `p${i}`).join('.')

test('takes a JWS apart', () => {
  expect(splitJws('a.b.c')).toEqual(['a', 'b', 'c'])
  expect(splitJws('a..')).toEqual(['a', '', ''])
})

test('takes a JWE apart', () => {
  expect(splitJwe('a.b.c.d.e')).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(splitJwe('a..c.d.e')).toEqual(['a', '', 'c', 'd', 'e'])
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
