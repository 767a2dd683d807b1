import type { Auth, VerifiedClaims } from '@sealbearer/core'

/** The bodies of the four servers' responses. The servers differ only in how a route is written. */
type Resource = (auth: Auth<VerifiedClaims>) => Readonly<Record<string, unknown>>

/** The sender according to the token, and the form of the token. */
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
