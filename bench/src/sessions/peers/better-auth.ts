import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { audience, clientId, type Peer } from './token-endpoint.js'

const folder = new URL('../../../reports/better-auth/', import.meta.url)
const packages = ['better-auth@1.7.25', '@better-auth/oauth-provider@1.7.5']

/** Installs it where it is first measured: its tree is larger than all others of the bench together. */
function install(): void {
  if (existsSync(new URL('node_modules/better-auth/package.json', folder))) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('package.json', folder), '{ "private": true, "type": "module" }')
  // Its own ranges contradict each other.
  const flags = ['--legacy-peer-deps', '--no-audit', '--no-fund', '--ignore-scripts']
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: folder, stdio: 'inherit' })
}

interface Adapter {
  create(row: { model: string; data: object }): Promise<{ readonly id: string }>
}

interface BetterAuth {
  readonly $context: Promise<{
    readonly adapter: Adapter
    readonly internalAdapter: { createSession(userId: string): Promise<{ readonly id: string }> }
  }>
}

/** Its own modules, whose types are not installed with the workspace. */
interface Modules {
  readonly betterAuth: (options: object) => BetterAuth
  readonly memoryAdapter: (tables: object) => unknown
  readonly jwt: (options: object) => unknown
  readonly oauthProvider: (options: object) => unknown
  readonly toNodeHandler: (auth: BetterAuth) => RequestListener
}

/** The exports of these modules together; their types are those that the caller names. */
export async function loadBetterAuth<Exports>(names: readonly string[]): Promise<Exports> {
  install()
  const { resolve } = createRequire(new URL('package.json', folder))
  const modules = await Promise.all(names.map((name) => import(pathToFileURL(resolve(name)).href)))
  return Object.assign({}, ...modules)
}

const modules = [
  ...['', '/adapters/memory', '/plugins', '/node'].map((path) => `better-auth${path}`),
  '@better-auth/oauth-provider',
]

const tables = [
  ...['user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthRefreshToken'],
  ...['oauthAccessToken', 'oauthConsent', 'oauthResource', 'oauthClientResource', 'oauthClientAssertion'],
]

/** better-auth with its plugin oauth-provider, on its adapter in memory. It keeps each refresh token as a row. */
export async function betterAuth(origin: string): Promise<Peer> {
  const library = await loadBetterAuth<Modules>(modules)
  const auth = library.betterAuth({
    baseURL: origin,
    secret: 'a secret of the bench alone, of 32 bytes and more',
    database: library.memoryAdapter(Object.fromEntries(tables.map((name) => [name, []]))),
    logger: { level: 'error' },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    plugins: [
      library.jwt({ jwks: { keyPairConfig: { alg: 'ES256' } }, disableSettingJwtHeader: true }),
      library.oauthProvider({
        ...{ loginPage: '/login', consentPage: '/consent', accessTokenExpiresIn: 900 },
        scopes: ['offline_access', 'orders:read'],
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  })
  const { adapter, internalAdapter } = await auth.$context
  const times = { createdAt: new Date(), updatedAt: new Date() }
  const scopes = ['offline_access', 'orders:read']
  const rows: readonly (readonly [string, object])[] = [
    [
      'oauthClient',
      {
        ...{ clientId, scopes, public: true, type: 'native', tokenEndpointAuthMethod: 'none' },
        ...{ redirectUris: ['https://app.example.com/callback'], responseTypes: ['code'] },
        grantTypes: ['authorization_code', 'refresh_token'],
      },
    ],
    ['oauthResource', { identifier: audience, name: 'API' }],
    ['oauthClientResource', { clientId, resourceId: audience }],
  ]
  for (const [model, data] of rows) await adapter.create({ model, data: { ...data, ...times } })
  return {
    title: 'better-auth',
    place: 'memory',
    path: '/api/auth/oauth2/token',
    listener: library.toNodeHandler(auth),
    async newToken() {
      const email = `${crypto.randomUUID()}@example.com`
      const user = await adapter.create({ model: 'user', data: { name: 'User', email, ...times } })
      const session = await internalAdapter.createSession(user.id)
      const token = crypto.randomUUID().replaceAll('-', '')
      const data = {
        ...{ clientId, scopes, sessionId: session.id, userId: user.id, resources: [audience] },
        token: createHash('sha256').update(token).digest('base64url'),
        createdAt: new Date(),
        expiresAt: new Date(Date.now() + 86_400_000),
      }
      await adapter.create({ model: 'oauthRefreshToken', data })
      return token
    },
    close: async () => {},
  }
}
