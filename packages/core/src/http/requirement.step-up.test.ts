import { describe, expect, test } from 'vitest'
import { hs256Verifier, tokenWith } from '../../test-kit/hs256.js'
import { issuer, nowSeconds } from '../../test-kit/parties.js'
import { untyped } from '../../test-kit/untyped.js'
import { createAuthenticator } from './authenticator.js'
import { nodeAuthRequest } from './node-request.js'
import { checkRequirement, type Requirement } from './requirement.js'

const authenticator = createAuthenticator({
  verifier: hs256Verifier(),
})

const decide = (requirement: Requirement, claims: object = {}) => {
  const rawHeaders = ['Authorization', `Bearer ${tokenWith(claims)}`]
  return authenticator.authenticate(
    nodeAuthRequest({ method: 'GET', url: '/', rawHeaders }, true),
    requirement,
  )
}
const codeOf = async (...asked: Parameters<typeof decide>): Promise<string> => {
  const outcome = await decide(...asked)
  return outcome.ok ? 'accepted' : outcome.error.code
}
const insufficient = 'SB_AUTHENTICATION_INSUFFICIENT'

describe('acr', () => {
  test.each<[string | string[], unknown, string]>([
    ['mfa', 'mfa', 'accepted'],
    [['mfa', 'hwk'], 'hwk', 'accepted'],
    ['mfa', 'pwd', insufficient],
    ['mfa', undefined, insufficient],
    ['mfa', ['mfa'], insufficient],
    ['mfa', 'mfa hwk', insufficient],
    ['mfa', 'MFA', insufficient],
  ])('%j against %j: %s', async (acr, claim, code) => {
    expect(await codeOf({ acr }, { acr: claim })).toBe(code)
  })
})

describe('maxAge', () => {
  test.each([
    [nowSeconds - 600, 'accepted'],
    [nowSeconds - 601, insufficient],
    [nowSeconds + 60, 'accepted'],
    [nowSeconds + 61, insufficient],
    [undefined, insufficient],
    [String(nowSeconds), insufficient],
    [null, insufficient],
  ])('of ten minutes against auth_time %j: %s', async (authTime, code) => {
    const outcome = await codeOf({ maxAge: '10m' }, { auth_time: authTime })
    expect(code === 'accepted' ? outcome : outcome !== 'accepted').toBe(code === 'accepted' ? code : true)
  })
})

test('is decided for each request, also with a token that was verified before', async () => {
  let seconds = nowSeconds
  const now = (): Date => new Date(seconds * 1000)
  const remembering = createAuthenticator({ verifier: hs256Verifier({ now }) })
  const rawHeaders = ['Authorization', `Bearer ${tokenWith({ acr: 'pwd', auth_time: nowSeconds })}`]
  const codeUnder = async (requirement: Requirement): Promise<string> => {
    const request = nodeAuthRequest({ method: 'GET', url: '/', rawHeaders }, true)
    const outcome = await remembering.authenticate(request, requirement)
    return outcome.ok ? 'accepted' : outcome.error.code
  }
  expect(await codeUnder({})).toBe('accepted')
  expect(await codeUnder({ acr: 'mfa' })).toBe(insufficient)
  expect(await codeUnder({ acr: 'pwd', maxAge: 60 })).toBe('accepted')
  seconds += 60
  expect(await codeUnder({ maxAge: 60 })).toBe('accepted')
  seconds += 1
  expect(await codeUnder({ maxAge: 60 })).toBe(insufficient)
  expect(await codeUnder({})).toBe('accepted')
})

test('RFC 9470 §3: the challenge says what is asked for', async () => {
  const outcome = await decide({ acr: ['mfa', 'hwk'], maxAge: '10m', scope: 'pay' })
  expect(outcome).toMatchObject({
    ok: false,
    status: 401,
    body: { error: 'insufficient_user_authentication' },
    error: { code: insufficient },
  })
  expect(outcome.headers['WWW-Authenticate']).toMatch(
    /^Bearer error="insufficient_user_authentication", error_description="[^"]+", acr_values="mfa hwk", max_age="600", scope="pay"$/,
  )
})

test('is decided before scope, and after the token', async () => {
  const requirement = { acr: 'mfa', scope: 'pay' }
  expect(await codeOf(requirement)).toBe(insufficient)
  expect(await codeOf(requirement, { scope: 'pay' })).toBe(insufficient)
  expect(await codeOf(requirement, { acr: 'mfa' })).toBe('SB_SCOPE_INSUFFICIENT')
  expect(await codeOf(requirement, { exp: nowSeconds - 1 })).toBe('SB_TOKEN_EXPIRED')
  expect(await codeOf(requirement, { acr: 'mfa', scope: 'pay' })).toBe('accepted')
})

test('can be asked for by a handler', () => {
  expect(authenticator.refuse(insufficient, { acr: 'mfa' }).headers).toMatchObject({
    'WWW-Authenticate': expect.stringContaining('acr_values="mfa"'),
  })
})

test.each([
  ['acr', { acr: [] }],
  ['acr', { acr: '' }],
  ['acr', { acr: 'mfa hwk' }],
  ['acr', { acr: 1 }],
  ['maxAge', { maxAge: 0 }],
  ['maxAge', { maxAge: 'soon' }],
  ['actor', { actor: [] }],
  ['actor', { actor: 1 }],
])('a bad requirement is a TypeError that names %s: %j', (name, requirement) => {
  expect(() => checkRequirement(untyped(requirement))).toThrow(TypeError)
  expect(() => checkRequirement(untyped(requirement))).toThrow(`requirement.${name}`)
})

describe('RFC 8693 §4.1: act', () => {
  const nested = (depth: number): object => ({
    sub: `s${depth}`,
    ...(depth > 1 && { act: nested(depth - 1) }),
  })

  test('returns the actor, and the actors before', async () => {
    const act = { sub: 'service', iss: issuer, client_id: 'c', act: { sub: 'gateway' } }
    expect(await decide({}, { act })).toMatchObject({
      ok: true,
      auth: { actor: { sub: 'service', iss: issuer, actor: { sub: 'gateway' } } },
    })
    const outcome = await decide({})
    expect(outcome.ok && outcome.auth.actor).toBe(undefined)
  })

  test.each([
    ['eight deep', nested(8), 'accepted'],
    ['nine deep', nested(9), 'SB_CLAIMS_INVALID'],
    ['text', 'service', 'SB_CLAIMS_INVALID'],
    ['null', null, 'SB_CLAIMS_INVALID'],
    ['a list', [{ sub: 'service' }], 'SB_CLAIMS_INVALID'],
    ['nobody', {}, 'SB_CLAIMS_INVALID'],
    ['a number', { sub: 1 }, 'SB_CLAIMS_INVALID'],
    ['an issuer that is no text', { sub: 'service', iss: 1 }, 'SB_CLAIMS_INVALID'],
    ['nobody before', { sub: 'service', act: {} }, 'SB_CLAIMS_INVALID'],
  ])('%s: %s', async (_, act, code) => {
    expect(await codeOf({}, { act })).toBe(code)
  })

  test('reads nothing but the identity of an actor', async () => {
    const act = { sub: 'service', exp: nowSeconds - 1, nbf: nowSeconds + 60, aud: 'another', scope: 'pay' }
    expect(await decide({}, { act })).toMatchObject({ ok: true, auth: { actor: { sub: 'service' } } })
    expect(await codeOf({ scope: 'pay' }, { act })).toBe('SB_SCOPE_INSUFFICIENT')
  })

  test('reads no authentication of earlier actors', async () => {
    const act = { sub: 'service', acr: 'mfa', auth_time: nowSeconds, act: { sub: 'admin', roles: ['admin'] } }
    expect(await codeOf({ acr: 'mfa' }, { act })).toBe(insufficient)
    expect(await codeOf({ role: 'admin' }, { act })).toBe('SB_ROLE_INSUFFICIENT')
  })

  test.each([
    ['service', { sub: 'service' }, 'accepted'],
    ['service', { sub: 'service', iss: issuer }, 'accepted'],
    ['service', { sub: 'service', iss: 'https://other.example' }, 'SB_ACTOR_INSUFFICIENT'],
    [['other', 'service'], { sub: 'service' }, 'accepted'],
    ['service', undefined, 'SB_ACTOR_INSUFFICIENT'],
    ['service', { sub: 'other' }, 'SB_ACTOR_INSUFFICIENT'],
    ['service', { sub: 'other', act: { sub: 'service' } }, 'SB_ACTOR_INSUFFICIENT'],
  ])('a requirement of %j against %j: %s', async (actor, act, code) => {
    expect(await codeOf({ actor }, { act })).toBe(code)
  })
})
