import { describe, expect, test } from 'vitest'
import { createVerifier } from '../jwt/verifier.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { handSign } from '../testing/hand-made.js'
import { audience, goodClaims, issuer, now } from '../testing/parties.js'
import { bytes, testKey } from '../testing/test-keys.js'
import { untyped } from '../testing/untyped.js'
import { createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { fromSocket } from './client-certificate.js'
import { bearer, cookie, header } from './credentials.js'
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
const es256 = await verifierFor('ES256')
const withProofs = dpop({ origin: audience, replay: createMemoryStore(), algorithms: ['ES256'] })
const resource = { identifier: audience, authorizationServers: issuer }

const good: Readonly<Record<'mcp' | 'fapi2', AuthenticatorOptions>> = {
  mcp: { profile: 'mcp', verifier: es256, resource },
  fapi2: { profile: 'fapi2', verifier: es256, credentials: [withProofs] },
}

test.each<['mcp' | 'fapi2', Partial<AuthenticatorOptions>]>([
  ['mcp', {}],
  ['mcp', { credentials: [withProofs, bearer()] }],
  ['mcp', { verifier: await verifierFor('RS256', [audience, 'https://old.example.com']) }],
  ['fapi2', {}],
  ['fapi2', { credentials: [bearer()], clientCertificate: fromSocket() }],
])('%s accepts options that fit: %#', (profile, change) => {
  expect(() => createAuthenticator({ ...good[profile], ...change })).not.toThrow()
})

const all = dpop({ origin: audience, replay: createMemoryStore() })

test.each<['mcp' | 'fapi2', string, string, Partial<AuthenticatorOptions>]>([
  ['mcp', 'resource', 'Metadata', { resource: undefined }],
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

describe('fapi2, where verifiers say nothing of their algorithms,', () => {
  test('refuses tokens that are bound to nothing', async () => {
    const { defineVerifier } = await import('../jwt/define-verifier.js')
    const hs256 = await verifierFor('HS256')
    const verifier = defineVerifier({ verify: (token) => hs256.verify(token) })
    const token = handSign({ alg: 'HS256', typ: 'at+jwt' }, goodClaims, bytes(32))
    const rawHeaders = ['Authorization', `Bearer ${token}`]
    const codeWith = async (options: Partial<AuthenticatorOptions>) => {
      const authenticator = createAuthenticator({ verifier, clientCertificate: fromSocket(), ...options })
      const outcome = await authenticator.authenticate(
        nodeAuthRequest({ method: 'GET', url: '/', rawHeaders }, true),
      )
      return outcome.ok ? 'accepted' : outcome.error.code
    }
    expect(await codeWith({ profile: 'fapi2' })).toBe('SB_CONFIRMATION_REQUIRED')
    expect(await codeWith({})).toBe('accepted')
  })
})
