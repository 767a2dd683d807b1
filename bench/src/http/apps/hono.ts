import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { requireAuth } from '@sealbearer/hono'
import { Hono } from 'hono'
import { jwk } from 'hono/jwk'
import { type JwtVariables, jwt } from 'hono/jwt'
import { cryptoKey } from '../../material/crypto-key.js'
import { parties } from '../../material/parties.js'
import { verifyingJwk } from '../../material/signature-key.js'
import { type App, createLookup, nobody, type Sender, serverAlgorithms } from '../app.js'
import { authenticatorFor, setups } from '../authenticator.js'

const base = { framework: 'Hono', algorithms: serverAlgorithms } as const
const verification = { iss: parties.issuer, aud: parties.audience, typ: parties.typ }

// Without HTTP/2 options it makes a server of node:http.
const serverOf = (app: Pick<Hono, 'fetch'>): Server => createAdaptorServer({ fetch: app.fetch }) as Server

const bare: App = {
  ...base,
  name: 'bare',
  role: 'bare',
  async server() {
    return serverOf(new Hono().get('/', (c) => c.json(nobody)))
  },
}

const empty: App = {
  ...base,
  name: 'empty guard',
  role: 'empty',
  async server() {
    return serverOf(
      new Hono().get(
        '/',
        (_, next) => next(),
        (c) => c.json(nobody),
      ),
    )
  },
}

const lookup: App = {
  ...base,
  name: 'header in a Map',
  role: 'lookup',
  async server() {
    const find = createLookup()
    const app = new Hono<{ Variables: { auth: Sender } }>()
    app.use((c, next) => {
      c.set('auth', find(c.req.header('authorization')))
      return next()
    })
    return serverOf(app.get('/', (c) => c.json({ sub: c.get('auth').claims.sub })))
  },
}

const honoJwt: App = {
  ...base,
  name: 'hono/jwt',
  role: 'peer',
  async server(key) {
    const secret = await cryptoKey(key.verifying, key)
    const app = new Hono<{ Variables: JwtVariables }>().use(jwt({ secret, alg: key.alg, verification }))
    return serverOf(app.get('/', (c) => c.json({ sub: c.get('jwtPayload').sub })))
  },
}

/** With the keys at hand: with `jwks_uri` it would fetch them for every request. */
const honoJwk: App = {
  ...base,
  name: 'hono/jwk',
  role: 'peer',
  algorithms: ['RS256'],
  async server(key) {
    const { kid } = key
    const app = new Hono<{ Variables: JwtVariables }>().use(
      jwk({ keys: [{ ...verifyingJwk(key), kid }], alg: ['RS256'], verification }),
    )
    return serverOf(app.get('/', (c) => c.json({ sub: c.get('jwtPayload').sub })))
  },
}

const ours = setups.map(
  ([name, setup]): App => ({
    ...base,
    name,
    role: 'ours',
    async server(key) {
      const guard = requireAuth(await authenticatorFor(key, setup))
      return serverOf(new Hono().get('/', guard, (c) => c.json({ sub: c.get('auth').claims['sub'] })))
    },
  }),
)

export const honoApps: readonly App[] = [bare, empty, lookup, honoJwt, honoJwk, ...ours]
