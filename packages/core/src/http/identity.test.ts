import { expect, test } from 'vitest'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { Verification } from '../jwt/verification.js'
import { identityReader } from './identity.js'

const verification: Verification = {
  claims: { iss: 'https://auth.example.com', exp: 1, scope: 'a b', role: 'clerk', tenant: 'blue' },
  token: {
    claims: { iss: 'https://auth.example.com', exp: 1 },
    form: 'signed',
    protectedHeader: { alg: 'ES256' },
    encryptionHeader: undefined,
    confirmation: undefined,
  },
  outerClaims: undefined,
  isRepeatable: true,
  generations: [],
  now: () => 0,
  revocations: undefined,
  recheck: () => verification,
  stillHolds: () => true,
}

test('shows the claims of the schema and the permissions of the claims before it', () => {
  const { auth, scopes, roles } = identityReader(undefined, undefined).read(verification, 'a.b.c')
  expect(auth).toEqual({
    claims: verification.token.claims,
    scopes: new Set(['a', 'b']),
    roles: new Set(['clerk']),
    form: 'signed',
    protectedHeader: { alg: 'ES256' },
    issuer: 'https://auth.example.com',
  })
  expect({ scopes, roles }).toEqual({ scopes: ['a', 'b'], roles: ['clerk'] })
})

test('makes a new frozen object over shared contents for each request', () => {
  const { read } = identityReader<VerifiedClaims>(undefined, undefined)
  const [first, second] = [read(verification, 'a.b.c').auth, read(verification, 'a.b.c').auth]
  expect(first).not.toBe(second)
  expect(Object.isFrozen(first)).toBe(true)
  expect(first.claims).toBe(second.claims)
  expect(first.scopes).toBe(second.scopes)
})

test('an authenticator that is made for a single request leaves nothing behind', () => {
  const [first, second] = [1, 2].map(() => identityReader(undefined, undefined).read(verification, 'a.b.c'))
  expect(first?.scopes).toBe(second?.scopes)
  expect(first?.roles).toBe(second?.roles)
  expect(first?.auth).not.toBe(second?.auth)
})

test('calls custom readers on every request, with the claims before the schema', () => {
  let tenants = ['blue']
  const { read } = identityReader<VerifiedClaims>(undefined, (claims) =>
    tenants.filter((tenant) => tenant === claims['tenant']),
  )
  expect([...read(verification, 'a.b.c').auth.roles]).toEqual(['blue'])
  tenants = []
  expect([...read(verification, 'a.b.c').auth.roles]).toEqual([])
})

test('decides by lists that no other code can change', () => {
  const { read } = identityReader<VerifiedClaims>(undefined, undefined)
  Set.prototype.add.call(read(verification, 'a.b.c').auth.scopes, 'admin')
  expect(read(verification, 'a.b.c').scopes).toEqual(['a', 'b'])
})

test('recognizes its own auth, and no other', () => {
  const [ours, theirs] = [
    identityReader<VerifiedClaims>(undefined, undefined),
    identityReader<VerifiedClaims>(undefined, undefined),
  ]
  const { auth } = ours.read(verification, 'a.b.c')
  expect(ours.identityOf(auth)).toMatchObject({ verification, token: 'a.b.c' })
  expect(theirs.identityOf(auth)).toBeUndefined()
  expect(ours.identityOf({ ...auth })).toBeUndefined()
  expect(JSON.stringify(auth)).not.toContain('a.b.c')
})
