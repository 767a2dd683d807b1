import type { Requirement, VerifiedClaims } from '@sealbearer/core'

/** The requirements of the rows. */
export type RequirementName =
  | 'none'
  | 'scope'
  | 'scopes'
  | 'anyScope'
  | 'role'
  | 'roles'
  | 'anyRole'
  | 'scopeAndRole'
  | 'issuer'
  | 'where'
  | 'whereTruthy'
  | 'whereThrows'
  | 'wherePromises'
  | 'optional'
  | 'optionalScope'
  | 'acr'
  | 'acrs'
  | 'recent'
  | 'recentAcrScope'
  | 'actor'
  | 'actors'

/** Without a function that is typed for one policy's claims, so that every policy can have every requirement. */
export const requirements: Readonly<
  Record<RequirementName, Requirement<VerifiedClaims, boolean> | undefined>
> = {
  none: undefined,
  scope: { scope: 'orders:write' },
  scopes: { scope: ['orders:read', 'orders:write'] },
  anyScope: { anyScope: 'orders:write orders:admin' },
  role: { role: 'admin' },
  roles: { role: ['clerk', 'admin'] },
  anyRole: { anyRole: ['admin', 'auditor'] },
  scopeAndRole: { scope: 'orders:write', role: 'admin' },
  issuer: { issuer: 'https://auth.example.com' },
  where: { where: (auth) => auth.claims['tenant'] === 'acme' },
  // What JavaScript takes for true, and a check must not.
  whereTruthy: { where: (auth) => auth.claims['tenant'] as boolean },
  whereThrows: {
    where: (auth) => {
      if (auth.claims['tenant'] !== 'acme') throw new Error('no such tenant')
      return true
    },
  },
  wherePromises: {
    where: (auth) =>
      auth.claims['tenant'] === 'acme' ? true : (Promise.resolve(true) as unknown as boolean),
  },
  optional: { optional: true },
  optionalScope: { optional: true, scope: 'orders:write' },
  acr: { acr: 'urn:example:mfa' },
  acrs: { acr: ['urn:example:mfa', 'urn:example:hwk'] },
  recent: { maxAge: '10m' },
  recentAcrScope: { acr: 'urn:example:mfa', maxAge: '10m', scope: 'orders:write' },
  actor: { actor: 'service_1' },
  actors: { actor: ['service_1', 'service_2'] },
}
