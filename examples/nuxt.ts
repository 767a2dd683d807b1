// Nuxt: a guarded server route. Copy it to `server/api/orders.get.ts`.
// npm install @sealbearer/core
import { createAuthenticator, createRequestGuard, createVerifier, discoverIssuer } from '@sealbearer/core'

const { ISSUER = 'https://auth.example.com' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
  requireHttps: !import.meta.dev, // the proxy of `nuxt dev` forwards over plain HTTP
})

const readsOrders = createRequestGuard(authenticator, { scope: 'orders:read' })

export default defineEventHandler(async ({ node }) => {
  // Behind a proxy that terminates TLS, add `{ secure: true }`.
  const outcome = await readsOrders(node.req)
  if (!outcome.ok) return outcome.error.getResponse()
  return { sub: outcome.auth.claims.sub }
})
