import fastifyJwt from '@fastify/jwt'
import sealbearer from '@sealbearer/fastify'
import fastify, { type FastifyRequest } from 'fastify'
import { parties } from '../../material/parties.js'
import { signingText, verifyingText } from '../../material/signature-key.js'
import { type App, createLookup, nobody, type ServerKey, serverAlgorithms, type WithSender } from '../app.js'
import { authenticatorFor, setups } from '../authenticator.js'

const base = { framework: 'Fastify', algorithms: serverAlgorithms } as const

const bare: App = {
  ...base,
  name: 'bare',
  role: 'bare',
  async server() {
    const app = fastify()
    app.get('/', async () => nobody)
    await app.ready()
    return app.server
  },
}

const empty: App = {
  ...base,
  name: 'empty guard',
  role: 'empty',
  async server() {
    const app = fastify()
    app.get('/', { onRequest: (_request, _reply, done) => done() }, async () => nobody)
    await app.ready()
    return app.server
  },
}

const lookup: App = {
  ...base,
  name: 'header in a Map',
  role: 'lookup',
  async server() {
    const find = createLookup()
    const app = fastify()
    app.decorateRequest('sender', undefined)
    const guard = (request: FastifyRequest & WithSender, _reply: unknown, done: () => void): void => {
      request.sender = find(request.headers.authorization)
      done()
    }
    app.get('/', { onRequest: guard }, async ({ sender }: FastifyRequest & WithSender) => ({
      sub: sender?.claims.sub,
    }))
    await app.ready()
    return app.server
  },
}

const secretOf = ({
  alg,
  signing,
  verifying,
}: ServerKey): string | Buffer | { private: string; public: string } =>
  alg === 'HS256'
    ? verifyingText(verifying)
    : { private: String(signingText(signing)), public: String(verifyingText(verifying)) }

const fastifyJwtApp = (name: string, cache: boolean): App => ({
  ...base,
  name,
  role: 'peer',
  async server(key) {
    const app = fastify()
    await app.register(fastifyJwt, {
      secret: secretOf(key),
      sign: { algorithm: key.alg },
      verify: { algorithms: [key.alg], allowedIss: parties.issuer, allowedAud: parties.audience, cache },
    })
    app.get('/', { onRequest: (request) => request.jwtVerify() }, async ({ user }) => ({ sub: subOf(user) }))
    await app.ready()
    return app.server
  },
})

const subOf = (user: unknown): unknown =>
  typeof user === 'object' && user !== null && 'sub' in user ? user.sub : undefined

const ours = setups.map(
  ([name, setup]): App => ({
    ...base,
    name,
    role: 'ours',
    async server(key) {
      const app = fastify()
      await app.register(sealbearer, { authenticator: await authenticatorFor(key, setup) })
      app.get('/', { onRequest: app.requireAuth() }, async ({ auth }) => ({ sub: auth.claims['sub'] }))
      await app.ready()
      return app.server
    },
  }),
)

export const fastifyApps: readonly App[] = [
  bare,
  empty,
  lookup,
  fastifyJwtApp('@fastify/jwt', false),
  fastifyJwtApp('@fastify/jwt cache', true),
  ...ours,
]
