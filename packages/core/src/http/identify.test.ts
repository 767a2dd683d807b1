import { describe, expect, test } from 'vitest'
import { audience, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { defineVerifier } from '../jwt/define-verifier.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { createAuthenticator } from './authenticator.js'
import { cookie } from './cookie-credentials.js'
import { bearer } from './credentials.js'
import { createGuard, getAuth } from './guard.js'
import type { Renewed } from './renewal.js'
import type { AuthRequest } from './request.js'

const keys = await testKey('HS256')
const parties = { issuer, audience, typ: 'at+jwt' }
const issue = async (sub: string, at = nowSeconds) =>
  (
    await createIssuer({
      ...parties,
      lifetime: '5m',
      signature: { algorithm: 'HS256', keys },
      now: () => new Date(at * 1000),
    }).issue({ sub })
  ).token
const expired = await issue('old', nowSeconds - 600)
const fresh = await issue('fresh')
const setCookie = { 'Set-Cookie': ['a=b', 'c=d'] }

function setUp(renewed: () => Promise<Renewed> | Renewed = () => ({ token: fresh, headers: setCookie })) {
  const uses: unknown[] = []
  let renewals = 0
  const authenticator = createAuthenticator({
    verifier: createVerifier({
      ...parties,
      signature: { algorithms: ['HS256'], keys },
      now,
      revocations: {
        isRevoked: (_, use) => {
          uses.push(use)
          return false
        },
      },
    }),
    credentials: [bearer(), cookie('access')],
    renewal: {
      isPossible: (request) => request.header('cookie').some((text) => text.includes('refresh=')),
      renew: async () => {
        renewals++
        return renewed()
      },
    },
  })
  return { authenticator, uses, renewals: () => renewals }
}

const requestWith = (headers: Record<string, string>, method = 'GET'): AuthRequest => ({
  method,
  target: '/',
  secure: true,
  header: (name) => (headers[name] === undefined ? [] : [headers[name]]),
})

describe('a request is renewed', () => {
  test.each([
    { title: 'whose cookie has expired', headers: { cookie: `access=${expired}; refresh=r` } },
    { title: 'whose cookie is gone', headers: { cookie: 'refresh=r' } },
  ])('$title', async ({ headers }) => {
    const { authenticator, uses } = setUp()
    const outcome = await authenticator.authenticate(requestWith(headers))
    expect(outcome).toMatchObject({ ok: true, auth: { claims: { sub: 'fresh' } }, headers: setCookie })
    expect(uses).toEqual(['own'])
  })

  test('and its answer has the cookies when it is refused', async () => {
    const { authenticator } = setUp()
    const request = requestWith({ cookie: 'refresh=r' })
    const outcome = await authenticator.authenticate(request, { scope: 'orders:write' })
    expect(outcome).toMatchObject({ status: 403, headers: setCookie, error: { headers: setCookie } })
  })

  test('once for all its guards', async () => {
    const { authenticator, renewals, uses } = setUp()
    const request = requestWith({ cookie: `access=${expired}; refresh=r` })
    const owner = {}
    const first = await createGuard(authenticator)(request, owner)
    const second = await createGuard(authenticator, { where: () => true })(request, owner)
    expect(first).toMatchObject({ ok: true, headers: setCookie })
    expect(second).toEqual({ ok: true, auth: expect.anything(), headers: {} })
    expect(getAuth(owner, authenticator).claims).toMatchObject({ sub: 'fresh' })
    expect([renewals(), uses]).toEqual([1, ['own', 'own']])
  })
})

describe('a guard behind the one that renewed checks the method, which middleware can override', () => {
  const methods = ['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'TRACE', 'get']
  const cases = [`access=${expired}; refresh=r`, 'refresh=r'].flatMap((text) =>
    methods.map((method) => ({ text, method })),
  )
  test.each(cases)('$method with $text', async ({ text, method }) => {
    const { authenticator } = setUp()
    const guard = createGuard(authenticator)
    const sentFrom = (site: string, sent: string) =>
      requestWith({ cookie: text, 'sec-fetch-site': site }, sent)
    for (const optional of [false, true]) {
      const [owner, twin] = [{}, {}]
      const later = optional ? createGuard(authenticator, { optional }) : guard
      expect(await guard(sentFrom('cross-site', 'GET'), owner)).toMatchObject({ ok: true })
      expect(await later(sentFrom('cross-site', method), owner)).toMatchObject({ error: { code: 'SB_CSRF' } })
      expect(await guard(sentFrom('same-origin', 'GET'), twin)).toMatchObject({ ok: true })
      expect(await later(sentFrom('same-origin', method), twin)).toMatchObject({ ok: true })
    }
  })
})

describe('a request is not renewed', () => {
  test.each<{ title: string; headers: Record<string, string>; code?: string }>([
    { title: 'with a fresh cookie', headers: { cookie: `access=${fresh}; refresh=r` } },
    {
      title: 'with an expired token in a header',
      headers: { authorization: `Bearer ${expired}`, cookie: 'refresh=r' },
      code: 'SB_TOKEN_EXPIRED',
    },
    {
      title: 'with a cookie that is wrong',
      headers: { cookie: `access=${fresh.slice(0, -4)}AAAA; refresh=r` },
      code: 'SB_INTEGRITY_FAILED',
    },
    { title: 'with nothing to renew', headers: { cookie: `access=${expired}` }, code: 'SB_TOKEN_EXPIRED' },
    { title: 'without any cookie', headers: {}, code: 'SB_CREDENTIALS_MISSING' },
  ])('$title', async ({ headers, code }) => {
    const { authenticator, renewals } = setUp()
    const outcome = await authenticator.authenticate(requestWith(headers))
    expect(outcome.ok ? undefined : outcome.error.code).toBe(code)
    expect(renewals()).toBe(0)
    expect(outcome.headers).not.toHaveProperty('Set-Cookie')
  })

  test.each([expired, undefined])('from another site, with %s', async (token) => {
    const { authenticator, renewals } = setUp()
    const text = token === undefined ? 'refresh=r' : `access=${token}; refresh=r`
    const headers = { cookie: text, 'sec-fetch-site': 'cross-site' }
    expect(await authenticator.authenticate(requestWith(headers, 'POST'))).toMatchObject({
      error: { code: 'SB_CSRF' },
    })
    expect(renewals()).toBe(0)
  })
})

describe('a renewal', () => {
  test('that returns no token leaves the request without credentials', async () => {
    const { authenticator, renewals } = setUp(() => ({ token: undefined, headers: setCookie }))
    const request = requestWith({ cookie: `access=${expired}; refresh=r` })
    expect(await authenticator.authenticate(request)).toMatchObject({
      status: 401,
      headers: setCookie,
      error: { code: 'SB_CREDENTIALS_MISSING' },
    })
    const owner = {}
    const optional = createGuard(authenticator, { optional: true })
    expect(await optional(request, owner)).toMatchObject({ ok: true, auth: undefined, headers: setCookie })
    expect(await optional(request, owner)).toMatchObject({ ok: true, auth: undefined })
    expect(renewals()).toBe(2)
  })

  test('that fails in another way is a defect', async () => {
    const { authenticator } = setUp(() => Promise.reject(new Error('broken')))
    await expect(authenticator.authenticate(requestWith({ cookie: 'refresh=r' }))).rejects.toThrow('broken')
  })

  test.each([null, {}, { renew: () => {} }])('is invalid: %o', (renewal) => {
    const verifier = createVerifier({ ...parties, signature: { algorithms: ['HS256'], keys } })
    // @ts-expect-error: on purpose
    expect(() => createAuthenticator({ verifier, renewal })).toThrow(/^renewal: must be the renewal of/)
  })
})

test('passes any token to the only verifier, and to none of several without its form', async () => {
  const signed = defineVerifier({
    form: 'signed',
    issuers: issuer,
    verify: () => ({ claims: { sub: 'anyone' } }),
  })
  const encrypted = defineVerifier({ form: 'encrypted', verify: () => ({ claims: { sub: 'anyone' } }) })
  const alone = await createAuthenticator({ verifier: signed }).authenticateToken('anything')
  expect(alone).toMatchObject({ ok: true })
  const among = await createAuthenticator({ verifier: [signed, encrypted] }).authenticateToken('anything')
  expect(among).toMatchObject({ ok: false, error: { code: 'SB_TOKEN_MALFORMED' } })
})
