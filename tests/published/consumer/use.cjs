// Uses one package the way its readers would. `load` is import or require: the two scripts beside this one.
const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const { once } = require('node:events')
const { createServer } = require('node:http')
const { promisify } = require('node:util')

const issuedFor = {
  issuer: 'https://auth.example.com',
  audience: 'https://api.example.com',
  typ: 'at+jwt',
}

async function setUp(core) {
  const signingKey = await core.generateKey('ES256', { kid: 'packed' })
  const signature = { algorithm: 'ES256', keys: signingKey }
  const issuer = core.createIssuer({ ...issuedFor, lifetime: '5m', signature })
  const verifier = core.createVerifier({
    ...issuedFor,
    signature: { algorithms: ['ES256'], keys: signingKey },
  })
  return { issuer, verifier, authenticator: core.createAuthenticator({ verifier, realm: 'packed' }) }
}

/** The same three requests for every framework: bare, tampered and good. */
async function guards(server, issuer) {
  const url = `http://127.0.0.1:${server.address().port}/me`
  const ask = (token) => fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} })
  const { token } = await issuer.issue({ sub: 'user_123', scope: 'orders:read' })

  const bare = await ask()
  assert.equal(bare.status, 401)
  assert.equal(bare.headers.get('www-authenticate'), 'Bearer realm="packed"')

  const [header, , signature] = token.split('.')
  const payload = Buffer.from(JSON.stringify({ ...issuedFor, sub: 'admin' })).toString('base64url')
  const tampered = await ask(`${header}.${payload}.${signature}`)
  assert.equal(tampered.status, 401)
  assert.match(String(tampered.headers.get('www-authenticate')), /error="invalid_token"/)

  const good = await ask(token)
  assert.equal(good.status, 200)
  assert.deepEqual(await good.json(), { sub: 'user_123' })
}

async function listening(server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function guardsAndCloses(server, issuer) {
  try {
    await guards(server, issuer)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const uses = {
  async '@sealbearer/core'(core, _, load) {
    const { issuer, verifier } = await setUp(core)
    const { token } = await issuer.issue({ sub: 'user_123' })
    const { claims, form } = await verifier.verify(token)
    assert.equal(claims.sub, 'user_123')
    assert.equal(form, 'signed')
    await assert.rejects(verifier.verify(`${token.slice(0, -4)}AAAA`), { name: 'SealbearerError' })

    const recipient = await core.generateKey('RSA-OAEP-256')
    const { decryptJwe, encryptJwe } = await load('@sealbearer/core/jose')
    const sealed = await encryptJwe(new TextEncoder().encode('sealed'), {
      keyManagement: 'RSA-OAEP-256',
      contentEncryption: 'A256GCM',
      key: recipient,
    })
    const { plaintext } = await decryptJwe(sealed, {
      keyManagement: ['RSA-OAEP-256'],
      contentEncryption: ['A256GCM'],
      keys: recipient,
    })
    assert.equal(new TextDecoder().decode(plaintext), 'sealed')
  },

  async '@sealbearer/sessions'({ createRevocations, createSessions }, core) {
    const { issuer } = await setUp(core)
    const store = core.createMemoryStore()
    const sessions = createSessions({
      accessTokens: issuer,
      refreshTokens: {
        secret: '0123456789abcdefghijklmnopqrstuv',
        lifetime: '30d',
        idle: '14d',
        window: '30s',
      },
      store,
      revocations: createRevocations({ store, maxTokenLifetime: '1h', onStoreLost: 'refuse' }),
      claims: async () => ({}),
    })
    const { refreshToken } = await sessions.start({ sub: 'user_123' })
    const renewed = await sessions.renew(refreshToken)
    assert.notEqual(renewed.refreshToken, refreshToken)
    await sessions.end({ refreshToken: renewed.refreshToken })
    await assert.rejects(sessions.renew(renewed.refreshToken), { code: 'SB_REFRESH_REFUSED' })
  },

  async '@sealbearer/mcp'({ createMcpAuth }, core) {
    const { issuer, authenticator } = await setUp(core)
    const mcp = createMcpAuth(authenticator, { tools: { delete_order: { scope: 'orders:write' } } })
    const { token } = await issuer.issue({ sub: 'user_123', client_id: 'agent' })
    const { auth } = await authenticator.authenticateToken(token)
    const call = (name) => mcp.authorize(auth, { method: 'tools/call', params: { name } })
    assert.equal((await call('delete_order')).status, 403)
    assert.equal((await call('list_orders')).authInfo.clientId, 'agent')
  },

  async '@sealbearer/opentelemetry'({ startTelemetry }, core) {
    const { authenticator } = await setUp(core)
    const attributes = []
    const instrument = { record: (_, point) => attributes.push(point), add() {} }
    const meter = { createHistogram: () => instrument, createCounter: () => instrument }
    const telemetry = startTelemetry({ meterProvider: { getMeter: () => meter } })
    await authenticator.authenticateToken(undefined)
    telemetry.stop()
    await authenticator.authenticateToken(undefined)
    assert.deepEqual(
      attributes.map((point) => point['error.type']),
      ['SB_CREDENTIALS_MISSING'],
    )
  },

  async '@sealbearer/nestjs'({ getAuth, requireAuth }, core) {
    const { issuer, authenticator } = await setUp(core)
    const { token } = await issuer.issue({ sub: 'user_123' })
    const request = { method: 'GET', url: '/me', headers: {}, protocol: 'https', host: 'api.example.com' }
    const fields = {}
    const response = { header: (name, value) => Object.assign(fields, { [name]: value }) }
    const http = { getRequest: () => request, getResponse: () => response }
    const context = { getType: () => 'http', switchToHttp: () => http }
    const guard = requireAuth(authenticator)
    await assert.rejects(guard.canActivate(context), { status: 401 })
    assert.equal(fields['WWW-Authenticate'], 'Bearer realm="packed"')
    request.headers.authorization = `Bearer ${token}`
    assert.equal(await guard.canActivate(context), true)
    assert.equal(getAuth(request).claims.sub, 'user_123')
  },

  async '@sealbearer/redis'({ createRedisStore }) {
    const commands = []
    const client = async (command) => {
      commands.push(command)
      return ['claimed']
    }
    const store = createRedisStore({ client })
    assert.equal(await store.claim('once', 60), true)
    assert.equal(commands.at(-1)[0], 'EVALSHA')
    await store.close()
  },

  async '@sealbearer/postgres'({ createPostgresStore }) {
    const statements = []
    const client = {
      async query(text) {
        statements.push(text)
        return { rows: [{ outcome: 'claimed', time: '0' }] }
      },
    }
    const store = createPostgresStore({ client })
    assert.equal(await store.claim('once', 60), true)
    await store.migrate()
    assert.match(statements.join(), /CREATE TABLE "sealbearer".sessions/)
    await store.close()
  },

  async '@sealbearer/testing'({ checkStore }, core) {
    const titles = await checkStore(core.createMemoryStore())
    assert.ok(titles.length > 20)
  },

  async '@sealbearer/cli'({ main, exitCodes }) {
    const printed = []
    const print = (text) => printed.push(text)
    const context = {
      env: {},
      readStdin: async () => undefined,
      print,
      printError: print,
      isTerminal: false,
      hasColours: false,
      columns: 80,
    }
    assert.equal(await main(['keygen', 'ES256'], context), exitCodes.done.code)
    assert.equal(JSON.parse(printed[0]).kty, 'EC')
    const { stdout } = await promisify(execFile)('npx', ['--no-install', 'sealbearer', 'help'], {
      shell: process.platform === 'win32',
    })
    assert.match(stdout, /signed, encrypted and nested tokens/)
  },

  async '@sealbearer/fastify'({ default: sealbearer }, core, load) {
    const { issuer, authenticator } = await setUp(core)
    const { fastify } = await load('fastify')
    const app = fastify()
    await app.register(sealbearer, { authenticator })
    app.get('/me', { onRequest: app.requireAuth() }, async (request) => ({ sub: request.auth.claims.sub }))
    await app.listen({ port: 0, host: '127.0.0.1' })
    await guardsAndCloses(app.server, issuer)
  },

  async '@sealbearer/koa'({ requireAuth }, core, load) {
    const { issuer, authenticator } = await setUp(core)
    const koa = await load('koa')
    const Koa = koa.default ?? koa
    const app = new Koa()
    app.use(requireAuth(authenticator))
    app.use((ctx) => {
      ctx.body = { sub: ctx.state.auth.claims.sub }
    })
    await guardsAndCloses(await listening(createServer(app.callback())), issuer)
  },

  async '@sealbearer/hono'({ requireAuth }, core, load) {
    const { issuer, authenticator } = await setUp(core)
    const { Hono } = await load('hono')
    const { createAdaptorServer } = await load('@hono/node-server')
    const app = new Hono()
    app.use(requireAuth(authenticator))
    app.get('/me', (c) => c.json({ sub: c.var.auth.claims.sub }))
    await guardsAndCloses(await listening(createAdaptorServer({ fetch: app.fetch })), issuer)
  },

  async '@sealbearer/express'({ requireAuth }, core, load) {
    const { issuer, authenticator } = await setUp(core)
    const express = await load('express')
    const app = (express.default ?? express)()
    app.get('/me', requireAuth(authenticator), (req, res) => res.json({ sub: req.auth.claims.sub }))
    await guardsAndCloses(await listening(createServer(app)), issuer)
  },
}

module.exports = async function use(name, load) {
  await uses[name](await load(name), await load('@sealbearer/core'), load)
  console.log(`${name} works`)
}
