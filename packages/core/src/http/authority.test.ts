import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { defineVerifier, type Verifier } from '../jwt/define-verifier.js'
import { createIssuer } from '../jwt/issuer.js'
import { createTenantVerifier } from '../jwt/tenant-verifier.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import type { Key } from '../keys/key.js'
import { createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { createGuard } from './guard.js'
import type { Requirement } from './requirement.js'

const [bank, partner] = ['https://bank.example', 'https://partner.example'] as const
const [ours, theirs] = [await generateKey('ES256'), await generateKey('ES256')]
const secret = await generateKey('dir', { enc: 'A256GCM' })
const parties = { audience: 'https://api.example.com', typ: 'at+jwt' }

const signed = (issuer: string, keys: Key): Verifier =>
  createVerifier({ ...parties, issuer, signature: { algorithms: ['ES256'], keys } })
const encrypted = createVerifier({
  ...parties,
  issuer: bank,
  encryption: { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: secret },
})
const tenants = createTenantVerifier({
  issuer: (iss) => iss.endsWith('.tenants.example'),
  resolve: (iss) => signed(iss, theirs),
})
const custom = defineVerifier({ form: 'opaque', verify: () => ({ claims: { iss: bank, exp: 1 } }) })

/** Makes an authenticator, and checks a requirement in each place where one can be given. */
function accepts(
  verifier: Verifier | readonly Verifier[],
  requirement: Requirement,
  options: Omit<AuthenticatorOptions, 'verifier'> = {},
): string {
  try {
    createGuard(createAuthenticator({ verifier, ...options }), requirement)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return error.message.slice(0, error.message.indexOf(':'))
  }
}

/** Every way to name permissions in a requirement, and the option that decides about them. */
const permissions = [
  { requirement: { scope: 'a' }, option: 'scopes' },
  { requirement: { anyScope: ['a', 'b'] }, option: 'scopes' },
  { requirement: { role: 'a' }, option: 'roles' },
  { requirement: { anyRole: ['a', 'b'] }, option: 'roles' },
  { requirement: { optional: false, scope: 'a', where: () => true }, option: 'scopes' },
] as const

const several: Readonly<Record<string, Verifier | readonly Verifier[]>> = {
  'a verifier for each of two': [signed(bank, ours), signed(partner, theirs)],
  'keys for each of two': createVerifier({
    ...parties,
    issuer: [bank, partner],
    signature: { algorithms: ['ES256'], keys: { [bank]: ours, [partner]: theirs } },
  }),
  'keys for each, and a function': createVerifier({
    ...parties,
    issuer: () => true,
    signature: { algorithms: ['ES256'], keys: { [bank]: ours, [partner]: theirs } },
  }),
  tenants,
  'one, and tenants': [signed(bank, ours), tenants],
  'a signing and an encrypting one': [encrypted, signed(partner, theirs)],
  'one, and one of the application': [
    encrypted,
    defineVerifier({
      form: 'signed',
      issuers: partner,
      verify: () => ({ claims: { iss: partner, exp: 1 } }),
    }),
  ],
}
const single: Readonly<Record<string, Verifier | readonly Verifier[]>> = {
  one: signed(bank, ours),
  'one that signs and encrypts': [signed(bank, ours), encrypted],
  'two spellings of one': createVerifier({
    ...parties,
    issuer: ['https://accounts.example', 'accounts.example'],
    signature: { algorithms: ['ES256'], keys: [ours, theirs] },
  }),
  'names that one party signs for': createVerifier({
    ...parties,
    issuer: (iss) => iss.endsWith('.example'),
    signature: { algorithms: ['ES256'], keys: [ours, theirs], sharedByIssuers: true },
  }),
  'one, and one of the application without a name': [signed(bank, ours), custom],
}

describe.each(permissions)(
  'of several issuers, whose word counts for $requirement',
  ({ requirement, option }) => {
    test.each(Object.keys(several))('must be said for roles: %s', (name) => {
      const verifier = several[name] ?? []
      expect(accepts(verifier, requirement)).toBe(option === 'roles' ? 'roles' : 'accepted')
      expect(accepts(verifier, { where: () => true })).toBe('accepted')
      expect(accepts(verifier, requirement, { roles: 'any' })).toBe('accepted')
      expect(accepts(verifier, requirement, { [option]: () => ['a'] })).toBe('accepted')
      expect(accepts(verifier, requirement, { scopes: () => ['a'] })).toBe(
        option === 'roles' ? 'roles' : 'accepted',
      )
    })

    test('can be named in the requirement, and by issuer', () => {
      const verifier = several['one, and tenants'] ?? []
      expect(accepts(verifier, { ...requirement, issuer: bank })).toBe('accepted')
      expect(accepts(verifier, requirement, { [option]: { [bank]: ['a'] } })).toBe('accepted')
    })

    test.each(Object.keys(single))('needs no decision with one issuer: %s', (name) => {
      expect(accepts(single[name] ?? [], requirement)).toBe('accepted')
    })
  },
)

test('an issuer grants only what it may', async () => {
  const verifier = [signed(bank, ours), signed(partner, theirs)]
  const authenticator = createAuthenticator({ verifier, roles: { [bank]: ['admin'] } })
  const codeOf = async (issuer: string, keys: Key) => {
    const signature = { algorithm: 'ES256', keys } as const
    const made = createIssuer({ ...parties, issuer, lifetime: '5m', signature })
    const { token } = await made.issue({ role: 'admin', scope: 'bank:admin' })
    const outcome = await authenticator.authenticateToken(token, { role: 'admin', scope: 'bank:admin' })
    return outcome.ok ? 'accepted' : outcome.error.code
  }
  expect(await codeOf(bank, ours)).toBe('accepted')
  expect(await codeOf(partner, theirs)).toBe('SB_ROLE_INSUFFICIENT')
})

describe('a requirement that no token can meet is a TypeError:', () => {
  const verifier = [signed(bank, ours), signed(partner, theirs)]
  const scopes = { [bank]: ['orders:write', 'admin'], [partner]: ['profile'] }
  const roles = { [bank]: ['clerk'], [partner]: [] }
  const scopeImplies = { admin: 'orders:delete', 'orders:write': ['orders:read'] }

  test.each<{ title: string; requirement: Requirement; twin: Requirement; says?: string }>([
    { title: 'an unknown issuer', requirement: { issuer: `${bank}/` }, twin: { issuer: bank } },
    {
      title: 'an unknown issuer in a list',
      requirement: { issuer: [bank, 'https://Partner.example'] },
      twin: { issuer: [bank, partner] },
    },
    {
      title: 'a scope that no issuer grants',
      requirement: { scope: 'orders' },
      twin: { scope: 'orders:write' },
    },
    {
      title: 'scopes of two issuers',
      requirement: { scope: 'orders:write profile' },
      twin: { scope: 'orders:write orders:read' },
    },
    {
      title: 'an implied scope that no issuer grants',
      requirement: { scope: 'orders:list' },
      twin: { scope: 'orders:delete' },
    },
    {
      title: 'any scope, of which no issuer grants one',
      requirement: { anyScope: 'x y' },
      twin: { anyScope: 'x profile' },
    },
    { title: 'a role that no issuer grants', requirement: { role: 'admin' }, twin: { role: 'clerk' } },
    {
      title: 'any role, of which no issuer grants one',
      requirement: { anyRole: ['a', 'b'] },
      twin: { anyRole: ['a', 'clerk'] },
    },
    {
      title: 'a scope of another issuer',
      requirement: { issuer: partner, scope: 'orders:write' },
      twin: { issuer: partner, scope: 'profile' },
    },
    {
      title: 'a role of another issuer',
      requirement: { issuer: partner, role: 'clerk' },
      twin: { issuer: bank, role: 'clerk' },
    },
  ])('$title', ({ requirement, twin }) => {
    expect(accepts(verifier, requirement, { scopes, roles, scopeImplies })).toMatch(/^requirement/)
    expect(accepts(verifier, twin, { scopes, roles, scopeImplies })).toBe('accepted')
  })

  test('but what a function grants is unknown', () => {
    const deciding = { ...scopes, [partner]: () => ['anything'] }
    expect(accepts(verifier, { scope: 'orders' }, { scopes: deciding })).toBe('accepted')
    expect(accepts(verifier, { scope: 'orders', issuer: bank }, { scopes: deciding })).toBe('requirement')
  })

  test('wherever it is given', async () => {
    const authenticator = createAuthenticator({ verifier, scopes, roles })
    const requirement = { role: 'admin' }
    const request = { method: 'GET', target: '/', secure: true, header: () => [] }
    await expect(authenticator.authenticate(request, requirement)).rejects.toThrow(TypeError)
    await expect(authenticator.authenticateToken('a.b.c', requirement)).rejects.toThrow(TypeError)
    await expect(authenticator.check(untyped({}), requirement)).rejects.toThrow(/^requirement/)
  })
})
