// A Cloudflare Worker. Try it with `npx wrangler dev --local-protocol https`: plain HTTP is refused.
// npm install @sealbearer/core
// Set ISSUER under `vars`; with `nodejs_compat` and a compatibility date from 2025-04-01 on, it is in `process.env`.
import { waitUntil } from 'cloudflare:workers'
import { createAuthenticator, createRequestGuard, createVerifier, discoverIssuer } from '@sealbearer/core'

// Outside of the handler: an isolate serves many requests, and keeps the keys of the issuer.
const { ISSUER = 'https://auth.example.com' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER, { waitUntil })
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
})

const readsOrders = createRequestGuard(authenticator, { scope: 'orders:read' })

async function orders(request: Request): Promise<Response> {
  const outcome = await readsOrders(request)
  if (!outcome.ok) return outcome.error.getResponse()
  return Response.json({ sub: outcome.auth.claims.sub })
}

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    return pathname === '/orders' ? orders(request) : new Response('not found', { status: 404 })
  },
}
