import type { Auth } from '@sealbearer/core'
import type { AcceptedCase, Grant } from './conformance-case.js'
import { issuer } from './parties.js'
import type { PolicyName } from './policies.js'
import { claimsOf } from './tokens/claims.js'

/** What every handler of the test servers answers with. */
interface GrantAnswer {
  readonly grant: Grant | 'anonymous'
}

/** Says what a handler was given. */
export function describeAuth(auth: Auth<unknown> | undefined): GrantAnswer {
  if (auth === undefined) return { grant: 'anonymous' }
  const { form, claims, scopes, roles } = auth
  const sub = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : undefined
  return { grant: { form, issuer: auth.issuer, sub, scopes: [...scopes], roles: [...roles] } }
}

/** Policies that take another form than signed tokens alone. */
const forms: Partial<Readonly<Record<PolicyName, Auth['form']>>> = {
  encrypted: 'encrypted',
  wrapped: 'encrypted',
  encryptedCookie: 'encrypted',
  nested: 'nested',
  nestedRsa: 'nested',
  carried: 'nested',
  introspection: 'opaque',
}

/** Says what a handler has to be given. */
export function expectedGrant({ policy, grant }: AcceptedCase): GrantAnswer {
  if (grant === 'anonymous') return { grant: 'anonymous' }
  const form = forms[policy] ?? 'signed'
  const sub = claimsOf()['sub']
  const good: Grant = {
    form,
    issuer: policy === 'bare' ? undefined : issuer,
    sub,
    scopes: ['orders:read', 'profile'],
    roles: ['clerk'],
  }
  return { grant: { ...good, ...grant } }
}
