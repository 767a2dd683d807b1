// GraphQL Yoga: a requirement for each field. Run it with `npx tsx graphql-yoga.ts`, and ask http://localhost:3000/graphql for `{ orders }`.
// npm install @sealbearer/core graphql graphql-yoga
import { createServer, type IncomingMessage } from 'node:http'
import {
  type Auth,
  createAuthenticator,
  createRequestGuard,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'
import { createGraphQLError, createSchema, createYoga } from 'graphql-yoga'

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

/** Guards the resolver of a field. The fields of a request share one verification. */
function authed<Args, Result>(requirement: Requirement, resolve: (auth: Auth, args: Args) => Result) {
  const guard = createRequestGuard(authenticator, requirement)
  return async (_: unknown, args: Args, { req }: { req: IncomingMessage }) => {
    const outcome = await guard(req) // behind a proxy that terminates TLS: `guard(req, { secure: true })`
    if (outcome.ok) return resolve(outcome.auth, args)
    const { status, headers, body } = outcome
    const extensions = { code: body.error, http: { status, headers } }
    throw createGraphQLError(body.error_description, { extensions })
  }
}

const schema = createSchema<{ req: IncomingMessage }>({
  typeDefs: 'type Query { version: String, orders: [String!] }',
  resolvers: {
    Query: {
      version: () => '1.0.0',
      orders: authed({ scope: 'orders:read' }, ({ claims }) => [`an order of ${claims.sub}`]),
    },
  },
})

export const server = createServer(createYoga({ schema })).listen(Number(PORT))
