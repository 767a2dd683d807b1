// A Cloudflare Worker. Set ISSUER under `vars`; with `nodejs_compat` and a compatibility date from 2025-04-01 on, it is in `process.env`.
import { waitUntil } from 'cloudflare:workers'
import {
  type Auth,
  authenticateRequest,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'

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

/** Guards a handler. */
const withAuth =
  (requirement: Requirement, handle: (auth: Auth, request: Request) => Response | Promise<Response>) =>
  async (request: Request): Promise<Response> => {
    const outcome = await authenticateRequest(authenticator, request, requirement)
    return outcome.ok ? handle(outcome.auth, request) : outcome.error.getResponse()
  }

const orders = withAuth({ scope: 'orders:read' }, ({ claims }) => Response.json({ sub: claims.sub }))

export default {
  fetch(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url)
    return pathname === '/orders' ? orders(request) : new Response('not found', { status: 404 })
  },
}
