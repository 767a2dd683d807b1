import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { scopeImpliesOption } from './permissions.js'

const implies = { admin: ['write', 'audit'], write: 'read list', read: ['profile'], a: ['b'], b: ['a'] }

test.each([
  [['admin'], ['admin', 'write', 'audit', 'read', 'list', 'profile']],
  [['read'], ['read', 'profile']],
  [['a'], ['a', 'b']],
  [['other'], ['other']],
  [['constructor'], ['constructor']],
  [[], []],
])('%j grants %j', (scopes, all) => {
  expect(scopeImpliesOption(implies)?.(scopes)).toEqual(all)
})

test('no scope is implied by default', () => {
  expect(scopeImpliesOption(undefined)).toBeUndefined()
})

test.each([1, 'a', [], { a: [] }, { a: 1 }, { a: ['b', 1] }, { 'a b': ['c'] }, { a: ['"'] }])(
  'a bad option is a TypeError: %j',
  (value) => {
    expect(() => scopeImpliesOption(untyped(value))).toThrow(/^scopeImplies/)
  },
)
