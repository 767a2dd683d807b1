import { expect, test } from 'vitest'
import { frozenSet } from './permissions.js'

test('equals a set of the same values', () => {
  expect(frozenSet(['a', 'b', 'a'])).toEqual(new Set(['a', 'b']))
  expect([...frozenSet([])]).toEqual([])
})

test.each([{ values: ['a'] }, { values: [] }])('cannot be changed: $values', ({ values }) => {
  // What a caller without types could do.
  const set = frozenSet(values) as Set<string>
  const refusal = new TypeError('this set is shared between requests; copy it with new Set(…) to change it')
  expect(() => set.add('admin')).toThrow(refusal)
  expect(() => set.delete('a')).toThrow(refusal)
  expect(() => set.clear()).toThrow(refusal)
  expect(() => Object.assign(set, { has: () => true })).toThrow(TypeError)
  expect([...set]).toEqual(values)
})

test('can be copied into one that changes', () => {
  expect([...new Set(frozenSet(['a'])).add('b')]).toEqual(['a', 'b'])
})
