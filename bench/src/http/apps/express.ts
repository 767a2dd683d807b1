import { createServer, type Server } from 'node:http'
import { getAuth, requireAuth } from '@sealbearer/express'
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import { expressjwt } from 'express-jwt'
import { auth as oauth2Bearer } from 'express-oauth2-jwt-bearer'
import { parties } from '../../material/parties.js'
import { verifyingJwk } from '../../material/signature-key.js'
import { type App, createLookup, nobody, type ServerKey, serverAlgorithms, type WithSender } from '../app.js'
import { authenticatorFor, setups } from '../authenticator.js'
import { listen } from '../listen.js'

const base = { framework: 'Express', algorithms: serverAlgorithms } as const
const { issuer, audience } = parties

/** Answers a refusal with its status, and keeps stack traces out of the output. */
const onError: ErrorRequestHandler = (error, _, res, next) => {
  if (res.headersSent) next(error)
  else res.status(error.status ?? 500).json({ error: String(error.message) })
}

function serverOf(guard: RequestHandler | undefined, subOf: (req: Request) => unknown): Server {
  const app = express()
  if (guard !== undefined) app.use(guard)
  app.get('/', (req, res) => {
    res.json({ sub: subOf(req) })
  })
  app.use(onError)
  return createServer(app)
}

const bare: App = {
  ...base,
  name: 'bare',
  role: 'bare',
  server: async () => serverOf(undefined, () => nobody.sub),
}

const empty: App = {
  ...base,
  name: 'empty guard',
  role: 'empty',
  server: async () =>
    serverOf(
      (_req, _res, next) => next(),
      () => nobody.sub,
    ),
}

const lookup: App = {
  ...base,
  name: 'header in a Map',
  role: 'lookup',
  async server() {
    const find = createLookup()
    return serverOf(
      (req: Request & WithSender, _res, next) => {
        req.sender = find(req.headers.authorization)
        next()
      },
      (req: Request & WithSender) => req.sender?.claims.sub,
    )
  },
}

/** With a KeyObject, as for Koa. */
const expressJwt: App = {
  ...base,
  name: 'express-jwt',
  role: 'peer',
  server: async ({ alg, verifying }) =>
    serverOf(
      expressjwt({ secret: verifying, algorithms: [alg], issuer, audience, requestProperty: 'user' }),
      (req) => ('user' in req ? Object(req.user).sub : undefined),
    ),
}

/** Where it finds the key: a secret's text, or a JWK Set, which it fetches once. */
async function keyOptions(key: ServerKey): Promise<Parameters<typeof oauth2Bearer>[0]> {
  if (key.alg === 'HS256') {
    return { issuer, secret: key.verifying.export().toString(), tokenSigningAlg: 'HS256' }
  }
  const jwks = JSON.stringify({ keys: [verifyingJwk(key)] })
  const published = createServer((_, res) => res.setHeader('content-type', 'application/json').end(jwks))
  const port = await listen(published)
  published.unref()
  return { issuer, jwksUri: `http://127.0.0.1:${port}/`, tokenSigningAlg: key.alg }
}

const expressOauth2JwtBearer: App = {
  ...base,
  name: 'express-oauth2-jwt-bearer',
  role: 'peer',
  server: async (key) =>
    serverOf(
      oauth2Bearer({ ...(await keyOptions(key)), audience }),
      (req) => Object(req.auth)['payload']?.sub,
    ),
}

const ours = setups.map(
  ([name, setup]): App => ({
    ...base,
    name,
    role: 'ours',
    server: async (key) =>
      serverOf(requireAuth(await authenticatorFor(key, setup)), (req) => getAuth(req).claims['sub']),
  }),
)

export const expressApps: readonly App[] = [bare, empty, lookup, expressJwt, expressOauth2JwtBearer, ...ours]
