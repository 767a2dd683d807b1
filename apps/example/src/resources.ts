import type { Auth, VerifiedClaims } from '@sealbearer/core'

/** What the four servers answer with. They differ in how a route is written, and in nothing else. */
type Resource = (auth: Auth<VerifiedClaims>) => Readonly<Record<string, unknown>>

/** Who the token says the caller is, and in what form it said so. */
export const me: Resource = ({ claims, form, roles, scopes }) => ({
  form,
  sub: claims.sub,
  email: claims['email'], // Only encrypted tokens contain it.
  roles: [...roles],
  scopes: [...scopes],
})

export const orders: Resource = ({ claims, form }) => ({
  form,
  orders: [{ id: 1, buyer: claims.sub, item: 'sealing wax' }],
})

export const placeOrder: Resource = ({ claims, form }) => ({
  form,
  placed: { buyer: claims.sub, item: 'sealing wax' },
})

export const admin: Resource = ({ claims, form }) => ({ form, greeting: `At your service, ${claims.sub}.` })
