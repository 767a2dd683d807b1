import { SignJWT } from 'jose'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { createVerifier } from '../jwt/verifier.js'
import { importSecret } from '../keys/secret.js'
import type { AuthOf, RegisteredAuth } from './adapter-options.js'
import { type Authenticator, createAuthenticator } from './authenticator.js'
import { cookie } from './cookie-credentials.js'
import { createGuard, type Guard, getAuth } from './guard.js'
import { nodeAuthRequest } from './node-request.js'
import type { Auth } from './outcome.js'
import type { AuthRequest } from './request.js'

const now = () => new Date('2026-01-01T12:00:00Z')
const secret = 'a secret of 32 bytes, or longer.'
const issuer = 'https://auth.example.com'

const create = () =>
  createAuthenticator({
    verifier: createVerifier({
      // Another verification is another object.
      cache: false,
      issuer,
      audience: 'any',
      typ: 'any',
      signature: { algorithms: ['HS256'], keys: importSecret(secret, { alg: 'HS256', encoding: 'utf8' }) },
      now,
    }),
  })
const authenticator = create()

const token = await new SignJWT({ iss: issuer, exp: now().getTime() / 1000 + 60, scope: 'orders:read' })
  .setProtectedHeader({ alg: 'HS256' })
  .sign(new TextEncoder().encode(secret))

const good = nodeAuthRequest({ method: 'GET', rawHeaders: ['authorization', `Bearer ${token}`] }, true)
const bad = nodeAuthRequest({ method: 'GET', rawHeaders: ['authorization', 'Bearer abc'] }, true)
const anonymous = nodeAuthRequest({ method: 'GET', rawHeaders: [] }, true)

test('lets through and refuses under its requirement', async () => {
  expect(await createGuard(authenticator)(good, {})).toMatchObject({ ok: true, auth: { issuer } })
  expect(await createGuard(authenticator, { scope: 'orders:read' })(good, {})).toMatchObject({ ok: true })
  expect(await createGuard(authenticator, { scope: 'orders:write' })(good, {})).toMatchObject({ status: 403 })
  expect(await createGuard(authenticator)(bad, {})).toMatchObject({ status: 401 })
})

test('returns no promise if nothing has to be awaited', () => {
  expect(createGuard(authenticator)(anonymous, {})).toMatchObject({ status: 401 })
  expect(createGuard(authenticator)(bad, {})).toMatchObject({ status: 401 })
})

describe('guards stacked on one request', () => {
  test('verify the token once, and each check their own requirement', async () => {
    const owner = {}
    const outcomes = [
      await createGuard(authenticator)(good, owner),
      await createGuard(authenticator, { scope: 'orders:read' })(good, owner),
      await createGuard(authenticator, { scope: 'orders:write' })(good, owner),
    ]
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }, { status: 403 }])
    const [first, second] = outcomes.map((outcome) => outcome.ok && outcome.auth)
    expect(first).toBe(second)
  })

  test('verify the token once when they start together', async () => {
    const owner = {}
    const guard = createGuard(authenticator)
    const starts = [guard(good, owner), guard(good, owner)]
    const [first, second] = await Promise.all(starts)
    expect(first).toMatchObject({ ok: true })
    expect(first?.ok && first.auth).toBe(second?.ok && second.auth)
  })

  test('do not accept the result of an optional one before them', async () => {
    const owner = {}
    expect(await createGuard(authenticator, { optional: true })(anonymous, owner)).toEqual({
      ok: true,
      auth: undefined,
      headers: {},
    })
    expect(await createGuard(authenticator)(anonymous, owner)).toMatchObject({ status: 401 })
    expect(await createGuard(authenticator, { optional: true, scope: 'a' })(anonymous, owner)).toMatchObject({
      ok: true,
    })
  })

  test('each check the time: a token can expire while a body is uploaded', async () => {
    let time = now()
    const aging = createAuthenticator({
      verifier: createVerifier({
        issuer,
        audience: 'any',
        typ: 'any',
        signature: { algorithms: ['HS256'], keys: importSecret(secret, { alg: 'HS256', encoding: 'utf8' }) },
        now: () => time,
      }),
    })
    const [before, after] = [createGuard(aging), createGuard(aging, { scope: 'orders:read' })]
    const owner = {}
    expect(await before(good, owner)).toMatchObject({ ok: true })
    time = new Date(now().getTime() + 59_000)
    expect(await after(good, owner)).toMatchObject({ ok: true })
    time = new Date(now().getTime() + 60_000)
    expect(await after(good, owner)).toMatchObject({ status: 401, error: { code: 'SB_TOKEN_EXPIRED' } })
  })

  test('each check the method: middleware can change it', async () => {
    const cookies = createAuthenticator({
      verifier: createVerifier({
        issuer,
        audience: 'any',
        typ: 'any',
        signature: { algorithms: ['HS256'], keys: importSecret(secret, { alg: 'HS256', encoding: 'utf8' }) },
        now,
      }),
      credentials: [cookie('__Host-access')],
    })
    const guard = createGuard(cookies)
    const owner = {}
    const sent = (method: string) =>
      nodeAuthRequest({ method, rawHeaders: ['cookie', `__Host-access=${token}`] }, true)
    expect(await guard(sent('GET'), owner)).toMatchObject({ ok: true })
    expect(await guard(sent('DELETE'), owner)).toMatchObject({ status: 403, error: { code: 'SB_CSRF' } })
    expect(await guard(sent('GET'), owner)).toMatchObject({ ok: true })
  })

  test('verify on their own for another authenticator and another request', async () => {
    const owner = {}
    const outcomes = [
      await createGuard(authenticator)(good, owner),
      await createGuard(create())(good, owner),
      await createGuard(authenticator)(good, {}),
    ]
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.auth.claims)).size).toBe(3)
  })
})

describe('a failure of something other than the request', () => {
  const broken: AuthRequest = {
    ...{ method: 'GET', target: '/', secure: true },
    header: () => {
      throw new RangeError('boom')
    },
  }

  test('has no outcome, and accepts nothing', async () => {
    expect(() => createGuard(authenticator)(broken, {})).toThrow(RangeError)
    expect(() => createGuard(authenticator, { optional: true })(broken, {})).toThrow(RangeError)
    await expect(authenticator.authenticate(broken)).rejects.toThrow(RangeError)
  })
})

describe('getAuth', () => {
  test('returns the sender that was accepted', async () => {
    const owner = {}
    const outcome = await createGuard(authenticator)(good, owner)
    expect(outcome.ok && outcome.auth).toBe(getAuth(owner, authenticator))
  })

  test('returns the sender even after another guard has rejected', async () => {
    const owner = {}
    await createGuard(authenticator)(good, owner)
    const { auth } = Object(await createGuard(authenticator, { scope: 'x' })(good, owner))
    expect(auth).toBeUndefined()
    expect(getAuth(owner, authenticator)).toMatchObject({ issuer })
  })

  test.each([
    { title: 'no guard has run', pass: async () => undefined },
    {
      title: 'the guard has refused',
      pass: async (owner: object) => createGuard(authenticator, { scope: 'x' })(good, owner),
    },
    {
      title: 'nobody was there',
      pass: async (owner: object) => createGuard(authenticator, { optional: true })(anonymous, owner),
    },
    {
      title: 'another authenticator has let through',
      pass: async (owner: object) => createGuard(create())(good, owner),
    },
  ])('throws if $title', async ({ pass }) => {
    const owner = {}
    await pass(owner)
    expect(() => getAuth(owner, authenticator)).toThrow(/^getAuth: no guard/)
    expect(getAuth(owner, authenticator, { optional: true })).toBeUndefined()
  })
})

test.each([
  {
    title: 'an authenticator made by hand',
    make: () => createGuard({ ...authenticator }),
    says: /^authenticator: must come from createAuthenticator$/,
  },
  {
    title: 'a misspelt requirement',
    make: () => createGuard(authenticator, { scopes: 'a' } as object),
    says: /^requirement: has no option "scopes"/,
  },
  {
    title: 'an empty list',
    make: () => createGuard(authenticator, { anyRole: [] }),
    says: /^requirement\.anyRole: /,
  },
])('refuses at construction: $title', ({ make, says }) => {
  expect(make).toThrow(TypeError)
  expect(make).toThrow(says)
})

test('carries types', () => {
  expectTypeOf(createGuard(authenticator)).toEqualTypeOf<Guard<Auth>>()
  expectTypeOf(createGuard(authenticator, { scope: 'a' })).toEqualTypeOf<Guard<Auth>>()
  expectTypeOf(createGuard(authenticator, { optional: true })).toEqualTypeOf<Guard<Auth | undefined>>()
  expectTypeOf<AuthOf<typeof authenticator>>().toEqualTypeOf<Auth>()
  expectTypeOf<AuthOf<typeof authenticator, true>>().toEqualTypeOf<Auth | undefined>()
  expectTypeOf<RegisteredAuth<{ authenticator: Authenticator<{ a: 1 }> }>>().toEqualTypeOf<Auth<{ a: 1 }>>()
  // biome-ignore lint/complexity/noBannedTypes: an interface that nobody has augmented
  expectTypeOf<RegisteredAuth<{}>>().toEqualTypeOf<Auth>()
})
