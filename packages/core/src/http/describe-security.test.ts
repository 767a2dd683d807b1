import { describe, expect, test } from 'vitest'
import { audience, issuer } from '../../test-kit/parties.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { fromSocket } from './client-certificate.js'
import { cookie } from './cookie-credentials.js'
import { bearer, header } from './credentials.js'
import { describeGuards, describeSecurity } from './describe-security.js'
import { dpop } from './dpop.js'

const verifier = createVerifier({
  issuer,
  audience,
  typ: 'at+jwt',
  signature: { algorithms: ['ES256'], keys: await generateKey('ES256') },
})
const authenticatorWith = (options: Partial<AuthenticatorOptions> = {}) =>
  createAuthenticator({ verifier, realm: 'orders', ...options })
const proofs = dpop({ origin: 'https://api.example.com', replay: createMemoryStore() })

describe('securitySchemes and security', () => {
  const http = (scheme: string) => expect.objectContaining({ type: 'http', scheme })
  test.each([
    {
      title: 'bearer tokens, the default',
      options: {},
      schemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      security: [{ bearer: ['orders:read'] }],
    },
    {
      title: 'DPoP or bearer tokens',
      options: { credentials: [proofs, bearer()] },
      schemes: { dpop: http('dpop'), bearer: http('bearer') },
      security: [{ dpop: ['orders:read'] }, { bearer: ['orders:read'] }],
    },
    {
      title: 'a cookie',
      options: { credentials: [cookie('__Host-access')] },
      schemes: { 'cookie.__Host-access': { type: 'apiKey', in: 'cookie', name: '__Host-access' } },
      security: [{ 'cookie.__Host-access': ['orders:read'] }],
    },
    {
      title: 'a header of a gateway',
      options: { credentials: [header('Cf-Access-Jwt-Assertion')] },
      schemes: {
        'header.cf-access-jwt-assertion': { type: 'apiKey', in: 'header', name: 'cf-access-jwt-assertion' },
      },
      security: [{ 'header.cf-access-jwt-assertion': ['orders:read'] }],
    },
    {
      title: 'the Authorization header with another scheme',
      options: { credentials: [header('Authorization', { scheme: 'Token' })] },
      schemes: { token: { type: 'http', scheme: 'token' } },
      security: [{ token: ['orders:read'] }],
    },
    {
      title: 'bearer tokens, bound to a certificate or not',
      options: { clientCertificate: fromSocket() },
      schemes: { bearer: http('bearer'), mutualTLS: expect.objectContaining({ type: 'mutualTLS' }) },
      security: [{ bearer: ['orders:read'] }, { bearer: ['orders:read'], mutualTLS: [] }],
    },
  ])('describe $title', ({ options, schemes, security }) => {
    const described = describeSecurity(authenticatorWith(options), { scope: 'orders:read' })
    expect(described.securitySchemes).toEqual(schemes)
    expect(described.security).toEqual(security)
  })

  test('leave out certificates for OpenAPI 3.0, which cannot describe them', () => {
    const authenticator = authenticatorWith({ clientCertificate: fromSocket() })
    const { securitySchemes, security } = describeSecurity(authenticator, {}, { openapi: '3.0' })
    expect([Object.keys(securitySchemes), security]).toEqual([['bearer'], [{ bearer: [] }]])
  })

  test.each([
    { title: 'a valid token', requirement: undefined, security: [{ bearer: [] }] },
    {
      title: 'several scopes',
      requirement: { scope: 'orders:read orders:write' },
      security: [{ bearer: ['orders:read', 'orders:write'] }],
    },
    {
      title: 'one of several scopes',
      requirement: { scope: 'orders:read', anyScope: ['a', 'b'] },
      security: [{ bearer: ['orders:read', 'a'] }, { bearer: ['orders:read', 'b'] }],
    },
    {
      title: 'nothing, optionally',
      requirement: { scope: 'orders:read', optional: true },
      security: [{ bearer: ['orders:read'] }, {}],
    },
  ])('describe the requirement of $title', ({ requirement, security }) => {
    expect(describeSecurity(authenticatorWith(), requirement).security).toEqual(security)
  })

  test('describe several guards of one route', () => {
    const [one, other] = [authenticatorWith(), authenticatorWith({ credentials: [cookie('session')] })]
    const guards = [
      { authenticator: one, requirement: { scope: 'a', optional: true } },
      { authenticator: one, requirement: { scope: 'b' } },
      { authenticator: other, requirement: undefined },
    ]
    expect(describeGuards(guards).security).toEqual([{ bearer: ['a', 'b'], 'cookie.session': [] }])
  })
})

describe('responses', () => {
  test('have the challenges that requests are refused with', () => {
    const { responses } = describeSecurity(authenticatorWith(), { scope: 'orders:read' })
    expect(Object.keys(responses)).toEqual(['400', '401', '403', '503'])
    expect(responses[401].headers['WWW-Authenticate']?.example).toBe(
      'Bearer realm="orders", scope="orders:read"',
    )
    expect(responses[403].headers['WWW-Authenticate']?.example).toContain(
      'error="insufficient_scope", error_description="The access token does not permit this request", scope="orders:read"',
    )
    expect(responses[503].headers).toMatchObject({ 'Retry-After': { example: '5' } })
    expect(responses[403].content['application/json'].example).toEqual({
      error: 'insufficient_scope',
      error_description: 'The access token does not permit this request',
    })
  })

  test('name what security has no place for', () => {
    const requirement = { role: ['admin', 'clerk'], maxAge: 60, where: () => true }
    const { responses } = describeSecurity(authenticatorWith(), requirement)
    const needs =
      'Needs all of the roles admin, clerk; an authentication of the user within the last 60 seconds'
    expect(responses[401].description).toBe(`The access token is missing, invalid or expired. ${needs}`)
    expect(responses[403].description).toBe(`The access token does not permit this request. ${needs}`)
  })

  test('do not explain', () => {
    const { responses } = describeSecurity(authenticatorWith({ explain: true }))
    expect(JSON.stringify(responses)).not.toContain('SB_')
  })
})

test('is a new object each time, which documents can change', () => {
  const authenticator = authenticatorWith()
  describeSecurity(authenticator).security.push({ own: [] })
  expect(describeSecurity(authenticator).security).toEqual([{ bearer: [] }])
})

test.each([
  { title: 'another object', args: [{}], says: /^authenticator: / },
  { title: 'an unknown requirement', args: [authenticatorWith(), { scopes: 'a' }], says: /"scopes"/ },
  { title: 'an unknown version', args: [authenticatorWith(), {}, { openapi: '2.0' }], says: /^openapi: / },
])('refuses $title', ({ args, says }) => {
  // @ts-expect-error plain JavaScript can pass anything
  expect(() => describeSecurity(...args)).toThrow(says)
})
