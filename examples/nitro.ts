// Nitro: a guarded route. Copy it to `routes/orders.ts`.
// npm install @sealbearer/core nitro
import {
  createAuthenticator,
  createRequestGuard,
  createVerifier,
  discoverIssuer,
  getAuth,
  type Requirement,
} from '@sealbearer/core'
import { defineHandler, type Middleware } from 'nitro/h3'
import type {} from 'nitro/types' // declares import.meta.dev

const { ISSUER = 'https://auth.example.com' } = process.env
const { issuer, keys } = discoverIssuer(ISSUER)
const authenticator = createAuthenticator({
  verifier: createVerifier({
    issuer,
    audience: 'https://api.example.com',
    typ: 'at+jwt',
    signature: { algorithms: ['RS256'], keys },
  }),
  requireHttps: !import.meta.dev, // the proxy of `nitro dev` forwards over plain HTTP
})

/** Middleware for senders who meet a requirement. */
function requireAuth(requirement?: Requirement): Middleware {
  const guard = createRequestGuard(authenticator, requirement)
  return async ({ req }) => {
    // Behind a proxy that terminates TLS, `secure: true`.
    const outcome = await guard(req, { remoteAddress: req.ip })
    return outcome.ok ? undefined : outcome.error.getResponse()
  }
}

export default defineHandler({
  middleware: [requireAuth({ scope: 'orders:read' })],
  handler: ({ req }) => ({ sub: getAuth(req, authenticator).claims.sub }),
})
