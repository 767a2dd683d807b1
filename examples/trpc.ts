// tRPC: a procedure for each requirement. Run it with `npx tsx trpc.ts`, and ask for http://localhost:3000/orders.list.
import type { IncomingMessage } from 'node:http'
import { createAuthenticator, createVerifier, discoverIssuer, type Requirement } from '@sealbearer/core'
import { createGuard, isRefusal, nodeAuthRequest } from '@sealbearer/core/adapter'
import { initTRPC, TRPCError } from '@trpc/server'
import { createHTTPServer } from '@trpc/server/adapters/standalone'

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

const t = initTRPC.context<{ req: IncomingMessage }>().create()

/** Makes a procedure for senders who meet a requirement. */
function authed(requirement?: Requirement) {
  const guard = createGuard(authenticator, requirement)
  return t.procedure.use(async ({ ctx, next }) => {
    // Behind a proxy that terminates TLS, `true`. The procedures of a batch share one verification.
    const outcome = await guard(nodeAuthRequest(ctx.req, false), ctx.req)
    if (outcome.ok) return next({ ctx: { auth: outcome.auth } })
    const message = outcome.body.error_description
    throw new TRPCError({ code: codes[outcome.status] ?? 'UNAUTHORIZED', message, cause: outcome.error })
  })
}
const codes: Record<number, TRPCError['code']> = {
  400: 'BAD_REQUEST',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
}

const router = t.router({
  orders: t.router({
    list: authed({ scope: 'orders:read' }).query(({ ctx }) => ({ sub: ctx.auth.claims.sub })),
  }),
})
export type AppRouter = typeof router

export const server = createHTTPServer({
  router,
  createContext: ({ req }) => ({ req }),
  // The challenge. Statuses are tRPC's matter: a batch can have several.
  responseMeta({ errors }) {
    const refusal = errors.map(({ cause }) => cause).find(isRefusal)
    return refusal ? { headers: refusal.getResponse().headers } : {}
  },
}).listen(Number(PORT))
