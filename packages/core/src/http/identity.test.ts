import { expect, test } from 'vitest'
import type { Verdict } from '../jwt/verdict.js'
import { identityReader } from './identity.js'

const verdict: Verdict = {
  claims: { iss: 'https://auth.example.com', exp: 1, scope: 'a b', role: 'clerk', tenant: 'blue' },
  token: {
    claims: { iss: 'https://auth.example.com', exp: 1 },
    form: 'signed',
    protectedHeader: { alg: 'ES256' },
    encryptionHeader: undefined,
  },
  outerClaims: undefined,
  isRepeatable: true,
}

test('shows the claims of the schema and the permissions of the claims before it', () => {
  const { auth, scopes, roles } = identityReader(undefined, undefined)(verdict)
  expect(auth).toEqual({
    claims: verdict.token.claims,
    scopes: new Set(['a', 'b']),
    roles: new Set(['clerk']),
    form: 'signed',
    protectedHeader: { alg: 'ES256' },
    issuer: 'https://auth.example.com',
  })
  expect({ scopes, roles }).toEqual({ scopes: ['a', 'b'], roles: ['clerk'] })
})

test('makes a new frozen object over shared contents for each request', () => {
  const read = identityReader(undefined, undefined)
  const [first, second] = [read(verdict).auth, read(verdict).auth]
  expect(first).not.toBe(second)
  expect(Object.isFrozen(first)).toBe(true)
  expect(first.claims).toBe(second.claims)
  expect(first.scopes).toBe(second.scopes)
})

test('an authenticator that is made for a single request leaves nothing behind', () => {
  const [first, second] = [1, 2].map(() => identityReader(undefined, undefined)(verdict))
  expect(first?.scopes).toBe(second?.scopes)
  expect(first?.roles).toBe(second?.roles)
  expect(first?.auth).not.toBe(second?.auth)
})

test('asks custom readers on every request, with the claims before the schema', () => {
  let tenants = ['blue']
  const read = identityReader(undefined, (claims) => tenants.filter((tenant) => tenant === claims['tenant']))
  expect([...read(verdict).auth.roles]).toEqual(['blue'])
  tenants = []
  expect([...read(verdict).auth.roles]).toEqual([])
})

test('decides by lists that nobody can reach', () => {
  const read = identityReader(undefined, undefined)
  Set.prototype.add.call(read(verdict).auth.scopes, 'admin')
  expect(read(verdict).scopes).toEqual(['a', 'b'])
})

test('does without a verdict that names no issuer', () => {
  const { iss: _, ...claims } = verdict.claims
  expect(() => identityReader(undefined, undefined)({ ...verdict, claims })).toThrow(
    expect.objectContaining({ code: 'SB_CLAIM_MISSING', parameter: 'iss' }),
  )
})
