import { expect, test } from 'vitest'
import { frozenSet } from './frozen-set.js'

test('equals a set of the same values', () => {
  expect(frozenSet(['a', 'b', 'a'])).toEqual(new Set(['a', 'b']))
  expect([...frozenSet([])]).toEqual([])
})

test.each([{ values: ['a'] }, { values: [] }])('can not be changed: $values', ({ values }) => {
  // What a caller without types could do.
  const set = frozenSet(values) as Set<string>
  expect(() => set.add('admin')).toThrow(TypeError)
  expect(() => set.delete('a')).toThrow(TypeError)
  expect(() => set.clear()).toThrow(TypeError)
  expect(() => Object.assign(set, { has: () => true })).toThrow(TypeError)
  expect([...set]).toEqual(values)
})

test('can be copied into one that changes', () => {
  expect([...new Set(frozenSet(['a'])).add('b')]).toEqual(['a', 'b'])
})
