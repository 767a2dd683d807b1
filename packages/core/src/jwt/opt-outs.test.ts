import { describe, expect, expectTypeOf, test } from 'vitest'
import { handSign } from '../../test-kit/hand-made.js'
import { audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { bytes, testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { createIssuer } from './issuer.js'
import { createVerifier } from './verifier.js'

const policy = { issuer, audience, typ: 'at+jwt', now } as const
const signature = async () => ({ algorithms: ['HS256'] as const, keys: await testKey('HS256') })

const verifierWith = async (options: object) =>
  createVerifier(untyped({ ...policy, signature: await signature(), ...options }))
const without = (...names: (keyof typeof goodClaims)[]): object =>
  Object.fromEntries(Object.entries(goodClaims).filter(([name]) => !names.some((each) => each === name)))
const signed = (claims: object, header: object = { typ: 'at+jwt' }): string =>
  handSign({ alg: 'HS256', ...header }, claims, bytes(32))

const other = 'https://billing.example.com'

interface Row {
  readonly options: object
  readonly accepted: readonly (readonly [what: string, token: string])[]
  readonly refused: readonly (readonly [what: string, token: string, code: string])[]
}

const rows: readonly Row[] = [
  {
    options: { issuer: null },
    accepted: [['no iss', signed(without('iss'))]],
    refused: [
      ['iss', signed(goodClaims), 'SB_ISSUER_MISMATCH'],
      ['an empty iss', signed({ ...goodClaims, iss: '' }), 'SB_ISSUER_MISMATCH'],
      ['iss null', signed({ ...goodClaims, iss: null }), 'SB_CLAIMS_INVALID'],
    ],
  },
  {
    options: { audience: null },
    accepted: [['no aud', signed(without('aud'))]],
    refused: [
      ['our aud', signed(goodClaims), 'SB_AUDIENCE_MISMATCH'],
      ['an empty list', signed({ ...goodClaims, aud: [] }), 'SB_AUDIENCE_MISMATCH'],
    ],
  },
  {
    options: { audience: { only: audience } },
    accepted: [
      ['our name', signed(goodClaims)],
      ['our name in a list', signed({ ...goodClaims, aud: [audience] })],
      ['our name twice', signed({ ...goodClaims, aud: [audience, audience] })],
    ],
    refused: [
      ['another beside ours', signed({ ...goodClaims, aud: [audience, other] }), 'SB_AUDIENCE_MISMATCH'],
      ['another', signed({ ...goodClaims, aud: other }), 'SB_AUDIENCE_MISMATCH'],
      ['an empty list', signed({ ...goodClaims, aud: [] }), 'SB_AUDIENCE_MISMATCH'],
      ['none', signed(without('aud')), 'SB_CLAIM_MISSING'],
    ],
  },
  {
    options: { audience: { only: [audience, other] } },
    accepted: [
      ['one', signed({ ...goodClaims, aud: other })],
      ['one in a list', signed({ ...goodClaims, aud: [audience] })],
      ['both', signed({ ...goodClaims, aud: [other, audience] })],
    ],
    refused: [['a third', signed({ ...goodClaims, aud: [audience, other, 'x'] }), 'SB_AUDIENCE_MISMATCH']],
  },
  {
    options: { typ: null },
    accepted: [['no typ', signed(goodClaims, {})]],
    refused: [
      ['typ', signed(goodClaims), 'SB_TYP_MISMATCH'],
      ['an empty typ', signed(goodClaims, { typ: '' }), 'SB_TYP_MISMATCH'],
    ],
  },
  {
    options: { exp: 'optional', maxTokenAge: '5m' },
    accepted: [
      ['no exp', signed(without('exp'))],
      ['the whole age', signed({ ...without('exp'), iat: nowSeconds - 300 })],
      ['exp', signed(goodClaims)],
    ],
    refused: [
      ['a second more', signed({ ...without('exp'), iat: nowSeconds - 301 }), 'SB_TOKEN_TOO_OLD'],
      ['no iat', signed(without('exp', 'iat')), 'SB_CLAIM_MISSING'],
      ['iat to come', signed({ ...without('exp'), iat: nowSeconds + 1 }), 'SB_TOKEN_NOT_YET_VALID'],
      ['an exp that has passed', signed({ ...goodClaims, exp: nowSeconds }), 'SB_TOKEN_EXPIRED'],
    ],
  },
]

describe.each(rows)('a verifier with $options', ({ options, accepted, refused }) => {
  test.each(accepted)('accepts %s', async (_, token) => {
    await expect((await verifierWith(options)).verify(token)).resolves.toBeDefined()
  })

  test.each(refused)('refuses %s', async (_, token, code) => {
    await expect((await verifierWith(options)).verify(token)).rejects.toMatchObject({ code })
  })
})

test('a cached token without exp becomes too old', async () => {
  let seconds = nowSeconds
  const verifier = await verifierWith({
    ...{ exp: 'optional', maxTokenAge: '5m' },
    now: () => new Date(seconds * 1000),
  })
  const token = signed(without('exp'))
  await verifier.verify(token)
  seconds += 300
  await expect(verifier.verify(token)).resolves.toBeDefined()
  seconds += 1
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_TOKEN_TOO_OLD' })
})

describe('an issuer', () => {
  const base = async () => ({
    ...({ issuer, audience, lifetime: 900, typ: 'at+jwt', now } as const),
    signature: { algorithm: 'HS256', keys: await testKey('HS256') } as const,
  })
  const headerOf = (token: string): unknown =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

  test('can omit iss, aud and typ', async () => {
    const bare = createIssuer({ ...(await base()), issuer: null, audience: null, typ: null })
    const { token, claims } = await bare.issue({ sub: 'user' })
    expectTypeOf(claims.iss).toEqualTypeOf<undefined>()
    expectTypeOf(claims.aud).toEqualTypeOf<undefined>()
    expectTypeOf(claims.exp).toEqualTypeOf<number>()
    expectTypeOf(bare.issuer).toEqualTypeOf<undefined>()
    expect(bare.issuer).toBeUndefined()
    expect(Object.keys(claims).sort()).toEqual(['exp', 'iat', 'jti', 'sub'])
    expect(headerOf(token)).toEqual({ alg: 'HS256' })
    const verified = await (await verifierWith({ issuer: null, audience: null, typ: null })).verify(token)
    expect(verified.claims).toEqual(claims)
    await expect(bare.issue(untyped({ iss: issuer }))).rejects.toMatchObject({ code: 'SB_CLAIM_RESERVED' })
  })

  test('can omit exp', async () => {
    const { lifetime: _, ...options } = await base()
    const endless = createIssuer({ ...options, exp: 'optional' })
    expect(endless.lifetime).toBe(Number.POSITIVE_INFINITY)
    const { token, claims } = await endless.issue({ sub: 'user' })
    expectTypeOf(claims.exp).toEqualTypeOf<number | undefined>()
    expect(claims).not.toHaveProperty('exp')
    const verifier = await verifierWith({ exp: 'optional', maxTokenAge: 60 })
    expect((await verifier.verify(token)).claims).toEqual(claims)
    await expect((await verifierWith({})).verify(token)).rejects.toMatchObject({ parameter: 'exp' })
    const brief = await endless.issue({}, { lifetime: 60 })
    expect(brief.claims.exp).toBe(nowSeconds + 60)
    await expect(endless.issue({}, { lifetime: 3601 })).rejects.toMatchObject({ code: 'SB_LIFETIME_INVALID' })
  })

  test.each<[string, object, RegExp]>([
    ['exp of another word', { exp: 'never' }, /^exp: remove it, and set lifetime/],
    ['exp null', { exp: null }, /^exp: remove it/],
    ['exp optional beside a lifetime', { exp: 'optional' }, /^lifetime: contradicts exp: 'optional'/],
  ])('refuses %s', async (_, options, message) => {
    const all = { ...(await base()), ...options }
    expect(() => createIssuer(untyped(all))).toThrow(message)
  })

  test.each([
    ['a second before exp', 899],
    ['not given', undefined],
  ])('issues a token whose nbf is %s', async (_, seconds) => {
    const { issue } = createIssuer(await base())
    const nbf = seconds === undefined ? {} : { nbf: nowSeconds + seconds }
    await expect(issue(nbf)).resolves.toBeDefined()
  })

  test.each([900, 901])('refuses an nbf %i seconds ahead, with a lifetime of 900', async (seconds) => {
    const { issue } = createIssuer(await base())
    await expect(issue({ nbf: nowSeconds + seconds })).rejects.toThrow(/^claims: "nbf" must be before exp/)
  })

  test('issues nothing that is valid beyond the year 9999', async () => {
    const last = Date.UTC(9999, 11, 31, 23, 59, 59)
    const at = (milliseconds: number) => () => new Date(milliseconds)
    const good = createIssuer({ ...(await base()), now: at(last - 900_000) })
    await expect(good.issue({})).resolves.toBeDefined()
    const bad = createIssuer({ ...(await base()), now: at(last - 899_000) })
    await expect(bad.issue({})).rejects.toMatchObject({ code: 'SB_LIFETIME_INVALID' })
    await expect(good.issue({ nbf: nowSeconds * 1000 })).rejects.toThrow(/^claims: "nbf"/)
  })

  test.each<[string, unknown]>([
    ['at the top', { ['__proto__']: { role: 'admin' } }],
    ['deeper', { user: { profile: [{ ['__proto__']: { role: 'admin' } }] } }],
    ['out of JSON', JSON.parse('{"__proto__":{"role":"admin"}}')],
    ['by toJSON', { user: { toJSON: () => JSON.parse('{"__proto__":{}}') } }],
  ])('issues no claim named __proto__: %s', async (_, claims) => {
    const { issue } = createIssuer(await base())
    await expect(issue(untyped(claims))).rejects.toMatchObject({
      code: 'SB_CLAIM_FORBIDDEN',
      parameter: '__proto__',
    })
    await expect(issue({ user: { proto: { role: 'admin' } } })).resolves.toBeDefined()
  })
})
