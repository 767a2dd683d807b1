import SwaggerParser from '@apidevtools/swagger-parser'
import swagger, { type FastifyDynamicSwaggerOptions, type SwaggerTransform } from '@fastify/swagger'
import { cookie, createAuthenticator, createMemoryStore, dpop, fromSocket } from '@sealbearer/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { staff, users } from '#adapter-tests'
import sealbearer, { requireAuth, type SealbearerOptions } from './index.js'

const { verifier } = users
const authenticator = createAuthenticator({ verifier, realm: 'orders' })
const info = { title: 'Orders', version: '1.0.0' }

async function newApp(
  options: FastifyDynamicSwaggerOptions = {},
  plugin: Partial<SealbearerOptions> = {},
): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: 'silent' } })
  await app.register(swagger, { openapi: { info }, ...options })
  await app.register(sealbearer, { authenticator, ...plugin })
  return app
}

// biome-ignore lint/suspicious/noExplicitAny: documents are walked by name
async function documentOf(app: FastifyInstance): Promise<any> {
  await app.ready()
  return app.swagger()
}

/** A copy is validated, since references are resolved in place. */
const validate = (document: unknown) => SwaggerParser.validate(JSON.parse(JSON.stringify(document)))

const handler = async () => 'reached'

describe.each(['3.0.3', '3.1.0'])('in OpenAPI %s', (openapi) => {
  const openapiOptions = { openapi: { openapi, info } }

  test('guarded routes have security, scopes and responses', async () => {
    const app = await newApp(openapiOptions)
    const schema = { response: { 200: { type: 'object', properties: { id: { type: 'string' } } } } }
    app.get('/orders', { schema, onRequest: app.requireAuth({ scope: 'orders:read' }) }, handler)
    app.get('/open', handler)
    const document = await documentOf(app)
    await validate(document)
    const { components, paths } = document
    expect(components.securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    })
    const { security, responses } = paths['/orders'].get
    expect(security).toEqual([{ bearer: ['orders:read'] }])
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '503'])
    expect(responses[200].content['application/json'].schema.properties).toEqual({ id: { type: 'string' } })
    expect(responses[401]).toMatchObject({
      description: 'The access token is missing, invalid or expired',
      headers: {
        'WWW-Authenticate': {
          schema: { type: 'string', example: expect.stringContaining('scope="orders:read"') },
        },
      },
      content: { 'application/json': { schema: { required: ['error_description'] } } },
    })
    expect(responses[503].headers).toHaveProperty('Retry-After')
    expect(paths['/open'].get).toEqual({ responses: { 200: { description: 'Default Response' } } })
  })

  test('every source of credentials is described', async () => {
    const everywhere = createAuthenticator({
      verifier,
      credentials: [
        dpop({ origin: 'https://api.example.com', replay: createMemoryStore() }),
        cookie('session'),
      ],
      clientCertificate: fromSocket(),
    })
    const app = await newApp(openapiOptions, { authenticator: everywhere, protect: true })
    app.get('/', handler)
    const document = await documentOf(app)
    await validate(document)
    const { components } = document
    const certificate = openapi === '3.0.3' ? [] : ['mutualTLS']
    expect(Object.keys(components.securitySchemes)).toEqual(['dpop', 'cookie.session', ...certificate])
  })
})

const securityOf = async (app: FastifyInstance, url = '/', method = 'get') =>
  (await documentOf(app)).paths[url][method].security

describe('guards are found', () => {
  test.each<{ title: string; plugin?: Partial<SealbearerOptions>; add: (app: FastifyInstance) => unknown }>([
    { title: 'in config.auth', add: (app) => app.get('/', { config: { auth: { scope: 'a' } } }, handler) },
    {
      title: 'in onRequest',
      add: (app) => app.get('/', { onRequest: app.requireAuth({ scope: 'a' }) }, handler),
    },
    {
      title: 'in a list of preHandlers',
      add: (app) => app.get('/', { preHandler: [app.requireAuth({ scope: 'a' })] }, handler),
    },
    {
      title: 'of a named authenticator',
      add: (app) => app.get('/', { onRequest: requireAuth(authenticator, { scope: 'a' }) }, handler),
    },
    {
      title: 'of two hooks under protect',
      plugin: { protect: true },
      add: (app) => app.get('/', { onRequest: app.requireAuth({ scope: 'a' }) }, handler),
    },
    {
      title: 'in a scope inside',
      add: (app) =>
        app.register(async (inside) => {
          inside.get('/', { onRequest: inside.requireAuth({ scope: 'a' }) }, handler)
        }),
    },
    {
      title: 'of the nearest registration',
      plugin: { authenticator: staff.authenticator },
      add: (app) =>
        app.register(async (inside) => {
          await inside.register(sealbearer, { authenticator })
          inside.get('/', { onRequest: app.requireAuth({ scope: 'a' }) }, handler)
        }),
    },
  ])('$title', async ({ plugin, add }) => {
    const app = await newApp({}, plugin)
    add(app)
    expect(await securityOf(app)).toEqual([{ bearer: ['a'] }])
  })

  test('and open routes have none under protect', async () => {
    const app = await newApp({}, { protect: true })
    app.get('/', { config: { auth: false } }, handler)
    app.get('/optional', { config: { auth: { optional: true } } }, handler)
    expect(await securityOf(app)).toBeUndefined()
    expect(app.swagger().paths?.['/optional']).toMatchObject({ get: { security: [{ bearer: [] }, {}] } })
  })

  test('in an app that registers this plugin first', async () => {
    const app = Fastify()
    await app.register(sealbearer, { authenticator })
    await app.register(swagger, { openapi: { info } })
    app.get('/', { onRequest: app.requireAuth() }, handler)
    expect(await securityOf(app)).toEqual([{ bearer: [] }])
  })
})

test('what a route says itself comes first', async () => {
  const app = await newApp({
    openapi: {
      info,
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'ours' } } },
    },
  })
  const schema = { security: [{ bearer: ['own'] }], response: { 403: { type: 'null', description: 'own' } } }
  app.get('/', { schema, onRequest: app.requireAuth() }, handler)
  const { components, paths } = await documentOf(app)
  expect(components.securitySchemes.bearer.description).toBe('ours')
  expect(paths['/'].get.security).toEqual([{ bearer: ['own'] }])
  expect(paths['/'].get.responses[403]).toEqual({ description: 'own' })
})

test('the answers of a route are serialized as before', async () => {
  const answers: string[] = []
  for (const openapi of [true, false]) {
    const app = await newApp({}, { openapi })
    app.get('/', { onRequest: app.requireAuth({ optional: true }) }, async (_, reply) =>
      reply.code(403).send({ reason: ['of', 'the', 'handler'] }),
    )
    answers.push((await app.inject('/')).body)
  }
  expect(answers).toEqual(Array(2).fill('{"reason":["of","the","handler"]}'))
})

test('HTTP sees the same document as JSON and as YAML', async () => {
  const app = await newApp()
  app.get('/', { onRequest: app.requireAuth({ scope: 'a' }) }, handler)
  app.get('/document', { schema: { hide: true } }, async () => app.swagger())
  app.get('/yaml', { schema: { hide: true } }, async () => app.swagger({ yaml: true }))
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const [json, yaml] = await Promise.all(
    ['/document', '/yaml'].map(async (path) => (await fetch(address + path)).text()),
  )
  await app.close()
  expect(json).toContain('"security":[{"bearer":["a"]}]')
  expect(yaml).toMatch(/security:\n +- bearer:\n +- a\n/)
})

describe('a transform of all routes', () => {
  const transform: SwaggerTransform = ({ schema, url }) => ({
    schema: { ...schema, tags: ['all'] },
    url: `/v1${url}`,
  })

  test('is called before, where the plugin knows it', async () => {
    const app = await newApp({ transform }, { openapi: { transform } })
    app.get('/', { onRequest: app.requireAuth() }, handler)
    const { paths } = await documentOf(app)
    expect(paths['/v1/'].get).toMatchObject({ tags: ['all'], security: [{ bearer: [] }] })
  })

  test('a route with its own keeps that', async () => {
    const app = await newApp({ transform }, { openapi: { transform } })
    const own: SwaggerTransform = ({ schema, url }) => ({ schema: { ...schema, tags: ['own'] }, url })
    app.get('/', { config: { swaggerTransform: own }, onRequest: app.requireAuth() }, handler)
    app.get('/none', { config: { swaggerTransform: false }, onRequest: app.requireAuth() }, handler)
    const { paths } = await documentOf(app)
    expect(paths['/'].get).toMatchObject({ tags: ['own'], security: [{ bearer: [] }] })
    expect(paths['/none'].get.security).toEqual([{ bearer: [] }])
  })

  test('is left to schemas of other libraries, with a warning', async () => {
    class Schema {}
    const lines: string[] = []
    const app = Fastify({ logger: { stream: { write: (line) => lines.push(line) } } })
    const toJson: SwaggerTransform = ({ url }) => ({ schema: { tags: ['converted'] }, url })
    await app.register(swagger, { openapi: { info }, transform: toJson })
    await app.register(sealbearer, { authenticator })
    app.setValidatorCompiler(() => () => true)
    for (const url of ['/', '/other'])
      app.post(url, { schema: { body: new Schema() }, onRequest: app.requireAuth() }, handler)
    const { paths } = await documentOf(app)
    expect(paths['/'].post.tags).toEqual(['converted'])
    expect(lines.filter((line) => line.includes('openapi: { transform }'))).toHaveLength(1)
  })
})

test('Swagger 2.0 and openapi: false leave routes as they are', async () => {
  const old = Fastify()
  await old.register(swagger, { swagger: { info } })
  await old.register(sealbearer, { authenticator })
  const off = await newApp({}, { openapi: false })
  for (const app of [old, off]) {
    app.get('/', { onRequest: app.requireAuth() }, handler)
    expect(await securityOf(app)).toBeUndefined()
  }
})

test.each(['yes', null, {}, { transform: true }])('openapi may not be %j', async (openapi) => {
  // @ts-expect-error plain JavaScript can pass anything
  await expect(newApp({}, { openapi })).rejects.toThrow(/^openapi: must be/)
})
