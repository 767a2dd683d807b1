// Elysia: a macro that guards routes. Run it with `bun elysia.ts`.
// bun add @sealbearer/core elysia
import {
  createAuthenticator,
  createRequestGuard,
  createVerifier,
  discoverIssuer,
  getAuth,
  type Requirement,
} from '@sealbearer/core'
import { Elysia } from 'elysia'

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

const sealbearer = new Elysia({ name: 'sealbearer' }).macro('requireAuth', (requirement: Requirement) => {
  const guard = createRequestGuard(authenticator, requirement)
  return {
    // Not in `resolve`: a response from there does not end the request.
    async beforeHandle({ request, server }) {
      // Behind a proxy that terminates TLS, `secure: true`.
      const outcome = await guard(request, { remoteAddress: server?.requestIP(request)?.address })
      return outcome.ok ? undefined : outcome.error.getResponse()
    },
  }
})

export const app = new Elysia()
  .use(sealbearer)
  .get('/orders', ({ request }) => ({ sub: getAuth(request, authenticator).claims.sub }), {
    requireAuth: { scope: 'orders:read' },
  })

if ('Bun' in globalThis) app.listen(Number(PORT), ({ url }) => console.log(`${url}`))
