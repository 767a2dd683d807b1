import { describe, expect, test } from 'vitest'
import { createGuard } from '#core/http/guard.js'
import { createAuthenticator, createVerifier, importKey } from '#core/index.js'
import { handSign } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, issuer, now } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'

const secret = bytes(32)
const signature = { algorithms: ['HS256'], keys: await importKey(secret, { alg: 'HS256' }) } as const
const policy = { issuer, audience, typ: 'at+jwt', signature, now } as const
const header = { alg: 'HS256', typ: 'at+jwt' }

/** Does something while `Object.prototype` has a member, as after an attack on another library. */
async function polluted<T>(name: string, value: unknown, act: () => Promise<T>): Promise<T> {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
  try {
    return await act()
  } finally {
    Reflect.deleteProperty(Object.prototype, name)
  }
}

const without = (claims: object, name: string): object =>
  Object.fromEntries(Object.entries(claims).filter(([member]) => member !== name))

const requestWith = (token: string | undefined) => ({
  method: 'GET',
  target: '/',
  secure: true,
  header: (name: string) =>
    name === 'authorization' && token !== undefined ? [`Bearer ${token}`] : ([] as const),
})

describe('what a token lacks is not found on Object.prototype', () => {
  test.each([
    { name: 'exp', value: 9_999_999_999 },
    { name: 'iss', value: issuer },
    { name: 'aud', value: audience },
  ])('the claim $name', async ({ name, value }) => {
    const token = handSign(header, without(goodClaims, name), secret)
    const verifier = createVerifier(policy)
    await expect(polluted(name, value, () => verifier.verify(token))).rejects.toMatchObject({
      code: 'SB_CLAIMS_INVALID',
    })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_CLAIM_MISSING' })
    await expect(verifier.verify(handSign(header, goodClaims, secret))).resolves.toBeDefined()
  })

  test('the claim iat, where maxTokenAge needs it', async () => {
    const verifier = createVerifier({ ...policy, maxTokenAge: '1h' })
    const token = handSign(header, without(goodClaims, 'iat'), secret)
    await expect(polluted('iat', now().getTime() / 1000, () => verifier.verify(token))).rejects.toMatchObject(
      { code: 'SB_CLAIMS_INVALID' },
    )
    const twin = handSign(header, { ...goodClaims, iat: now().getTime() / 1000 }, secret)
    await expect(verifier.verify(twin)).resolves.toBeDefined()
  })

  const seconds = now().getTime() / 1000
  test.each<{
    name: string
    value: unknown
    requirement: object
    lacking: object
    twin: object
    code: string
  }>([
    {
      ...{ name: 'acr', value: 'mfa', requirement: { acr: 'mfa' } },
      ...{ lacking: {}, twin: { acr: 'mfa' }, code: 'SB_AUTHENTICATION_INSUFFICIENT' },
    },
    {
      ...{ name: 'auth_time', value: seconds, requirement: { maxAge: '1h' } },
      ...{ lacking: {}, twin: { auth_time: seconds }, code: 'SB_AUTHENTICATION_INSUFFICIENT' },
    },
    {
      ...{ name: 'sub', value: 'agent', requirement: { actor: 'agent' } },
      ...{ lacking: { act: {} }, twin: { act: { sub: 'agent' } }, code: 'SB_CLAIMS_INVALID' },
    },
  ])('what a requirement asks of $name', async ({ name, value, requirement, lacking, twin, code }) => {
    // Checked before the attack, as at the start of a server.
    const guard = createGuard(createAuthenticator({ verifier: createVerifier(policy) }), requirement)
    const ask = async (claims: object) =>
      guard(requestWith(handSign(header, { ...goodClaims, ...claims }, secret)), {})
    expect(await polluted(name, value, () => ask(lacking))).toMatchObject({ ok: false, error: { code } })
    expect(await ask(lacking)).toMatchObject({ ok: false, error: { code } })
    expect(await ask(twin)).toMatchObject({ ok: true })
  })

  test.each([
    { name: 'typ', value: 'at+jwt', lacking: { alg: 'HS256' }, code: 'SB_TYP_MISMATCH' },
    { name: 'alg', value: 'HS256', lacking: { typ: 'at+jwt' }, code: 'SB_HEADER_INVALID' },
  ])('the header parameter $name', async ({ name, value, lacking, code }) => {
    const token = handSign(lacking, goodClaims, secret)
    const verifier = createVerifier(policy)
    await expect(polluted(name, value, () => verifier.verify(token))).rejects.toMatchObject({
      code: 'SB_HEADER_INVALID',
      parameter: name,
    })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code })
    await expect(verifier.verify(handSign(header, goodClaims, secret))).resolves.toBeDefined()
  })

  test.each([
    { name: 'scope', requirement: { scope: 'admin' } },
    { name: 'scp', requirement: { scope: 'admin' } },
    { name: 'role', requirement: { role: 'admin' } },
    { name: 'roles', requirement: { role: 'admin' } },
  ])('a permission in $name', async ({ name, requirement }) => {
    const authenticator = createAuthenticator({ verifier: createVerifier(policy) })
    const guard = createGuard(authenticator, requirement)
    const ask = (claims: object) => async () => guard(requestWith(handSign(header, claims, secret)), {})
    expect(await polluted(name, 'admin', ask(goodClaims))).toMatchObject({ ok: false, status: 403 })
    const twin = { ...goodClaims, [name]: 'admin' }
    expect(await polluted(name, 'nobody', ask(twin))).toMatchObject({ ok: true })
  })
})

describe('an option that is left out is not found on Object.prototype', () => {
  const authenticator = createAuthenticator({ verifier: createVerifier(policy) })

  test('optional, which opens a door', async () => {
    const ask = () => authenticator.authenticate(requestWith(undefined), { role: 'admin' })
    await expect(polluted('optional', true, ask)).rejects.toThrow(
      /^requirement: Object.prototype has a member "optional"/,
    )
    await expect(ask()).resolves.toMatchObject({ ok: false, status: 401 })
  })

  test.each([
    { name: 'clockTolerance', value: 3600 },
    { name: 'now', value: () => new Date(0) },
    { name: 'encryption', value: {} },
  ])('$name of a verifier', async ({ name, value }) => {
    const make = async () => createVerifier(policy)
    await expect(polluted(name, value, make)).rejects.toThrow(TypeError)
    await expect(make()).resolves.toBeDefined()
  })
})
