// SvelteKit: a guarded endpoint. Copy it to `src/routes/orders/+server.ts`.
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
})

const readsOrders = createRequestGuard(authenticator, { scope: 'orders:read' })

/** What a `RequestEvent` has. */
type Event = { request: Request; getClientAddress(): string }

export async function GET({ request, getClientAddress }: Event): Promise<Response> {
  // Behind a proxy that terminates TLS, `secure: true`.
  const outcome = await readsOrders(request, { remoteAddress: getClientAddress() })
  if (!outcome.ok) return outcome.error.getResponse()
  return Response.json({ sub: outcome.auth.claims.sub })
}
