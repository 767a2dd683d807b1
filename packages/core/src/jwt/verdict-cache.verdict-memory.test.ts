import { expect, test } from 'vitest'
import { untyped } from '../testing/untyped.js'
import type { Verdict } from './verdict.js'
import { cacheOption, rememberVerdicts } from './verdict-cache.js'

/** Judges every token afresh, and counts how often. */
function judging(): { judge: (token: string) => Verdict<unknown>; judged: string[] } {
  const judged: string[] = []
  const judge = (token: string): Verdict<unknown> => {
    judged.push(token)
    const claims = { sub: token }
    const protectedHeader = { alg: 'HS256' }
    return {
      token: { claims, form: 'signed', protectedHeader, encryptionHeader: undefined },
      claims,
      outerClaims: undefined,
      isRepeatable: true,
    }
  }
  return { judge, judged }
}

const limits = cacheOption({}) ?? { maxEntries: 1, maxBytes: 1 }

const end = 'AbCdEfGhIjKl'

test.each([
  { title: 'differ in front of a common end', first: `a.a.a${end}`, second: `a.a.b${end}` },
  { title: 'are one the end of the other', first: end, second: `a.a.${end}` },
  { title: 'are shorter than what they are looked up by', first: 'a', second: 'b' },
  { title: 'differ in length alone', first: `aa${end}`, second: `a${end}` },
])('two tokens that $title never share a verdict', async ({ first, second }) => {
  const { judge } = judging()
  const check = rememberVerdicts(judge, limits, [], () => {})
  for (const token of [first, second, second, first, first, second]) {
    expect((await check(token)).claims.sub).toBe(token)
  }
})

test('of two tokens that end alike the later one is remembered, others beside them', async () => {
  const { judge, judged } = judging()
  const check = rememberVerdicts(judge, limits, [], () => {})
  const [first, second, other] = [`a.a.a${end}`, `a.a.b${end}`, 'a.a.other']
  for (const token of [other, first, first, second, second, other, first]) await check(token)
  expect(judged).toEqual([other, first, second, first])
})

test('a set that wants to be asked is asked at each use, and can end a verdict', async () => {
  const { judge, judged } = judging()
  let isUsable = true
  const keys = { generation: 0, select: () => [], use: () => isUsable }
  const check = rememberVerdicts(judge, limits, [keys], () => {})
  await check('token')
  await check('token')
  expect(judged).toHaveLength(1)
  isUsable = false
  await check('token')
  expect(judged).toHaveLength(2)
})

test('reads its option', () => {
  expect(cacheOption(false)).toBeUndefined()
  expect(cacheOption(undefined)).toEqual({ maxEntries: 10_000, maxBytes: 16 * 1024 * 1024 })
  expect(cacheOption({ maxEntries: 5, maxBytes: 7 })).toEqual({ maxEntries: 5, maxBytes: 7 })
  expect(() => cacheOption(untyped({ maxentries: 5 }))).toThrow(
    /^cache \(false turns it off\): has no option/,
  )
  expect(() => cacheOption({ maxEntries: 0 })).toThrow(/^cache\.maxEntries: /)
  expect(() => cacheOption({ maxEntries: 2 ** 32 })).toThrow(/^cache\.maxEntries: /)
  expect(() => cacheOption({ maxBytes: 0.5 })).toThrow(/^cache\.maxBytes: /)
})
