import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { permissionsOption, rolesOf, scopesOf } from './permissions.js'

test.each([
  { title: 'text', claims: { scope: 'a b' }, scopes: ['a', 'b'] },
  { title: 'text with spare spaces', claims: { scope: ' a  b ' }, scopes: ['a', 'b'] },
  { title: 'a list', claims: { scope: ['a', 'b'] }, scopes: ['a', 'b'] },
  { title: 'scp as text (Entra ID)', claims: { scp: 'a b' }, scopes: ['a', 'b'] },
  { title: 'scp as a list (Okta)', claims: { scp: ['a', 'b'] }, scopes: ['a', 'b'] },
  { title: 'scope before scp', claims: { scope: 'a', scp: 'b' }, scopes: ['a'] },
  { title: 'an item with a space, which is one scope', claims: { scope: ['a b'] }, scopes: ['a b'] },
])('reads scopes from $title', ({ claims, scopes }) => {
  expect(scopesOf(claims)).toEqual(scopes)
})

test.each([
  { title: 'one as text', claims: { role: 'admin' }, roles: ['admin'] },
  { title: 'text with spaces, unsplit', claims: { role: 'not admin' }, roles: ['not admin'] },
  { title: 'a list', claims: { role: ['a', 'b'] }, roles: ['a', 'b'] },
  { title: 'roles as text', claims: { roles: 'admin' }, roles: ['admin'] },
  { title: 'roles as a list', claims: { roles: ['a', 'b'] }, roles: ['a', 'b'] },
  { title: 'role before roles', claims: { role: 'a', roles: ['b'] }, roles: ['a'] },
])('reads roles from $title', ({ claims, roles }) => {
  expect(rolesOf(claims)).toEqual(roles)
})

const wronglyTyped = [null, 7, true, {}, { 0: 'a', length: 1 }, ['a', 7], [['a']], '', []]

test.each(wronglyTyped.map((value) => ({ value })))('reads nothing from $value', ({ value }) => {
  for (const name of ['scope', 'scp']) expect(scopesOf({ [name]: value })).toEqual([])
  for (const name of ['role', 'roles']) expect(rolesOf({ [name]: value })).toEqual([])
})

test('does not fall back from a wrongly typed claim', () => {
  expect(scopesOf({ scope: 7, scp: 'a' })).toEqual([])
  expect(rolesOf({ role: 7, roles: ['a'] })).toEqual([])
})

test('reads nothing from the prototype of claims', () => {
  expect(scopesOf({})).toEqual([])
  expect(rolesOf({})).toEqual([])
})

test('uses the result of a custom reader', () => {
  const find = (claims: { realm_access: { roles: string[] } }) => claims.realm_access.roles
  const read = permissionsOption('roles', untyped(find), rolesOf)
  expect(read({ realm_access: { roles: ['admin'] } })).toEqual(['admin'])
})

test.each([
  {
    title: 'throws',
    reader: (): never => {
      throw new Error('boom')
    },
  },
  { title: 'returns text', reader: () => 'admin' },
  { title: 'returns nothing', reader: () => undefined },
  { title: 'returns a set', reader: () => new Set(['admin']) },
  { title: 'returns a list with a number in it', reader: () => ['admin', 7] },
  { title: 'returns a promise', reader: async () => ['admin'] },
  { title: 'returns a promise that rejects', reader: async () => Promise.reject(new Error('boom')) },
])('grants nothing if a custom reader $title', async ({ reader }) => {
  expect(permissionsOption('roles', untyped(reader), rolesOf)({})).toEqual([])
  // An unhandled rejection would fail the run here.
  await setImmediate()
})

test.each(['roles', null, 7, ['admin'], true])('refuses %j for a reader', (value) => {
  expect(() => permissionsOption('roles', untyped(value), rolesOf)).toThrow(/^roles: must be a function/)
})

describe('permissions by issuer', () => {
  const read = permissionsOption(
    'roles',
    { ours: (claims) => rolesOf(claims), partner: ['guest'], silent: [] },
    rolesOf,
  )
  test.each([
    { iss: 'ours', granted: ['admin', 'guest'] },
    { iss: 'partner', granted: ['guest'] },
    { iss: 'silent', granted: [] },
    { iss: 'unknown', granted: [] },
    { iss: '__proto__', granted: [] },
    { iss: undefined, granted: [] },
  ])('$iss grants $granted', ({ iss, granted }) => {
    expect(read({ ...(iss !== undefined && { iss }), role: ['admin', 'guest'] })).toEqual(granted)
  })

  test.each(['admin', 7, null, [7]])('refuses %j for one issuer', (value) => {
    expect(() => permissionsOption('roles', untyped({ ours: value }), rolesOf)).toThrow(
      /^roles\["ours"\]: must be a list/,
    )
  })
})
