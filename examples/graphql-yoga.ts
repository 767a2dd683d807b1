// GraphQL Yoga: a requirement for each field. Run it with `npx tsx graphql-yoga.ts`, and ask http://localhost:3000/graphql for `{ orders }`.
import { createServer, type IncomingMessage } from 'node:http'
import {
  type Auth,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type Requirement,
} from '@sealbearer/core'
import { createGuard, webAuthRequest } from '@sealbearer/core/adapter'
import { createGraphQLError, createSchema, createYoga, type YogaInitialContext } from 'graphql-yoga'

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

type Context = YogaInitialContext & { req: IncomingMessage }

/** Guards the resolver of a field. The fields of a request share one verification. */
function authed<Arguments, Result>(
  requirement: Requirement,
  resolve: (auth: Auth, args: Arguments) => Result,
) {
  const guard = createGuard(authenticator, requirement)
  return async (_: unknown, args: Arguments, { request, req }: Context) => {
    // Behind a proxy that terminates TLS, `secure: true`.
    const outcome = await guard(webAuthRequest(request, { remoteAddress: req.socket.remoteAddress }), request)
    if (outcome.ok) return resolve(outcome.auth, args)
    const { status, headers } = outcome.error.getResponse()
    const http = { status, headers: Object.fromEntries(headers) }
    throw createGraphQLError(outcome.body.error_description, {
      extensions: { code: outcome.body.error, http },
    })
  }
}

const schema = createSchema<Context>({
  typeDefs: 'type Query { version: String, orders: [String!] }',
  resolvers: {
    Query: {
      version: () => '1.0.0',
      orders: authed({ scope: 'orders:read' }, ({ claims }) => [`an order of ${claims.sub}`]),
    },
  },
})

export const server = createServer(createYoga({ schema })).listen(Number(PORT))
