import { expect, test } from 'vitest'
import { PreparedPolicies } from './trusted-operation.js'

test('prepares once for the same keys and equal lists', () => {
  const prepared = new PreparedPolicies<object>()
  const keys = {}
  const first = prepared.get(keys, [['a', 'b'], ['c']], () => ({}))
  expect(prepared.get(keys, [['a', 'b'], ['c']], () => ({}))).toBe(first)
})

test.each([
  ['other keys', {}, [['a'], ['b']]],
  ['another item', undefined, [['a'], ['c']]],
  ['a list more', undefined, [['a'], ['b'], ['c']]],
  ['one item more', undefined, [['a', 'b'], ['b']]],
  ['one item less', undefined, [[], ['b']]],
  ['another order of lists', undefined, [['b'], ['a']]],
  ['a list less', undefined, [['a']]],
])('prepares again for %s', (_title, otherKeys, lists) => {
  const prepared = new PreparedPolicies<object>()
  const keys = {}
  const first = prepared.get(keys, [['a'], ['b']], () => ({}))
  expect(prepared.get(otherKeys ?? keys, lists, () => ({}))).not.toBe(first)
})

test('prepares again if one of several items differs', () => {
  const prepared = new PreparedPolicies<object>()
  const keys = {}
  const first = prepared.get(keys, [['a', 'b']], () => ({}))
  expect(prepared.get(keys, [['a', 'c']], () => ({}))).not.toBe(first)
  expect(prepared.get(keys, [['c', 'b']], () => ({}))).not.toBe(first)
})

test('a list that is changed in place is prepared again', () => {
  const prepared = new PreparedPolicies<object>()
  const keys = {}
  const list = ['a']
  const first = prepared.get(keys, [list], () => ({}))
  list.push('b')
  expect(prepared.get(keys, [list], () => ({}))).not.toBe(first)
})

test.each([
  ['keys in a list', [{}], [['a']]],
  ['no keys', undefined, [['a']]],
  ['no keys at all', null, [['a']]],
  ['no list', {}, [undefined]],
  ['one list of two', {}, [['a'], undefined]],
])('keeps nothing for %s', (_title, keys, lists) => {
  const prepared = new PreparedPolicies<object>()
  const first = prepared.get(keys, lists, () => ({}))
  expect(prepared.get(keys, lists, () => ({}))).not.toBe(first)
})

test('keeps nothing that could not be prepared', () => {
  const prepared = new PreparedPolicies<object>()
  const keys = {}
  const fail = () =>
    prepared.get(keys, [['a']], () => {
      throw new TypeError('no')
    })
  expect(fail).toThrow(TypeError)
  expect(fail).toThrow(TypeError)
  expect(prepared.get(keys, [['a']], () => keys)).toBe(keys)
})
