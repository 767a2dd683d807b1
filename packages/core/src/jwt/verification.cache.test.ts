import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { cacheOption, createVerificationCache, type Verification } from './verification.js'

function verificationOf(sub: string, isRepeatable = true): Verification<unknown> {
  const claims = { sub }
  const verification: Verification<unknown> = {
    token: {
      ...{ claims, form: 'signed', protectedHeader: { alg: 'HS256' } },
      ...{ encryptionHeader: undefined, confirmation: undefined },
    },
    ...{ claims, outerClaims: undefined, isRepeatable, generations: [] },
    ...{ now: () => 0, revocations: undefined },
    recheck: () => verification,
    stillHolds: () => true,
  }
  return verification
}

const create = () => createVerificationCache({ maxEntries: 10, maxBytes: 100_000 })

const end = 'AbCdEfGhIjKl'

test.each([
  { title: 'differ in front of a common end', first: `a.a.a${end}`, second: `a.a.b${end}` },
  { title: 'are one the end of the other', first: end, second: `a.a.${end}` },
  { title: 'are shorter than the text that they are looked up by', first: 'a', second: 'b' },
  { title: 'differ in length alone', first: `aa${end}`, second: `a${end}` },
])('two tokens that $title never share a verification', ({ first, second }) => {
  const cache = create()
  for (const token of [first, second, second, first, first, second]) {
    const remembered = cache.get(token)
    if (remembered === undefined) cache.set(token, verificationOf(token))
    else expect(remembered.claims.sub).toBe(token)
  }
})

test('of two tokens with the same end, the later one is cached; others stay', () => {
  const cache = create()
  const [first, second, other] = [`a.a.a${end}`, `a.a.b${end}`, 'a.a.other']
  for (const token of [other, first, second]) cache.set(token, verificationOf(token))
  expect([other, first, second].map((token) => cache.get(token)?.claims.sub)).toEqual([
    other,
    undefined,
    second,
  ])
})

test('deletes an entry', () => {
  const cache = create()
  cache.set('token', verificationOf('token'))
  cache.delete('token')
  expect(cache.get('token')).toBeUndefined()
})

test('does not cache a result that is not repeatable', () => {
  const cache = create()
  cache.set('token', verificationOf('token', false))
  expect(cache.get('token')).toBeUndefined()
})

test('validates its option', () => {
  expect(cacheOption(false)).toBeUndefined()
  expect(cacheOption(undefined)).toEqual({ maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 })
  expect(cacheOption({ maxEntries: 5, maxBytes: 740 })).toEqual({ maxEntries: 5, maxBytes: 740 })
  // No result is so small.
  expect(() => cacheOption({ maxBytes: 739 })).toThrow(/^cache\.maxBytes: /)
  expect(() => cacheOption(untyped({ maxentries: 5 }))).toThrow(
    /^cache \(false turns it off\): has no option/,
  )
  expect(() => cacheOption({ maxEntries: 0 })).toThrow(/^cache\.maxEntries: /)
  expect(() => cacheOption({ maxEntries: 2 ** 32 })).toThrow(/^cache\.maxEntries: /)
  expect(() => cacheOption({ maxBytes: 0.5 })).toThrow(/^cache\.maxBytes: /)
})
