import {
  authenticateRequest,
  createAuthenticator,
  createVerifier,
  discoverIssuer,
  type TokenForm,
} from '@sealbearer/core'
import { afterEach, describe, expect, test } from 'vitest'
import { expectRefused } from '../expect-refused.js'
import type { HostileName } from './hostile-tokens.js'
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from './test-issuer.js'

const forms: readonly TokenForm[] = ['signed', 'encrypted', 'nested']

const open: TestIssuer[] = []
async function testIssuer(options?: TestIssuerOptions): Promise<TestIssuer> {
  const issuer = await createTestIssuer(options)
  open.push(issuer)
  return issuer
}
afterEach(async () => {
  for (const issuer of open.splice(0)) await issuer.close()
})

const guardOf = ({ verifierOptions }: TestIssuer) => {
  const authenticator = createAuthenticator({ verifier: createVerifier(verifierOptions) })
  return async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return authenticateRequest(authenticator, new Request('https://api.test/', { headers }))
  }
}

const minted = await Promise.all(forms.map(async (form) => [form, await createTestIssuer({ form })] as const))

describe.each(minted)('%s tokens', (_, issuer) => {
  const guard = guardOf(issuer)

  test('a good one is accepted, with claims of the test', async () => {
    const outcome = await guard(await issuer.mint({ scope: 'orders:read', jti: undefined }))
    expect(outcome).toMatchObject({ ok: true, auth: { claims: { sub: 'test-user', scope: 'orders:read' } } })
    expect(outcome.ok && 'jti' in outcome.auth.claims).toBe(false)
  })

  test('an expired one is refused', async () => {
    expect(await guard(await issuer.mint.expired())).toMatchObject({
      ok: false,
      error: { code: 'SB_TOKEN_EXPIRED' },
    })
  })

  test.each(issuer.hostileNames)('%s is refused with its code', async (name) => {
    const outcome = await guard(await issuer.mint.hostile(name))
    expect(outcome).toMatchObject({ ok: false, error: { code: issuer.codeOf(name) } })
    if (!outcome.ok) expectRefused(outcome, issuer.codeOf(name))
  })
})

test('names the hostile tokens that a form has', async () => {
  const issuer = await testIssuer({ form: 'encrypted' })
  expect(issuer.hostileNames).not.toContain('alg-none')
  await expect(issuer.mint.hostile('alg-none')).rejects.toThrow(/^hostile: encrypted tokens have .*expired/)
  // @ts-expect-error for JavaScript
  const unknown: HostileName = 'constructor'
  await expect(issuer.mint.hostile(unknown)).rejects.toThrow(TypeError)
})

test.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)('signs with %s', async (algorithm) => {
  const issuer = await testIssuer({ algorithm })
  expect(await guardOf(issuer)(await issuer.mint())).toMatchObject({ ok: true })
})

test.each<[string, object]>([
  ['algorithm', { algorithm: 'HS256' }],
  ['form', { form: 'sealed' }],
  ['createTestIssuer', { audiences: [] }],
])('refuses another %s', async (option, options) => {
  await expect(createTestIssuer(options)).rejects.toThrow(new RegExp(`^${option}: `))
})

test('shares its clock', async () => {
  const issuer = await testIssuer()
  const guard = guardOf(issuer)
  const token = await issuer.mint()
  expect(await guard(token)).toMatchObject({ ok: true })
  issuer.clock.advance('5m')
  expect(await guard(token)).toMatchObject({ ok: false })
  expect(await guard(await issuer.mint())).toMatchObject({ ok: true })
  issuer.clock.set(new Date(0))
  expect(await guard(await issuer.mint())).toMatchObject({ ok: true })
})

test('rotates: tokens of the last key stay valid, those of the one before do not', async () => {
  const issuer = await testIssuer()
  const guard = guardOf(issuer)
  const first = await issuer.mint()
  issuer.rotate()
  expect(await guard(await issuer.mint())).toMatchObject({ ok: true })
  expect(await guard(first)).toMatchObject({ ok: true })
  issuer.rotate()
  expect(await guard(await issuer.mint())).toMatchObject({ ok: true })
  expect(await guard(first)).toMatchObject({ ok: false, error: { code: 'SB_KEY_NOT_FOUND' } })
})

test('an outage before the first load is 503, and ends', async () => {
  const issuer = await testIssuer()
  const guard = guardOf(issuer)
  issuer.outage(true)
  const refused = await guard(await issuer.mint())
  expect(refused).toMatchObject({ ok: false, status: 503, error: { code: 'SB_KEYS_UNAVAILABLE' } })
  issuer.outage(false)
  issuer.clock.advance('1m')
  expect(await guard(await issuer.mint())).toMatchObject({ ok: true })
})

test('listens, and is discovered', async () => {
  const issuer = await testIssuer()
  const url = await issuer.listen()
  expect(issuer.issuer).toBe(url)
  const found = discoverIssuer(url)
  const { audience, typ, now } = { audience: 'https://api.test', typ: 'at+jwt', now: issuer.clock.now }
  const verifier = createVerifier({
    issuer: found.issuer,
    audience,
    typ,
    now,
    signature: { algorithms: ['ES256'], keys: found.keys },
  })
  await expect(verifier.verify(await issuer.mint())).resolves.toMatchObject({ claims: { iss: url } })
  expect(await guardOf(issuer)(await issuer.mint())).toMatchObject({ ok: true })
  issuer.outage(true)
  expect((await fetch(`${url}/jwks`)).status).toBe(503)
  await expect(issuer.listen()).rejects.toThrow(/^listen: /)
})

test('keeps the issuer that it was given when it listens', async () => {
  const issuer = await testIssuer({ issuer: 'https://auth.example' })
  await issuer.listen()
  expect(issuer.issuer).toBe('https://auth.example')
})
