// Next.js: a guarded route handler. Copy it to `app/orders/route.ts`.
// npm install @sealbearer/core
import { createAuthenticator, createRequestGuard, createVerifier, discoverIssuer } from '@sealbearer/core'

const { ISSUER = 'https://auth.example.com', NODE_ENV } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
  requireHttps: NODE_ENV !== 'development', // `next dev` is plain HTTP
})

const readsOrders = createRequestGuard(authenticator, { scope: 'orders:read' })

// Behind a proxy that terminates TLS, it has to set X-Forwarded-Proto: Next.js believes it.
export async function GET(request: Request): Promise<Response> {
  const outcome = await readsOrders(request)
  if (!outcome.ok) return outcome.error.getResponse()
  return Response.json({ sub: outcome.auth.claims.sub })
}
