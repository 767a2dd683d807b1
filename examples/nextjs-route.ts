// Next.js: a guarded route handler. Copy it to `app/orders/route.ts`.
import {
  type Auth,
  authenticateRequest,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'

const { ISSUER = 'https://auth.example.com', NODE_ENV } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
  requireHttps: NODE_ENV === 'production', // `next dev` is plain HTTP
})

/** Guards a route handler. Behind a proxy that terminates TLS, it has to set X-Forwarded-Proto: Next.js believes it. */
const withAuth =
  <Rest extends unknown[]>(
    requirement: Requirement,
    handle: (auth: Auth, request: Request, ...rest: Rest) => Response,
  ) =>
  async (request: Request, ...rest: Rest): Promise<Response> => {
    const outcome = await authenticateRequest(authenticator, request, requirement)
    return outcome.ok ? handle(outcome.auth, request, ...rest) : outcome.error.getResponse()
  }

export const GET = withAuth({ scope: 'orders:read' }, ({ claims }) => Response.json({ sub: claims.sub }))
