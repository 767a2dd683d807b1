import { EncryptJWT, SignJWT } from 'jose'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import type { HeaderFields } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import type { Verifier } from '../jwt/define-verifier.js'
import { createVerifier } from '../jwt/verifier.js'
import { importSecret } from '../keys/secret.js'
import { type Authenticator, createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { cookie } from './cookie-credentials.js'
import { bearer } from './credentials.js'
import { type NodeRequest, nodeAuthRequest } from './node-request.js'
import type { Auth } from './outcome.js'

const now = () => new Date('2026-01-01T12:00:00Z')
const seconds = now().getTime() / 1000
const secret = 'a secret of 32 bytes, or longer.'
const issuer = 'https://auth.example.com'
const audience = 'https://api.example.com'
const parties = { issuer, audience, typ: 'at+jwt', now }

const verifier = createVerifier({
  ...parties,
  signature: { algorithms: ['HS256'], keys: importSecret(secret, { alg: 'HS256', encoding: 'utf8' }) },
})

const sign = (claims: object = {}, key = secret) =>
  new SignJWT({ iss: issuer, aud: audience, exp: seconds + 60, sub: 'user_1', ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(new TextEncoder().encode(key))

const request = (
  headers: Readonly<Record<string, string>> = {},
  parts: Partial<NodeRequest> = {},
  secure = true,
) =>
  nodeAuthRequest({ method: 'GET', url: '/', rawHeaders: Object.entries(headers).flat(), ...parts }, secure)

const withBearer = async (claims?: object, key?: string) =>
  request({ authorization: `Bearer ${await sign(claims, key)}` })

test('grants a request with a good token', async () => {
  const outcome = await createAuthenticator({ verifier }).authenticate(
    await withBearer({ scope: 'a b', role: 'clerk' }),
  )
  expect(outcome).toEqual({
    ok: true,
    headers: {},
    auth: {
      claims: expect.objectContaining({ sub: 'user_1' }),
      scopes: new Set(['a', 'b']),
      roles: new Set(['clerk']),
      form: 'signed',
      protectedHeader: { alg: 'HS256', typ: 'at+jwt' },
      issuer,
    },
  })
})

test.each([
  { title: 'no credentials', headers: {}, status: 401, code: 'SB_CREDENTIALS_MISSING' },
  {
    title: 'credentials of another scheme',
    headers: { authorization: 'Basic eA==' },
    status: 401,
    code: 'SB_CREDENTIALS_MISSING',
  },
  {
    title: 'malformed credentials',
    headers: { authorization: 'Bearer' },
    status: 400,
    code: 'SB_CREDENTIALS_MALFORMED',
  },
  {
    title: 'a token and more',
    headers: { authorization: 'Bearer abc def' },
    status: 400,
    code: 'SB_CREDENTIALS_MALFORMED',
  },
  {
    title: 'an invalid token',
    headers: { authorization: 'Bearer abc' },
    status: 401,
    code: 'SB_TOKEN_MALFORMED',
  },
])('refuses $title', async ({ headers, status, code }) => {
  const outcome = await createAuthenticator({ verifier, realm: 'orders' }).authenticate(request(headers))
  expect(outcome).toMatchObject({ ok: false, status, error: { code } })
})

test.each([
  { title: 'an expired token', claims: { exp: seconds }, code: 'SB_TOKEN_EXPIRED' },
  {
    title: 'an attacker’s signature',
    claims: {},
    key: 'another secret of 32 bytes, too.',
    code: 'SB_INTEGRITY_FAILED',
  },
  {
    title: 'a token for another API',
    claims: { aud: 'https://other.example' },
    code: 'SB_AUDIENCE_MISMATCH',
  },
])('answers $title like any other bad token', async ({ claims, key, code }) => {
  const authenticator = createAuthenticator({ verifier, realm: 'orders' })
  const outcome = await authenticator.authenticate(await withBearer(claims, key))
  const any = await authenticator.authenticate(request({ authorization: 'Bearer abc' }))
  expect(outcome).toMatchObject({ ok: false, status: 401, error: { code } })
  expect({ ...outcome, error: undefined }).toEqual({ ...any, error: undefined })
})

describe('requirements', () => {
  test('that are invalid throw before anything is read', async () => {
    let asked = 0
    const key = importSecret(secret, { alg: 'HS256', encoding: 'utf8' })
    const keys = {
      generation: 0,
      async select() {
        asked++
        return [key]
      },
    }
    const { authenticate } = createAuthenticator({
      verifier: createVerifier({ ...parties, signature: { algorithms: ['HS256'], keys } }),
    })
    await expect(authenticate(await withBearer(), untyped({ scpoe: 'a' }))).rejects.toThrow(
      /^requirement: has no option "scpoe"/,
    )
    expect(asked).toBe(0)
    await expect(authenticate(await withBearer())).resolves.toMatchObject({ ok: true })
    expect(asked).toBe(1)
  })

  const authenticator = createAuthenticator({ verifier, realm: 'orders' })

  test('are checked after the token', async () => {
    const allowed = await withBearer({ scope: 'orders:read' })
    expect(await authenticator.authenticate(allowed, { scope: 'orders:read' })).toMatchObject({ ok: true })
    const refused = await authenticator.authenticate(allowed, { scope: 'orders:write' })
    expect(refused).toMatchObject({
      status: 403,
      body: { error: 'insufficient_scope' },
      headers: {
        'WWW-Authenticate': expect.stringMatching(
          /^Bearer realm="orders", error="insufficient_scope", .*scope="orders:write"$/,
        ),
      },
    })
  })

  test('name no scope where a role lacks', async () => {
    const refused = await authenticator.authenticate(await withBearer({ scope: 'a' }), {
      scope: 'a',
      role: 'admin',
    })
    expect(refused).toMatchObject({ status: 403, error: { code: 'SB_ROLE_INSUFFICIENT' } })
    expect(refused).not.toMatchObject({ headers: { 'WWW-Authenticate': expect.stringContaining('scope=') } })
  })

  test('that are optional let a request without credentials through, and no other', async () => {
    const optional = { optional: true, scope: 'a' } as const
    expect(await authenticator.authenticate(request(), optional)).toEqual({
      ok: true,
      auth: undefined,
      headers: {},
    })
    expect(await authenticator.authenticate(await withBearer({ scope: 'a' }), optional)).toMatchObject({
      ok: true,
      auth: { issuer },
    })
    expect(await authenticator.authenticate(await withBearer(), optional)).toMatchObject({ status: 403 })
    expect(await authenticator.authenticate(request({ authorization: 'Bearer' }), optional)).toMatchObject({
      status: 400,
    })
    expect(await authenticator.authenticate(request({}, {}, false), optional)).toMatchObject({ status: 400 })
  })

  test('that are invalid reject', async () => {
    // What a caller without types could write.
    await expect(authenticator.authenticate(request(), { scopes: 'a' } as object)).rejects.toThrow(TypeError)
  })
})

describe('plain HTTP', () => {
  const plain = (headers: Readonly<Record<string, string>>, remoteAddress: string) =>
    request(headers, { socket: { remoteAddress } }, false)

  test.each([
    { title: 'with a good token', headers: async () => ({ authorization: `Bearer ${await sign()}` }) },
    { title: 'with credentials that are malformed', headers: async () => ({ authorization: 'Bearer' }) },
    { title: 'without credentials', headers: async () => ({}) },
  ])('is refused before anything else: $title', async ({ headers }) => {
    const outcome = await createAuthenticator({ verifier }).authenticate(
      plain(await headers(), '203.0.113.7'),
    )
    expect(outcome).toMatchObject({ status: 400, error: { code: 'SB_HTTPS_REQUIRED' } })
  })

  test('is let through from loopback, and where it is allowed', async () => {
    const headers = { authorization: `Bearer ${await sign()}` }
    const strict = createAuthenticator({ verifier })
    const lenient = createAuthenticator({ verifier, requireHttps: false })
    expect(await strict.authenticate(plain(headers, '127.0.0.1'))).toMatchObject({ ok: true })
    expect(await strict.authenticate(plain({ ...headers, via: '1.1 proxy' }, '127.0.0.1'))).toMatchObject({
      ok: false,
    })
    expect(await lenient.authenticate(plain(headers, '203.0.113.7'))).toMatchObject({ ok: true })
  })
})

describe('cookies', () => {
  const authenticator = createAuthenticator({
    verifier,
    credentials: [bearer(), cookie('__Host-access')],
    csrf: { origins: ['https://app.example.com'] },
  })
  const withCookie = async (headers: Readonly<Record<string, string>>, method: string) =>
    request({ cookie: `__Host-access=${await sign()}`, ...headers }, { method })

  test.each([
    { title: 'a safe method', method: 'GET', headers: {} },
    { title: 'a listed origin', method: 'POST', headers: { origin: 'https://app.example.com' } },
  ])('authenticate with $title', async ({ method, headers }) => {
    expect(await authenticator.authenticate(await withCookie(headers, method))).toMatchObject({ ok: true })
  })

  test('need proof of the page on an unsafe method, where a header does not', async () => {
    const post = { method: 'POST' }
    expect(await authenticator.authenticate(await withCookie({}, 'POST'))).toMatchObject({
      status: 403,
      error: { code: 'SB_CSRF' },
    })
    const header = request({ authorization: `Bearer ${await sign()}` }, post)
    expect(await authenticator.authenticate(header)).toMatchObject({ ok: true })
    expect(await authenticator.authenticate(request({}, post))).toMatchObject({ status: 401 })
  })

  test('are refused beside a header', async () => {
    const both = await withCookie({ authorization: `Bearer ${await sign()}` }, 'GET')
    expect(await authenticator.authenticate(both)).toMatchObject({
      status: 400,
      error: { code: 'SB_CREDENTIALS_REPEATED' },
    })
  })
})

describe('several verifiers', () => {
  const wrappingSecret = 'another secret that has 32 bytes'
  const sealed = createVerifier({
    ...parties,
    encryption: {
      keyManagement: ['A256KW'],
      contentEncryption: ['A256GCM'],
      keys: importSecret(wrappingSecret, { alg: 'A256KW', encoding: 'utf8' }),
    },
  })
  const authenticator = createAuthenticator({ verifier: [verifier, sealed] })

  test('each accept their own form', async () => {
    const letter = await new EncryptJWT({ iss: issuer, aud: audience, exp: seconds + 60 })
      .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', typ: 'at+jwt' })
      .encrypt(new TextEncoder().encode(wrappingSecret))
    const outcome = await authenticator.authenticate(request({ authorization: `Bearer ${letter}` }))
    expect(outcome).toMatchObject({ ok: true, auth: { form: 'encrypted' } })
    expect(await authenticator.authenticate(await withBearer())).toMatchObject({
      ok: true,
      auth: { form: 'signed' },
    })
  })

  test('share an algorithm only if every key has a kid', async () => {
    const opener = (kid: string | undefined) => {
      const keys = importSecret(wrappingSecret, {
        alg: 'A256KW',
        encoding: 'utf8',
        ...(kid !== undefined && { kid }),
      })
      const encryption = { keyManagement: ['A256KW'], contentEncryption: ['A256GCM'], keys } as const
      return createVerifier({ ...parties, issuer: `https://${kid}.example.com`, encryption })
    }
    const two = createAuthenticator({ verifier: [opener('one'), opener('two')] })
    const letter = await new EncryptJWT({ iss: 'https://two.example.com', aud: audience, exp: seconds + 60 })
      .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', typ: 'at+jwt', kid: 'two' })
      .encrypt(new TextEncoder().encode(wrappingSecret))
    expect(await two.authenticate(request({ authorization: `Bearer ${letter}` }))).toMatchObject({ ok: true })
    expect(() => createAuthenticator({ verifier: [opener('one'), opener('one')] })).toThrow(
      /same encrypted token/,
    )
    expect(() => createAuthenticator({ verifier: [opener('one'), opener(undefined)] })).toThrow(
      /same encrypted token/,
    )
  })

  test('do not accept a token of another form', async () => {
    const strange = await authenticator.authenticate(await withBearer({ iss: 'https://evil.example' }))
    expect(strange).toMatchObject({ status: 401, error: { code: 'SB_ISSUER_MISMATCH' } })
  })
})

test('reads scopes and roles as the options say', async () => {
  const authenticator = createAuthenticator({
    verifier,
    scopes: () => ['from:option'],
    roles: (claims) => (claims.sub === 'user_1' ? ['one'] : []),
  })
  const both = { scope: 'from:option', role: 'one' }
  expect(await authenticator.authenticate(await withBearer({ scope: 'x' }), both)).toMatchObject({ ok: true })
  expect(await authenticator.authenticate(await withBearer({ sub: 'user_2' }), both)).toMatchObject({
    status: 403,
  })
})

test.each([
  { title: 'no verifier', options: {}, says: /verifier: must come from createVerifier/ },
  {
    title: 'a verifier made by hand',
    options: { verifier: { verify: () => {} } },
    says: /verifier: must come from/,
  },
  { title: 'an empty list of verifiers', options: { verifier: [] }, says: /verifier: the list is empty/ },
  {
    title: 'the same verifier twice',
    options: { verifier: [verifier, verifier] },
    says: /same signed token/,
  },
  {
    title: 'a misspelt option',
    options: { verifier, requireHTTPS: false },
    says: /^createAuthenticator: has no option "requireHTTPS"/,
  },
  { title: 'requireHttps as text', options: { verifier, requireHttps: 'false' }, says: /^requireHttps: / },
  { title: 'no credentials', options: { verifier, credentials: [] }, says: /^credentials: / },
  {
    title: 'one source of credentials without a list',
    options: { verifier, credentials: bearer() },
    says: /^credentials: /,
  },
  { title: 'a realm with a line break', options: { verifier, realm: 'a\nb' }, says: /^realm: / },
  {
    title: 'an origin with a path',
    options: { verifier, csrf: { origins: ['https://a.example/'] } },
    says: /^csrf\.origins: /,
  },
  { title: 'scopes as a list', options: { verifier, scopes: ['a'] }, says: /^scopes: / },
  { title: 'roles as text', options: { verifier, roles: 'role' }, says: /^roles: / },
])('refuses at construction: $title', ({ options, says }) => {
  // What a caller without types could write.
  const create = () => createAuthenticator(options as unknown as AuthenticatorOptions)
  expect(create).toThrow(TypeError)
  expect(create).toThrow(says)
})

test('carries the claims type and the requirement in types', () => {
  type Tenant = { readonly tenant: string }
  const authenticate = createAuthenticator({ verifier }).authenticate
  const req = request()
  type AuthIn<Result> = Extract<Awaited<Result>, { ok: true }> extends { auth: infer A } ? A : never

  expectTypeOf(() => authenticate(req))
    .returns.resolves.extract<{ ok: true }>()
    .toEqualTypeOf<{
      readonly ok: true
      readonly auth: Auth<VerifiedClaims>
      readonly headers: HeaderFields
    }>()
  const strict = () => authenticate(req, { scope: 'a' })
  const strictList = () => authenticate(req, { scope: ['a'], where: (auth) => auth.claims.iss === '' })
  const optionalWhere = () => authenticate(req, { optional: true, where: ({ claims }) => claims.iss === '' })
  const notOptional = () => authenticate(req, { optional: false })
  const optional = () => authenticate(req, { optional: true })
  const perhaps = (flag: boolean) => authenticate(req, { optional: flag })
  const wide = (requirement: { scope: string; optional?: boolean }) => authenticate(req, requirement)
  expectTypeOf<AuthIn<ReturnType<typeof strict>>>().toEqualTypeOf<Auth>()
  expectTypeOf<AuthIn<ReturnType<typeof strictList>>>().toEqualTypeOf<Auth>()
  expectTypeOf<AuthIn<ReturnType<typeof optionalWhere>>>().toEqualTypeOf<Auth | undefined>()
  expectTypeOf<AuthIn<ReturnType<typeof notOptional>>>().toEqualTypeOf<Auth>()
  expectTypeOf<AuthIn<ReturnType<typeof optional>>>().toEqualTypeOf<Auth | undefined>()
  expectTypeOf<AuthIn<ReturnType<typeof perhaps>>>().toEqualTypeOf<Auth | undefined>()
  expectTypeOf<AuthIn<ReturnType<typeof wide>>>().toEqualTypeOf<Auth | undefined>()

  const several = (one: Verifier<Tenant>, two: Verifier<VerifiedClaims>) =>
    createAuthenticator({ verifier: [one, two] })
  const oneOf = (one: Verifier<Tenant>) => createAuthenticator({ verifier: one })
  expectTypeOf(several).returns.toEqualTypeOf<Authenticator<Tenant | VerifiedClaims>>()
  expectTypeOf(oneOf).returns.toEqualTypeOf<Authenticator<Tenant>>()
  expectTypeOf(createAuthenticator({ verifier })).toEqualTypeOf<Authenticator>()
  expectTypeOf<Authenticator<Tenant>>().toExtend<Authenticator<unknown>>()

  // @ts-expect-error A misspelt member is an error of type, too.
  expectTypeOf(() => authenticate(req, { scopes: 'a' })).toBeFunction()
})

test('grants implied scopes', async () => {
  const authenticator = createAuthenticator({ verifier, scopeImplies: { write: ['read'], read: ['list'] } })
  const outcome = await authenticator.authenticate(await withBearer({ scope: 'write' }), { scope: 'list' })
  expect(outcome).toMatchObject({ ok: true, auth: { scopes: new Set(['write', 'read', 'list']) } })
  expect(
    await authenticator.authenticate(await withBearer({ scope: 'list' }), { scope: 'read' }),
  ).toMatchObject({
    ok: false,
  })
})
