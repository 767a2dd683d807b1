import {
  type Authenticator,
  bearer,
  cookie,
  createAuthenticator,
  type DpopOptions,
  dpop,
  fromHeader,
  header,
} from '@sealbearer/core'
import { createMemoryStore, type ReplayStore } from '@sealbearer/core/stores'
import { clock } from './clock.js'
import { nonceSecret, proofAlgorithms } from './dpop-answers.js'
import type { Keys } from './keys.js'
import { audience, issuer, page, partner, realm } from './parties.js'
import { createVerifiers } from './verifiers.js'

/** The cookie that carries a token. */
export const cookieName = '__Host-access'

/** The second cookie of the policy `twoCookies`. */
export const otherCookieName = '__Host-legacy'

/** The authenticators of the rows. */
export type PolicyName =
  | 'signed'
  | 'hmac'
  | 'aged'
  | 'bare'
  | 'only'
  | 'schema'
  | 'small'
  | 'unavailable'
  | 'undiscovered'
  | 'encrypted'
  | 'wrapped'
  | 'nested'
  | 'nestedRsa'
  | 'carried'
  | 'several'
  | 'plainHttp'
  | 'noRealm'
  | 'quotedRealm'
  | 'cookies'
  | 'cookieOnly'
  | 'twoCookies'
  | 'encryptedCookie'
  | 'ownPermissions'
  | 'gateway'
  | 'gatewayScheme'
  | 'legacyScheme'
  | 'unbound'
  | 'byIssuer'
  | 'revoked'
  | 'revokedUnknown'
  | 'defined'
  | 'dpop'
  | 'dpopOnly'
  | 'dpopNonce'
  | 'dpopReplayed'
  | 'dpopOutage'
  | 'resource'
  | 'certificate'
  | 'introspection'
  | 'certificateNginx'
  | 'accessTokens'
  | 'fapi'
  | 'mcp'
  | 'mcpCustom'

/** Makes all authenticators. */
export function createPolicies(keys: Keys): Readonly<Record<PolicyName, Authenticator>> {
  const v = createVerifiers(keys)
  const csrf = { origins: [page] }
  const replay = createMemoryStore({ now: clock })
  const withProofs = (options: Partial<DpopOptions> = {}) =>
    dpop({ origin: audience, replay, algorithms: proofAlgorithms, now: clock, ...options })
  const refusing: ReplayStore = { claim: async () => false }
  // For requests that several servers are sent, byte for byte.
  const forgetful: ReplayStore = { claim: async () => true }
  const failing: ReplayStore = {
    claim: () => Promise.reject(new Error('connect ECONNREFUSED 192.0.2.1:6379')),
  }
  const withCertificates = (format: 'rfc9440' | 'nginx') =>
    createAuthenticator({
      verifier: v.signed,
      realm,
      clientCertificate: fromHeader('Client-Cert', {
        format,
        trusted: (address) => address.includes('127.0.0.1'),
      }),
    })
  const mcp = {
    ...{ realm, profile: 'mcp' as const },
    resource: { identifier: audience, authorizationServers: [issuer] },
  }
  const both = { realm, credentials: [bearer(), cookie(cookieName)], csrf }
  return {
    signed: createAuthenticator({ verifier: v.signed, realm }),
    hmac: createAuthenticator({ verifier: v.hmac, realm }),
    aged: createAuthenticator({ verifier: v.aged, realm }),
    bare: createAuthenticator({ verifier: v.bare, realm }),
    only: createAuthenticator({ verifier: v.only, realm }),
    schema: createAuthenticator({ verifier: v.schema, realm }),
    small: createAuthenticator({ verifier: v.small, realm }),
    unavailable: createAuthenticator({ verifier: v.unavailable, realm }),
    undiscovered: createAuthenticator({ verifier: v.undiscovered, realm }),
    encrypted: createAuthenticator({ verifier: v.encrypted, realm }),
    wrapped: createAuthenticator({ verifier: v.wrapped, realm }),
    nested: createAuthenticator({ verifier: v.nested, realm }),
    nestedRsa: createAuthenticator({ verifier: v.nestedRsa, realm }),
    carried: createAuthenticator({ verifier: v.carried, realm }),
    several: createAuthenticator({ verifier: [v.signed, v.partner, v.encrypted, v.nested], realm }),
    plainHttp: createAuthenticator({ verifier: v.signed, realm, requireHttps: false }),
    noRealm: createAuthenticator({ verifier: v.signed }),
    quotedRealm: createAuthenticator({ verifier: v.signed, realm: String.raw`the "orders" \ API` }),
    cookies: createAuthenticator({ verifier: v.signed, ...both }),
    cookieOnly: createAuthenticator({ verifier: v.signed, realm, credentials: [cookie(cookieName)] }),
    twoCookies: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [cookie(cookieName), cookie(otherCookieName)],
    }),
    encryptedCookie: createAuthenticator({ verifier: v.encrypted, ...both }),
    gateway: createAuthenticator({ verifier: v.signed, realm, credentials: [header('X-Gateway-Jwt')] }),
    gatewayScheme: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [header('x-forwarded-access', { scheme: 'Bearer' })],
    }),
    legacyScheme: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [bearer(), header('authorization', { scheme: 'JWT' })],
    }),
    unbound: createAuthenticator({ verifier: v.signed, realm, confirmation: 'ignore' }),
    byIssuer: createAuthenticator({
      verifier: [v.signed, v.partner],
      realm,
      scopes: { [issuer]: ['orders:read', 'profile'], [partner]: ['profile'] },
      roles: { [issuer]: ['clerk', 'admin'] },
    }),
    revoked: createAuthenticator({ verifier: v.revoked, realm }),
    revokedUnknown: createAuthenticator({ verifier: v.revokedUnknown, realm }),
    defined: createAuthenticator({ verifier: [v.signed, v.defined], realm }),
    dpop: createAuthenticator({ verifier: v.signed, realm, credentials: [withProofs(), bearer()] }),
    dpopOnly: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [withProofs({ replay: forgetful })],
    }),
    dpopNonce: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [withProofs({ nonce: { secret: nonceSecret } }), bearer()],
    }),
    dpopReplayed: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [withProofs({ replay: refusing }), bearer()],
    }),
    dpopOutage: createAuthenticator({
      verifier: v.signed,
      realm,
      credentials: [withProofs({ replay: failing }), bearer()],
    }),
    resource: createAuthenticator({
      verifier: v.signed,
      realm,
      scopeImplies: { 'orders:admin': ['orders:write'], 'orders:write': ['orders:read'], a: ['b'], b: ['a'] },
      resource: { identifier: `${audience}/orders`, authorizationServers: [issuer], scopes: ['orders:read'] },
    }),
    accessTokens: createAuthenticator({ verifier: v.accessTokens, realm }),
    fapi: createAuthenticator({
      verifier: v.signed,
      realm,
      profile: 'fapi2',
      credentials: [withProofs({ replay: forgetful })],
    }),
    mcp: createAuthenticator({ verifier: v.signed, ...mcp }),
    mcpCustom: createAuthenticator({ verifier: v.anyAudience, ...mcp }),
    introspection: createAuthenticator({ verifier: v.introspected, realm }),
    certificate: withCertificates('rfc9440'),
    certificateNginx: withCertificates('nginx'),
    ownPermissions: createAuthenticator({
      verifier: v.signed,
      realm,
      scopes: (claims) => claims['permissions'] as string[],
      roles: () => {
        throw new Error('the directory is down')
      },
    }),
  }
}
