// H3: middleware for a route. Run it with `npx tsx h3.ts`.
// npm install @sealbearer/core h3
import {
  createAuthenticator,
  createRequestGuard,
  createVerifier,
  discoverIssuer,
  getAuth,
  type Requirement,
} from '@sealbearer/core'
import { H3, type Middleware, serve } from 'h3'

const { ISSUER = 'https://auth.example.com', PORT = '3000' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
})

/** Middleware for senders who meet a requirement. */
export function requireAuth(requirement?: Requirement): Middleware {
  const guard = createRequestGuard(authenticator, requirement)
  return async ({ req }) => {
    // Behind a proxy that terminates TLS, `secure: true`.
    const outcome = await guard(req, { remoteAddress: req.ip })
    return outcome.ok ? undefined : outcome.error.getResponse()
  }
}

const app = new H3()
app.get('/orders', ({ req }) => ({ sub: getAuth(req, authenticator).claims.sub }), {
  middleware: [requireAuth({ scope: 'orders:read' })],
})

export const server = serve(app, { port: Number(PORT), silent: true })
