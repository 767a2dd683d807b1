import { describe, expect, test } from 'vitest'
import { audience, goodClaims, issuer, now } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { signJws } from '../jws/sign.js'
import { defineVerifier } from '../jwt/define-verifier.js'
import { createIntrospectionVerifier } from '../jwt/introspection.js'
import { createTenantVerifier } from '../jwt/tenant-verifier.js'
import { createVerifier } from '../jwt/verifier.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { fromSocket } from './client-certificate.js'
import { cookie } from './cookie-credentials.js'
import { bearer, header } from './credentials.js'
import { dpop } from './dpop.js'
import { nodeAuthRequest } from './node-request.js'

const verifierFor = async (
  alg: 'ES256' | 'HS256' | 'RS256',
  aud: string | readonly string[] | 'any' = audience,
) =>
  createVerifier({
    ...{ issuer, audience: aud, typ: 'at+jwt', now },
    signature: { algorithms: [alg], keys: await testKey(alg) },
  })
const keys = { HS256: await testKey('HS256'), ES256: await testKey('ES256') }
const es256 = await verifierFor('ES256')
const withProofs = dpop({ origin: audience, replay: createMemoryStore(), algorithms: ['ES256'] })
const resource = { identifier: audience, authorizationServers: issuer }

const good: Readonly<Record<'mcp' | 'fapi2', AuthenticatorOptions>> = {
  mcp: { profile: 'mcp', verifier: es256, resource },
  fapi2: { profile: 'fapi2', verifier: es256, credentials: [withProofs] },
}

test.each<['mcp' | 'fapi2', Partial<AuthenticatorOptions>]>([
  ['mcp', {}],
  ['mcp', { resource: { ...resource, scopes: 'offline' } }],
  ['mcp', { credentials: [withProofs, bearer()] }],
  ['mcp', { verifier: await verifierFor('RS256', [audience, 'https://old.example.com']) }],
  ['fapi2', {}],
  ['fapi2', { credentials: [bearer()], clientCertificate: fromSocket() }],
])('%s accepts options that fit: %#', (profile, change) => {
  expect(() => createAuthenticator({ ...good[profile], ...change })).not.toThrow()
})

const all = dpop({ origin: audience, replay: createMemoryStore() })

test.each<['mcp' | 'fapi2', string, string, Partial<AuthenticatorOptions>]>([
  ['mcp', 'resource', 'Protected Resource Metadata Discovery Requirements', { resource: undefined }],
  ['mcp', 'resource.scopes', 'Refresh Tokens', { resource: { ...resource, scopes: 'a offline_access' } }],
  ['mcp', 'audience', 'Audience', { verifier: await verifierFor('ES256', 'any') }],
  ['mcp', 'audience', 'Audience', { verifier: await verifierFor('ES256', 'https://other.example.com') }],
  ['mcp', 'credentials', 'Token Requirements', { credentials: [bearer(), cookie('a')] }],
  ['mcp', 'credentials', 'Token Requirements', { credentials: [header('x-token')] }],
  ['fapi2', 'credentials', '§5.3.4', { credentials: [bearer()] }],
  ['fapi2', 'credentials', '§5.3.4', { credentials: [withProofs, cookie('a')] }],
  ['fapi2', 'confirmation', '§5.3.4', { confirmation: 'ignore' }],
  ['fapi2', 'requireHttps', '§5.2.1', { requireHttps: false }],
  ['fapi2', 'signature.algorithms', '§5.4.1', { verifier: await verifierFor('RS256') }],
  ['fapi2', 'dpop.algorithms', '§5.4.1', { credentials: [all] }],
])('%s refuses %s that contradicts %s', (profile, option, clause, change) => {
  const create = () => createAuthenticator({ ...good[profile], ...change })
  expect(create).toThrow(TypeError)
  expect(create).toThrow(new RegExp(`^${option}: contradicts profile '${profile}' \\(.*${clause}`))
})

test('another profile is a TypeError', () => {
  expect(() => createAuthenticator({ verifier: es256, profile: untyped('fapi1') })).toThrow(/^profile/)
})

describe('tokens of verifiers whose policy is unknown', () => {
  const tokenWith = (alg: 'HS256' | 'ES256', claims: object) =>
    signJws(new TextEncoder().encode(JSON.stringify({ ...goodClaims, ...claims })), {
      algorithm: alg,
      key: keys[alg],
      protectedHeader: { typ: 'at+jwt' },
    })
  const codeOf = async (options: AuthenticatorOptions, token: string) => {
    const rawHeaders = ['Authorization', `Bearer ${token}`]
    const request = nodeAuthRequest({ method: 'GET', url: '/', rawHeaders }, true)
    const outcome = await createAuthenticator(options).authenticate(request)
    return outcome.ok ? 'accepted' : outcome.error.code
  }
  const anyAudience = (alg: 'HS256' | 'ES256') =>
    createVerifier({
      ...{ issuer, audience: 'any' as const, typ: 'at+jwt', now },
      signature: { algorithms: [alg], keys: keys[alg] },
    })
  const kinds = {
    'a custom verifier': (alg: 'HS256' | 'ES256') => {
      const own = anyAudience(alg)
      return defineVerifier({ verify: (token) => own.verify(token) })
    },
    'a tenant': (alg: 'HS256' | 'ES256') =>
      createTenantVerifier({ issuer: (iss) => iss === issuer, resolve: () => anyAudience(alg), now }),
  }

  test.each(Object.entries(kinds))('mcp: %s', async (_, verifierOf) => {
    const options: AuthenticatorOptions = { profile: 'mcp', verifier: verifierOf('ES256'), resource }
    const accepted = await tokenWith('ES256', { aud: ['x', audience] })
    expect(await codeOf(options, await tokenWith('ES256', { aud: 'https://other.example' }))).toBe(
      'SB_AUDIENCE_MISMATCH',
    )
    expect(await codeOf(options, await tokenWith('ES256', { aud: undefined }))).toBe('SB_CLAIM_MISSING')
    expect(await codeOf(options, accepted)).toBe('accepted')
    expect(await codeOf({ ...options, profile: undefined }, await tokenWith('ES256', { aud: 'x' }))).toBe(
      'accepted',
    )
  })

  test.each(Object.entries(kinds))('fapi2: %s', async (_, verifierOf) => {
    const bound = { profile: 'fapi2' as const, clientCertificate: fromSocket() }
    const unbound = await tokenWith('ES256', {})
    expect(await codeOf({ ...bound, verifier: verifierOf('HS256') }, await tokenWith('HS256', {}))).toBe(
      'SB_ALG_NOT_ALLOWED',
    )
    expect(await codeOf({ ...bound, verifier: verifierOf('ES256') }, unbound)).toBe(
      'SB_CONFIRMATION_REQUIRED',
    )
    expect(await codeOf({ ...bound, profile: undefined, verifier: verifierOf('ES256') }, unbound)).toBe(
      'accepted',
    )
  })

  test('introspection is checked for its audience at construction', () => {
    const introspecting = (name: string) =>
      createIntrospectionVerifier({
        ...{ issuer, audience: name, endpoint: 'https://auth.example.com/introspect' },
        clientAuthentication: { clientId: 'api', clientSecret: 'a secret of this test' },
      })
    const create = (name: string) => () =>
      createAuthenticator({ profile: 'mcp', verifier: introspecting(name), resource })
    expect(create('https://other.example')).toThrow(/^audience: contradicts profile 'mcp'/)
    expect(create(audience)).not.toThrow()
  })
})
