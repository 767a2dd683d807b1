// Next.js: a valid token for every path of the API. Copy it to `proxy.ts`, or to `middleware.ts` before Next.js 16.
// npm install @sealbearer/core
import { authenticateRequest, createAuthenticator, createVerifier, discoverIssuer } from '@sealbearer/core'

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

// It knows nothing of the route, and a matcher can miss one: check scopes in the route itself, as nextjs-route.ts does.
export const config = { matcher: '/api/:path*' }

export async function proxy(request: Request): Promise<Response | undefined> {
  const outcome = await authenticateRequest(authenticator, request)
  return outcome.ok ? undefined : outcome.error.getResponse()
}

export { proxy as middleware }
