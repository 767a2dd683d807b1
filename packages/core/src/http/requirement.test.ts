import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import type { Identity } from './identity.js'
import type { Auth } from './outcome.js'
import { checkRequirement, type Requirement } from './requirement.js'

const auth: Auth = {
  claims: { iss: 'https://auth.example.com', exp: 1, sub: 'user_1' },
  scopes: new Set(['orders:read', 'orders:write']),
  roles: new Set(['clerk', 'night shift']),
  form: 'signed',
  protectedHeader: {},
  issuer: 'https://auth.example.com',
  expiresAt: new Date(0),
  signal: new AbortController().signal,
  actor: undefined,
}
const identity: Identity = {
  ...{ auth, token: 'a.b.c', scopes: [...auth.scopes], roles: [...auth.roles] },
  // No condition looks at it.
  verification: untyped({}),
}

const failing = (requirement: Requirement) =>
  checkRequirement(requirement).conditions.find(({ check }) => check(identity) !== true)?.code

test.each<{ title: string; requirement: Requirement }>([
  { title: 'nothing', requirement: {} },
  { title: 'a scope', requirement: { scope: 'orders:read' } },
  { title: 'two scopes as text', requirement: { scope: 'orders:write orders:read' } },
  { title: 'two scopes as a list', requirement: { scope: ['orders:write', 'orders:read'] } },
  { title: 'any of two scopes', requirement: { anyScope: ['orders:admin', 'orders:read'] } },
  { title: 'any of two scopes as text', requirement: { anyScope: 'orders:admin orders:read' } },
  { title: 'a role', requirement: { role: 'clerk' } },
  { title: 'a role with a space', requirement: { role: 'night shift' } },
  { title: 'any of two roles', requirement: { anyRole: ['admin', 'clerk'] } },
  { title: 'where', requirement: { where: ({ claims }) => claims.sub === 'user_1' } },
  { title: 'an issuer', requirement: { issuer: 'https://auth.example.com' } },
  { title: 'one of two issuers', requirement: { issuer: ['https://b.example', 'https://auth.example.com'] } },
  {
    title: 'everything at once',
    requirement: {
      scope: 'orders:read',
      anyScope: 'orders:write',
      role: 'clerk',
      anyRole: 'clerk',
      where: () => true,
    },
  },
  {
    title: 'members that are undefined',
    requirement: { scope: undefined, role: undefined, where: undefined },
  },
])('holds: $title', ({ requirement }) => {
  expect(failing(requirement)).toBeUndefined()
})

test.each<{ title: string; requirement: Requirement; code: string }>([
  { title: 'a scope', requirement: { scope: 'orders:admin' }, code: 'SB_SCOPE_INSUFFICIENT' },
  { title: 'a scope in another case', requirement: { scope: 'Orders:read' }, code: 'SB_SCOPE_INSUFFICIENT' },
  {
    title: 'a scope that begins like ours',
    requirement: { scope: 'orders:read:all' },
    code: 'SB_SCOPE_INSUFFICIENT',
  },
  {
    title: 'one of two scopes',
    requirement: { scope: 'orders:read orders:admin' },
    code: 'SB_SCOPE_INSUFFICIENT',
  },
  { title: 'any of two scopes', requirement: { anyScope: ['a', 'b'] }, code: 'SB_SCOPE_INSUFFICIENT' },
  { title: 'a role', requirement: { role: 'admin' }, code: 'SB_ROLE_INSUFFICIENT' },
  { title: 'half of a role', requirement: { role: 'night' }, code: 'SB_ROLE_INSUFFICIENT' },
  { title: 'one of two roles', requirement: { role: ['clerk', 'admin'] }, code: 'SB_ROLE_INSUFFICIENT' },
  { title: 'any of two roles', requirement: { anyRole: ['admin', 'owner'] }, code: 'SB_ROLE_INSUFFICIENT' },
  { title: 'where', requirement: { where: () => false }, code: 'SB_REQUIREMENT_REFUSED' },
  {
    title: 'a scope before a role',
    requirement: { role: 'admin', scope: 'orders:admin' },
    code: 'SB_SCOPE_INSUFFICIENT',
  },
])('does not hold: $title', ({ requirement, code }) => {
  expect(failing(requirement)).toBe(code)
})

test.each([
  { title: 'truthy text', where: () => 'yes' },
  { title: 'one', where: () => 1 },
  { title: 'a promise of true', where: async () => true },
  { title: 'a promise that rejects', where: async () => Promise.reject(new Error('boom')) },
  { title: 'nothing', where: () => undefined },
  {
    title: 'a throw',
    where: (): never => {
      throw new Error('boom')
    },
  },
])('"where" refuses on $title', async ({ where }) => {
  // What a caller without types could write.
  expect(failing({ where: where as unknown as () => boolean })).toBe('SB_REQUIREMENT_REFUSED')
  // An unhandled rejection would fail the run here.
  await setImmediate()
})

test.each([
  { title: 'a misspelt member', requirement: { scopes: 'a' }, says: /requirement: has no option "scopes"/ },
  { title: 'text', requirement: 'orders:read', says: /requirement: must be an object/ },
  { title: 'null', requirement: null, says: /requirement: must be an object/ },
  { title: 'a list', requirement: ['a'], says: /requirement: must be an object/ },
  { title: 'no scope', requirement: { scope: [] }, says: /requirement\.scope: is an empty list/ },
  {
    title: 'a hole for a scope',
    requirement: { scope: Array(1) },
    says: /requirement\.scope: must be scopes/,
  },
  { title: 'a hole for a role', requirement: { role: Array(1) }, says: /requirement\.role: must be a role/ },
  { title: 'an empty scope', requirement: { scope: '' }, says: /requirement\.scope: / },
  {
    title: 'an empty scope in a list',
    requirement: { anyScope: ['a', ''] },
    says: /requirement\.anyScope: /,
  },
  { title: 'two spaces', requirement: { scope: 'a  b' }, says: /requirement\.scope: must be scopes such as/ },
  { title: 'a scope with a quote', requirement: { scope: 'a"b' }, says: /requirement\.scope: / },
  { title: 'a scope with a line break', requirement: { scope: 'a\r\nb' }, says: /requirement\.scope: / },
  { title: 'a scope beyond ASCII', requirement: { scope: 'ä' }, says: /requirement\.scope: / },
  { title: 'a scope that is null', requirement: { scope: null }, says: /requirement\.scope: / },
  { title: 'a scope that is a number', requirement: { scope: [7] }, says: /requirement\.scope: / },
  { title: 'no role', requirement: { role: [] }, says: /requirement\.role: is an empty list/ },
  { title: 'an empty role', requirement: { anyRole: '' }, says: /requirement\.anyRole: must be a role/ },
  { title: 'where that is no function', requirement: { where: true }, says: /requirement\.where: / },
  { title: 'optional as text', requirement: { optional: 'false' }, says: /requirement\.optional: / },
])('refuses at construction: $title', ({ requirement, says }) => {
  // What a caller without types could write.
  const check = () => checkRequirement(requirement as object)
  expect(check).toThrow(TypeError)
  expect(check).toThrow(says)
})

test.each([
  { requirement: {}, needed: '' },
  { requirement: { scope: 'a b' }, needed: 'a b' },
  { requirement: { scope: ['a'], anyScope: 'b a' }, needed: 'a b' },
])('names the needed scope: $needed', ({ requirement, needed }) => {
  expect(checkRequirement(requirement).neededScope).toBe(needed)
})

test('is strict by default', () => {
  expect(checkRequirement(undefined)).toEqual({ optional: false, conditions: [], neededScope: '' })
  expect(checkRequirement({ scope: 'a' }).optional).toBe(false)
  expect(checkRequirement({ optional: true }).optional).toBe(true)
})

test('does not change with the object afterwards', () => {
  const scope = ['orders:admin']
  const { conditions } = checkRequirement({ scope })
  scope.pop()
  expect(conditions.map(({ check }) => check(identity))).toEqual(['orders:admin'])
})
