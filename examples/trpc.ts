// tRPC: a procedure for each requirement. Run it with `npx tsx trpc.ts`, and ask for http://localhost:3000/orders.list.
// npm install @sealbearer/core @trpc/server
import {
  createAuthenticator,
  createRequestGuard,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'
import { initTRPC, TRPCError } from '@trpc/server'
import { type CreateHTTPContextOptions, createHTTPServer } from '@trpc/server/adapters/standalone'

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

const t = initTRPC.context<CreateHTTPContextOptions>().create()

/** Creates a procedure for senders who meet a requirement. */
function authed(requirement?: Requirement) {
  const guard = createRequestGuard(authenticator, requirement)
  return t.procedure.use(async ({ ctx: { req, res }, next }) => {
    // The procedures of a batch share one verification. Behind a proxy that terminates TLS, add `{ secure: true }`.
    const outcome = await guard(req)
    // The challenge. It is too late if procedures stream their results.
    if (!res.headersSent) res.setHeaders(new Map(Object.entries(outcome.headers)))
    if (outcome.ok) return next({ ctx: { auth: outcome.auth } })
    throw new TRPCError({ code: key[outcome.status], message: outcome.body.error_description })
  })
}
// tRPC's names of the statuses.
const key = { 400: 'BAD_REQUEST', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 503: 'SERVICE_UNAVAILABLE' } as const

const router = t.router({
  orders: t.router({
    list: authed({ scope: 'orders:read' }).query(({ ctx }) => ({ sub: ctx.auth.claims.sub })),
  }),
})
export type AppRouter = typeof router

export const server = createHTTPServer({ router, createContext: (options) => options }).listen(Number(PORT))
