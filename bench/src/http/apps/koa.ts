import { createServer, type Server } from 'node:http'
import type { Auth, VerifiedClaims } from '@sealbearer/core'
import { requireAuth } from '@sealbearer/koa'
import Koa from 'koa'
import koaJwt from 'koa-jwt'
import { parties } from '../../material/parties.js'
import { type App, createLookup, nobody, type Sender, serverAlgorithms } from '../app.js'
import { authenticatorFor, setups } from '../authenticator.js'

const base = { framework: 'Koa', algorithms: serverAlgorithms } as const

const serverOf = <State>(app: Koa<State>): Server => createServer(app.callback())

const bare: App = {
  ...base,
  name: 'bare',
  role: 'bare',
  async server() {
    const app = new Koa()
    app.use((ctx) => {
      ctx.body = nobody
    })
    return serverOf(app)
  },
}

const empty: App = {
  ...base,
  name: 'empty guard',
  role: 'empty',
  async server() {
    const app = new Koa()
    app.use((_, next) => next())
    app.use((ctx) => {
      ctx.body = nobody
    })
    return serverOf(app)
  },
}

const lookup: App = {
  ...base,
  name: 'header in a Map',
  role: 'lookup',
  async server() {
    const find = createLookup()
    const app = new Koa<{ auth: Sender }>()
    app.use((ctx, next) => {
      ctx.state.auth = find(ctx.req.headers.authorization)
      return next()
    })
    app.use((ctx) => {
      ctx.body = { sub: ctx.state.auth.claims.sub }
    })
    return serverOf(app)
  },
}

/** With a KeyObject: a secret in text costs it hundreds of microseconds on Node 20. */
const koaJwtApp: App = {
  ...base,
  name: 'koa-jwt',
  role: 'peer',
  async server({ alg, verifying }) {
    const app = new Koa()
    const { issuer, audience } = parties
    // Its types know no KeyObject; jsonwebtoken, which it hands the secret to, does.
    const secret = verifying as unknown as Buffer
    app.use(koaJwt({ secret, algorithms: [alg], issuer, audience }))
    app.use((ctx) => {
      ctx.body = { sub: ctx.state['user'].sub }
    })
    return serverOf(app)
  },
}

const ours = setups.map(
  ([name, setup]): App => ({
    ...base,
    name,
    role: 'ours',
    async server(key) {
      const app = new Koa<{ auth: Auth<VerifiedClaims> }>()
      app.use(requireAuth(await authenticatorFor(key, setup)))
      app.use((ctx) => {
        ctx.body = { sub: ctx.state.auth.claims['sub'] }
      })
      return serverOf(app)
    },
  }),
)

export const koaApps: readonly App[] = [bare, empty, lookup, koaJwtApp, ...ours]
