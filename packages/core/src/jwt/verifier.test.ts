import { EncryptJWT, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { handSeal, handSign, withJson } from '../../test-kit/hand-made.js'
import { at, audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { bytes, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from '../keys/generate.js'
import { createKeySet } from '../keys/key-set.js'
import { createVerifier } from './verifier.js'

const secret = bytes(32)
const policy = { issuer, audience, typ: 'at+jwt', now } as const
const signature = async () => ({ algorithms: ['HS256'] as const, keys: await testKey('HS256') })
const encryption = async () => ({
  keyManagement: ['dir'] as const,
  contentEncryption: ['A256GCM'] as const,
  keys: await testKey('dir'),
})
const verifier = async (options: object = {}) =>
  createVerifier({ ...policy, signature: await signature(), ...options })
const sign = (claims: object = goodClaims, header: object = { typ: 'at+jwt' }): string =>
  handSign({ alg: 'HS256', ...header }, claims, secret)

describe('time', () => {
  const exp = nowSeconds + 900

  test.each<{ title: string; seconds: number; options?: object; claims?: object; code?: string }>([
    { title: 'exp − 1', seconds: exp - 1 },
    { title: 'a moment before exp', seconds: exp - 0.001 },
    { title: 'exp', seconds: exp, code: 'SB_TOKEN_EXPIRED' },
    { title: 'exp + 1', seconds: exp + 1, code: 'SB_TOKEN_EXPIRED' },
    { title: 'exp + 4 with a tolerance of 5', seconds: exp + 4, options: { clockTolerance: 5 } },
    {
      title: 'exp + 5 with a tolerance of 5',
      seconds: exp + 5,
      options: { clockTolerance: 5 },
      code: 'SB_TOKEN_EXPIRED',
    },
    { title: 'exp + 59 with a tolerance of a minute', seconds: exp + 59, options: { clockTolerance: '1m' } },
    {
      title: 'nbf − 1',
      seconds: nowSeconds - 1,
      claims: { nbf: nowSeconds },
      code: 'SB_TOKEN_NOT_YET_VALID',
    },
    { title: 'nbf', seconds: nowSeconds, claims: { nbf: nowSeconds } },
    { title: 'nbf + 1', seconds: nowSeconds + 1, claims: { nbf: nowSeconds } },
    {
      title: 'nbf − 5 with a tolerance of 5',
      seconds: nowSeconds - 5,
      claims: { nbf: nowSeconds },
      options: { clockTolerance: 5 },
    },
    {
      title: 'nbf − 6 with a tolerance of 5',
      seconds: nowSeconds - 6,
      claims: { nbf: nowSeconds },
      options: { clockTolerance: 5 },
      code: 'SB_TOKEN_NOT_YET_VALID',
    },
    { title: 'the whole maxTokenAge', seconds: nowSeconds + 60, options: { maxTokenAge: 60 } },
    {
      title: 'a second over maxTokenAge',
      seconds: nowSeconds + 61,
      options: { maxTokenAge: 60 },
      code: 'SB_TOKEN_TOO_OLD',
    },
    {
      title: 'maxTokenAge and the tolerance',
      seconds: nowSeconds + 65,
      options: { maxTokenAge: '1m', clockTolerance: 5 },
    },
    {
      title: 'more than maxTokenAge and the tolerance',
      seconds: nowSeconds + 66,
      options: { maxTokenAge: '1m', clockTolerance: 5 },
      code: 'SB_TOKEN_TOO_OLD',
    },
    {
      title: 'iat − 5 with a tolerance of 5',
      seconds: nowSeconds - 5,
      options: { maxTokenAge: 60, clockTolerance: 5 },
    },
    {
      title: 'iat − 6 with a tolerance of 5',
      seconds: nowSeconds - 6,
      options: { maxTokenAge: 60, clockTolerance: 5 },
      code: 'SB_TOKEN_NOT_YET_VALID',
    },
    {
      title: 'iat − 5 with a tolerance of 5 and without maxTokenAge',
      seconds: nowSeconds - 5,
      options: { clockTolerance: 5 },
    },
    {
      title: 'iat − 6 with a tolerance of 5 and without maxTokenAge',
      seconds: nowSeconds - 6,
      options: { clockTolerance: 5 },
      code: 'SB_TOKEN_NOT_YET_VALID',
    },
    {
      title: 'a fraction of a second before iat',
      seconds: nowSeconds - 0.001,
      code: 'SB_TOKEN_NOT_YET_VALID',
    },
    { title: 'any time without iat', seconds: nowSeconds - 6, claims: { iat: undefined } },
    {
      title: 'the age of a token that lives long',
      seconds: nowSeconds + 61,
      claims: { exp: nowSeconds + 1e6 },
      options: { maxTokenAge: 60 },
      code: 'SB_TOKEN_TOO_OLD',
    },
  ])('at $title: $code', async ({ seconds, options, claims, code }) => {
    const token = sign({ ...goodClaims, exp, ...claims })
    const verified = (await verifier({ now: at(seconds), ...options })).verify(token)
    if (code === undefined) await expect(verified).resolves.toBeDefined()
    else await expect(verified).rejects.toMatchObject({ code })
  })

  test('is checked again for a cached token', async () => {
    let seconds = nowSeconds
    const verifies = await verifier({ now: () => new Date(seconds * 1000), maxTokenAge: 600 })
    const [token, brief] = [sign(), sign({ ...goodClaims, exp: nowSeconds + 10 })]
    await verifies.verify(token)
    await verifies.verify(brief)
    seconds += 10
    await expect(verifies.verify(brief)).rejects.toMatchObject({ code: 'SB_TOKEN_EXPIRED' })
    await expect(verifies.verify(token)).resolves.toBeDefined()
    seconds += 591
    await expect(verifies.verify(token)).rejects.toMatchObject({ code: 'SB_TOKEN_TOO_OLD' })
    seconds -= 1202
    await expect(verifies.verify(token)).rejects.toMatchObject({ code: 'SB_TOKEN_NOT_YET_VALID' })
  })

  test('of an invalid clock accepts no token', async () => {
    for (const clock of [() => new Date(Number.NaN), () => undefined, () => Date.now()]) {
      const verifies = await verifier({ now: clock })
      await expect(verifies.verify(sign({ ...goodClaims, exp: 1 }))).rejects.toThrow(/^now: /)
    }
  })
})

describe('issuer', () => {
  test('may be one of several', async () => {
    const several = await verifier({ issuer: [issuer, 'https://second.example'] })
    await expect(several.verify(sign())).resolves.toBeDefined()
    await expect(
      several.verify(sign({ ...goodClaims, iss: 'https://second.example' })),
    ).resolves.toBeDefined()
    await expect(several.verify(sign({ ...goodClaims, iss: 'https://third.example' }))).rejects.toMatchObject(
      {
        code: 'SB_ISSUER_MISMATCH',
      },
    )
  })

  test('may be decided by a function', async () => {
    const asked: string[] = []
    const tenants = await verifier({
      issuer: (iss: string) => {
        asked.push(iss)
        return /^https:\/\/login\.example\/[a-z]+\/v2\.0$/.test(iss)
      },
    })
    const tenant = { ...goodClaims, iss: 'https://login.example/acme/v2.0' }
    await expect(tenants.verify(sign(tenant))).resolves.toBeDefined()
    await expect(tenants.verify(sign())).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
    expect(asked).toEqual([tenant.iss, issuer])
  })

  test.each<[string, () => unknown]>([
    ['a truthy answer', () => 'yes'],
    ['1', () => 1],
    ['an object', () => ({})],
    ['a promise', async () => true],
    ['nothing', () => undefined],
    ['a throw', () => JSON.parse('{')],
  ])('is refused by a function for %s', async (_, decide) => {
    const verifies = await verifier({ issuer: decide })
    await expect(verifies.verify(sign())).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
  })

  test('that a function no longer accepts is refused even for a cached token', async () => {
    let takes = true
    const verifies = await verifier({ issuer: () => takes })
    const token = sign()
    await expect(verifies.verify(token)).resolves.toBeDefined()
    takes = false
    await expect(verifies.verify(token)).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
  })

  test('of one is not verified by the keys of another', async () => {
    const [mine, theirs] = [
      createVerifier({ ...policy, signature: await signature() }),
      createVerifier({
        ...policy,
        issuer: 'https://other.example',
        signature: { algorithms: ['HS256'], keys: await testKey('HS256', { first: 9 }) },
      }),
    ]
    const token = handSign({ alg: 'HS256', typ: 'at+jwt' }, goodClaims, bytes(32, 9))
    await expect(mine.verify(token)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    await expect(theirs.verify(token)).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
  })
})

describe('audience', () => {
  const verification = async (accepted: unknown, aud: unknown): Promise<boolean> => {
    const { aud: _, ...rest } = goodClaims
    const claims = aud === undefined ? rest : { ...rest, aud }
    return (await verifier({ audience: accepted })).verify(sign(claims)).then(
      () => true,
      () => false,
    )
  }

  test.each<[accepted: unknown, aud: unknown, verification: boolean]>([
    ['a', 'a', true],
    ['a', ['b', 'a'], true],
    [['a', 'b'], 'b', true],
    [['a', 'b'], ['c', 'b'], true],
    [['a', 'b'], ['c', 'd'], false],
    ['a', 'A', false],
    ['a', 'a ', false],
    ['a', 'aa', false],
    ['a', undefined, false],
    ['any', undefined, true],
    ['any', 'whatever', true],
    ['any', [], true],
  ])('%j accepts %j: %s', async (accepted, aud, expected) => {
    expect(await verification(accepted, aud)).toBe(expected)
  })

  test('any still requires the right type', async () => {
    await expect(
      (await verifier({ audience: 'any' })).verify(sign({ ...goodClaims, aud: 5 })),
    ).rejects.toMatchObject({
      code: 'SB_CLAIMS_INVALID',
    })
  })
})

describe('typ', () => {
  test.each<[accepted: unknown, typ: string | undefined, verification: boolean]>([
    ['at+jwt', 'at+jwt', true],
    ['at+jwt', 'AT+JWT', true],
    ['at+jwt', 'application/at+jwt', true],
    ['application/at+jwt', 'at+jwt', true],
    ['at+jwt', 'Application/AT+jwt', true],
    ['at+jwt', 'application/application/at+jwt', false],
    ['at+jwt', 'x/at+jwt', false],
    ['at+jwt', 'at+jwt;charset=utf-8', false],
    ['at+jwt', undefined, false],
    ['JWT', 'jwt', true],
    ['JWT', 'at+jwt', false],
    [null, undefined, true],
    [null, 'JWT', false],
    [null, '', false],
    [['at+jwt', 'JWT', null], undefined, true],
    [['at+jwt', 'JWT', null], 'JWT', true],
    [['at+jwt', 'JWT', null], 'secevent+jwt', false],
    ['any', undefined, true],
    ['any', 'whatever', true],
    ['any', '', true],
  ])('%j accepts %j: %s', async (accepted, typ, expected) => {
    const token = sign(goodClaims, typ === undefined ? {} : { typ })
    const verified = (await verifier({ typ: accepted })).verify(token)
    if (expected) await expect(verified).resolves.toBeDefined()
    else await expect(verified).rejects.toMatchObject({ code: 'SB_TYP_MISMATCH' })
  })
})

describe('the result', () => {
  const nestedClaims = { ...goodClaims, address: { lines: ['a', { b: [1] }] }, roles: ['user'] }

  const isDeeplyFrozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen))

  test('is deeply frozen', async () => {
    const verified = await (await verifier()).verify(
      sign(nestedClaims, { typ: 'at+jwt', tenant: { a: [1] } }),
    )
    expect(verified.claims).toEqual(nestedClaims)
    expect(isDeeplyFrozen(verified)).toBe(true)
    const encrypted = createVerifier({ ...policy, encryption: await encryption() })
    const token = handSeal(
      { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', tenant: { a: [1] } },
      nestedClaims,
      secret,
    )
    expect(isDeeplyFrozen(await encrypted.verify(token))).toBe(true)
  })

  test('is frozen below what a schema froze', async () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ value: Object.freeze({ roles: ['user'], deep: Object.freeze([{ a: {} }]) }) }),
      },
    }
    expect(isDeeplyFrozen(await (await verifier({ claimsSchema: schema })).verify(sign()))).toBe(true)
  })

  test('may be circular if a schema returns that', async () => {
    const value: Record<string, unknown> = { list: [{}] }
    value['self'] = value
    const frozen: Record<string, unknown> = { other: value }
    frozen['self'] = frozen
    Object.freeze(frozen)
    for (const output of [value, frozen]) {
      const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: output }) } }
      const { claims } = await (await verifier({ claimsSchema: schema })).verify(sign())
      expect(claims).toBe(output)
      expect(Object.isFrozen(value['list'])).toBe(output === value || Object.isFrozen(value))
    }
  })

  test('leaves instances of classes as they are', async () => {
    const date = new Date(0)
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { date } }) } }
    const { claims } = await (await verifier({ claimsSchema: schema })).verify(sign())
    expect(claims).toEqual({ date })
    expect(Object.isFrozen(date)).toBe(false)
  })

  test('has both headers of a nested token', async () => {
    const verifies = createVerifier({
      ...policy,
      signature: await signature(),
      encryption: await encryption(),
    })
    const token = handSeal({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' }, sign(), secret)
    expect(await verifies.verify(token)).toEqual({
      claims: goodClaims,
      form: 'nested',
      protectedHeader: { alg: 'HS256', typ: 'at+jwt' },
      encryptionHeader: { alg: 'dir', enc: 'A256GCM', cty: 'JWT' },
    })
  })

  test('has no prototype from the token', async () => {
    const token = sign(JSON.parse(`{"__proto__":{"admin":true},${JSON.stringify(goodClaims).slice(1)}`))
    const { claims } = await (await verifier()).verify(token)
    expect(Reflect.get(claims, 'admin')).toBeUndefined()
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype)
  })
})

const leakyGetter = {
  enumerable: true,
  get: (): never => {
    throw new Error('sub is "user_123"')
  },
}
const leaky = (): object => Object.defineProperty({}, 'sub', leakyGetter)

/** A claim that holds JSON of its own, and a schema that parses it, can come to this. */
function nestedTo(depth: number): unknown {
  let value: unknown[] = []
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const codeOf = (error: unknown): unknown => Reflect.get(Object(error), 'code')

describe('what is pasted around a token', () => {
  test.each<[string, (token: string) => string, string]>([
    ['a line end behind', (token) => `${token}\n`, 'white space around it'],
    ['a Windows line end behind', (token) => `${token}\r\n`, 'white space around it'],
    ['a space in front', (token) => ` ${token}`, 'white space around it'],
    ['a no-break space behind', (token) => `${token}\u00a0`, 'white space around it'],
    ['a byte order mark in front', (token) => `\ufeff${token}`, 'white space around it'],
    ['quotes', (token) => `"${token}"`, 'quotes around it'],
    ['single quotes', (token) => `'${token}'`, 'quotes around it'],
    ['quotes of a word processor', (token) => `\u201c${token}\u201d`, 'quotes around it'],
    ['a comma and a quote behind', (token) => `${token}"`, 'quotes around it'],
    ['Bearer in front', (token) => `Bearer ${token}`, '"Bearer" in front of it'],
    ['bearer in front', (token) => `bearer ${token}`, '"Bearer" in front of it'],
    ['Bearer and a line end', (token) => `Bearer ${token}\n`, '"Bearer" in front of it'],
    ['DPoP in front', (token) => `DPoP ${token}`, '"DPoP" in front of it'],
    ['dpop and quotes', (token) => `"dpop ${token}"`, '"DPoP" in front of it'],
    ['quotes around Bearer', (token) => `"Bearer ${token}"`, '"Bearer" in front of it'],
  ])('%s is named', async (_, paste, parameter) => {
    const nested = await verifier({ encryption: await encryption() })
    const sealed = handSeal({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' }, sign(), secret)
    for (const [verifies, token] of [
      [await verifier(), sign()],
      [nested, sealed],
    ] as const) {
      const refusal = { code: 'SB_TOKEN_MALFORMED', parameter }
      await expect(verifies.verify(paste(token))).rejects.toMatchObject(refusal)
      await expect(verifies.verify(token)).resolves.toBeDefined()
      // Nor does a remembered token make a difference.
      await expect(verifies.verify(paste(token))).rejects.toMatchObject(refusal)
    }
  })

  test.each([
    ...['', 'x', '<token>', 'Bearer'].map((text) => ({ text, parameter: 'no dot in it' })),
    ...['Bearer.x', 'a.b', '.'].map((text) => ({ text, parameter: 'segments: 2' })),
    { text: 'a.b.c.d', parameter: 'segments: 4' },
    ...['a.b.c.d.e.f', '.'.repeat(999)].map((text) => ({ text, parameter: 'segments: 6 or more' })),
    ...['undefined', 'null', 'NaN'].map((text) => ({
      text,
      parameter: 'undefined, null or NaN in its place',
    })),
    ...['[object Object]', '[object Promise]'].map((text) => ({ text, parameter: 'an object in its place' })),
    ...['undefine', 'nul', 'Null'].map((text) => ({ text, parameter: 'no dot in it' })),
  ])('it is not named for $text, $parameter is', async ({ text, parameter }) => {
    await expect((await verifier()).verify(text)).rejects.toMatchObject({ status: 401, parameter })
  })
})

describe('claims schema', () => {
  const schemaOf = (validate: (value: unknown) => unknown) => ({
    '~standard': { version: 1 as const, vendor: 'test', validate },
  })

  test.each<[string, (value: unknown) => unknown]>([
    ['at once', () => ({ value: { user: 'x' } })],
    ['later', async () => ({ value: { user: 'x' } })],
    ['with issues undefined', () => ({ value: { user: 'x' }, issues: undefined })],
  ])('that accepts %s determines the claims', async (_, validate) => {
    const verified = await (await verifier({ claimsSchema: schemaOf(validate) })).verify(sign())
    expect(verified.claims).toEqual({ user: 'x' })
  })

  test('may be a function, as those of arktype', async () => {
    const schema = Object.assign(
      () => {},
      schemaOf((value) => ({ value })),
    )
    await expect((await verifier({ claimsSchema: schema })).verify(sign())).resolves.toMatchObject({
      claims: goodClaims,
    })
  })

  test.each<[string, (value: unknown) => unknown]>([
    ['with issues', () => ({ issues: [{ message: 'sub is "user_123"' }] })],
    ['with no issues in a list', () => ({ issues: [] })],
    ['with issues and a value', (value) => ({ value, issues: [{ message: 'no' }] })],
    ['with issues later', async () => ({ issues: [{ message: 'no' }] })],
    [
      'by a throw',
      () => {
        throw new Error('sub is "user_123"')
      },
    ],
    [
      'by a throw of a claim',
      () => {
        throw 'user_123'
      },
    ],
    ['by a rejection', () => Promise.reject(new Error('sub is "user_123"'))],
    ['by saying nothing', () => undefined],
    ['by saying null', () => null],
    ['by saying true', () => true],
    ['by saying text', () => 'ok'],
    ['by an empty result', () => ({})],
    ['by nothing later', async () => undefined],
    ['by a getter that throws', () => ({ value: { user: leaky() } })],
    ['by a getter that throws later', async () => ({ value: { user: leaky() } })],
    ['by issues that throw', () => Object.defineProperty({ value: 1 }, 'issues', leakyGetter)],
    [
      'by a value that cannot be frozen',
      () => ({
        value: new Proxy({}, { preventExtensions: () => false }),
      }),
    ],
    ['by nesting its output 20,000 deep', () => ({ value: nestedTo(20_000) })],
    ['by changing the claims', (value) => Object.assign(Object(value), { role: 'admin' })],
  ])('that refuses %s reveals nothing of the claims', async (_, validate) => {
    const refusal = (await verifier({ claimsSchema: schemaOf(validate) })).verify(sign())
    await expect(refusal).rejects.toMatchObject({ code: 'SB_CLAIMS_REJECTED', parameter: undefined })
    const error: unknown = await refusal.catch((caught: unknown) => caught)
    expect(JSON.stringify(error) + String(error)).not.toContain('user_123')
    expect(error).not.toHaveProperty('cause')
  })

  test('receives only claims that passed all other checks', async () => {
    let calls = 0
    const schema = schemaOf((value) => {
      calls++
      return { value }
    })
    const verifies = await verifier({ claimsSchema: schema })
    for (const claims of [
      { ...goodClaims, exp: 1 },
      { ...goodClaims, iss: 'x' },
      { ...goodClaims, aud: 'x' },
    ]) {
      await expect(verifies.verify(sign(claims))).rejects.toMatchObject({ status: 401 })
    }
    await expect(verifies.verify(`${sign()}A`)).rejects.toMatchObject({ status: 401 })
    expect(calls).toBe(0)
    await verifies.verify(sign())
    expect(calls).toBe(1)
  })

  test.each([true, false])('that rejects a token after accepting it, synchronously: %s', async (isSync) => {
    const banned = new Set<unknown>()
    const answer = (value: unknown) =>
      banned.has(Reflect.get(Object(value), 'sub')) ? { issues: [] } : { value }
    const schema = schemaOf(isSync ? answer : async (value) => answer(value))
    const verifies = await verifier({ claimsSchema: schema })
    const tokens = [sign(), sign({ ...goodClaims, sub: 'user_456' })]
    const verifyAll = () =>
      Promise.all(tokens.map((token) => verifies.verify(token).then(() => 'ok', codeOf)))
    expect(await verifyAll()).toEqual(['ok', 'ok'])
    banned.add('user_456')
    expect(await verifyAll()).toEqual(['ok', 'SB_CLAIMS_REJECTED'])
    expect(await verifyAll()).toEqual(['ok', 'SB_CLAIMS_REJECTED'])
    banned.clear()
    expect(await verifyAll()).toEqual(['ok', 'ok'])
  })

  test('whose output changes counts with the latest output', async () => {
    const roles = new Map([[goodClaims.sub, 'admin']])
    const schema = schemaOf((value) => ({ value: { role: roles.get(Reflect.get(Object(value), 'sub')) } }))
    const verifies = await verifier({ claimsSchema: schema })
    const token = sign()
    await expect(verifies.verify(token)).resolves.toMatchObject({ claims: { role: 'admin' } })
    roles.set(goodClaims.sub, 'guest')
    for (const _ of [1, 2])
      await expect(verifies.verify(token)).resolves.toMatchObject({ claims: { role: 'guest' } })
    roles.delete(goodClaims.sub)
    expect((await verifies.verify(token)).claims).toEqual({ role: undefined })
  })

  test('that is asynchronous is called every time', async () => {
    let allowed = true
    const schema = schemaOf(async (value) => (allowed ? { value } : { issues: [] }))
    const verifies = await verifier({ claimsSchema: schema })
    const token = sign()
    await verifies.verify(token)
    allowed = false
    await expect(verifies.verify(token)).rejects.toMatchObject({ code: 'SB_CLAIMS_REJECTED' })
  })

  test.each<[string, () => unknown]>([
    ['a Set', () => ({ scopes: new Set(['read']) })],
    ['a Map deep inside', () => ({ list: [Object.freeze({ map: new Map([['a', 1]]) })] })],
    ['a Date by itself', () => new Date(0)],
    ['a function', () => ({ may: () => true })],
    ['a member under a symbol', () => ({ [Symbol('tags')]: [] })],
  ])('that returns %s is called for each request', async (_, make) => {
    const verifies = await verifier({ claimsSchema: schemaOf(() => ({ value: make() })) })
    const token = sign()
    const [one, other] = [await verifies.verify(token), await verifies.verify(token)]
    expect(other.claims).not.toBe(one.claims)
  })

  test('that returns equal plain objects shares its output', async () => {
    const shared = { deep: [{}], none: null }
    const verifies = await verifier({
      claimsSchema: schemaOf((value) => ({ value: { value, a: shared, b: shared } })),
    })
    const token = sign()
    const [one, other] = [await verifies.verify(token), await verifies.verify(token)]
    expect(other.claims).toBe(one.claims)
  })

  test.each<[string, unknown]>([
    ['text', 'schema'],
    ['null', null],
    ['a function', () => true],
    ['an empty object', {}],
    ['no method', { '~standard': {} }],
    ['an invalid method', { '~standard': { validate: true } }],
    ['null inside', { '~standard': null }],
  ])('may not be %s', async (_, schema) => {
    await expect(verifier({ claimsSchema: schema })).rejects.toThrow(
      /^claimsSchema: must be a Standard Schema, such as those of zod, valibot and arktype$/,
    )
  })
})

describe('several keys by kid, old and new valid side by side', () => {
  test('until the old one is removed', async () => {
    const [old, fresh] = [
      await testKey('HS256', { kid: 'old' }),
      await testKey('HS256', { kid: 'new', first: 9 }),
    ]
    const keys = await createKeySet([old, fresh])
    const verifies = await verifier({ signature: { algorithms: ['HS256'], keys } })
    const byOld = handSign({ alg: 'HS256', typ: 'at+jwt', kid: 'old' }, goodClaims, bytes(32))
    const byNew = handSign({ alg: 'HS256', typ: 'at+jwt', kid: 'new' }, goodClaims, bytes(32, 9))
    for (const token of [byOld, byNew, byOld, byNew])
      await expect(verifies.verify(token)).resolves.toBeDefined()
    void keys.replace([fresh])
    await expect(verifies.verify(byOld)).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
    await expect(verifies.verify(byNew)).resolves.toBeDefined()
    await keys.replace([fresh, old])
    await expect(verifies.verify(byOld)).resolves.toBeDefined()
  })

  test('for encrypted tokens too', async () => {
    const keys = await createKeySet([
      await testKey('dir', { kid: 'old' }),
      await testKey('dir', { kid: 'new', first: 9 }),
    ])
    const verifies = createVerifier({ ...policy, encryption: { ...(await encryption()), keys } })
    const header = { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' }
    await expect(
      verifies.verify(handSeal({ ...header, kid: 'old' }, goodClaims, secret)),
    ).resolves.toBeDefined()
    await expect(
      verifies.verify(handSeal({ ...header, kid: 'new' }, goodClaims, bytes(32, 9))),
    ).resolves.toBeDefined()
    await expect(
      verifies.verify(handSeal({ ...header, kid: 'new' }, goodClaims, secret)),
    ).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    await expect(verifies.verify(handSeal(header, goodClaims, secret))).rejects.toMatchObject({
      code: 'SB_KEY_NOT_FOUND',
    })
  })
})

describe('tokens of jose', () => {
  const jwt = (): Promise<string> =>
    new SignJWT({ scope: 'orders:read' })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('user_123')
      .setIssuedAt(now())
      .setExpirationTime(nowSeconds + 900)
      .setJti('1')
      .sign(secret)

  test('are verified', async () => {
    await expect((await verifier()).verify(await jwt())).resolves.toMatchObject({
      claims: { scope: 'orders:read' },
    })
  })

  test('are decrypted, with the claims that jose repeats in the header', async () => {
    const token = await new EncryptJWT({ scope: 'orders:read' })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience([audience, 'other'])
      .setSubject('user_123')
      .setExpirationTime(nowSeconds + 900)
      .replicateIssuerAsHeader()
      .replicateSubjectAsHeader()
      .replicateAudienceAsHeader()
      .encrypt(secret)
    const verifies = createVerifier({ ...policy, encryption: await encryption() })
    await expect(verifies.verify(token)).resolves.toMatchObject({
      form: 'encrypted',
      encryptionHeader: { iss: issuer, aud: [audience, 'other'] },
    })
  })

  test('are taken out of the claim of another', async () => {
    const token = await new EncryptJWT({ token: await jwt() })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setIssuedAt(now())
      .setExpirationTime(nowSeconds + 60)
      .encrypt(secret)
    const verifies = createVerifier({
      ...policy,
      signature: await signature(),
      encryption: { ...(await encryption()), nesting: { claim: 'token' } },
    })
    await expect(verifies.verify(token)).resolves.toMatchObject({ form: 'nested', claims: { jti: '1' } })
  })
})

describe('options', () => {
  test.each<[string, (options: object) => unknown, RegExp]>([
    ['none', () => undefined, /^createVerifier: must be an object with issuer, audience, typ/],
    [
      'a misspelt one',
      (o) => ({ ...o, maxAge: '1h' }),
      /^createVerifier: has no option "maxAge"; it accepts issuer/,
    ],
    [
      'no issuer',
      (o) => ({ ...o, issuer: undefined }),
      /^issuer: required: the exact iss of the tokens, a list, or/,
    ],
    ['an empty issuer', (o) => ({ ...o, issuer: '' }), /^issuer: required/],
    ['no issuer in a list', (o) => ({ ...o, issuer: [] }), /^issuer: is an empty list; required/],
    [
      'a regular expression for issuers',
      (o) => ({ ...o, issuer: /./ }),
      /^issuer: required: .*\(iss\) => boolean$/,
    ],
    [
      'no audience',
      (o) => ({ ...o, audience: undefined }),
      /^audience: required: .*'any' \(alone\) opts out$/,
    ],
    ['an empty audience', (o) => ({ ...o, audience: '' }), /^audience: required/],
    ['no audience in a list', (o) => ({ ...o, audience: [] }), /^audience: is an empty list/],
    [
      'any among audiences',
      (o) => ({ ...o, audience: ['a', 'any'] }),
      /^audience: required: .*'any' \(alone\) opts out$/,
    ],
    [
      'no typ',
      (o) => ({ ...o, typ: undefined }),
      /^typ: required: such as 'at\+jwt', .*'any' \(alone\) opts out$/,
    ],
    ['an empty typ', (o) => ({ ...o, typ: '' }), /^typ: required/],
    ['no typ in a list', (o) => ({ ...o, typ: [] }), /^typ: required/],
    ['any among typs', (o) => ({ ...o, typ: ['any', 'JWT'] }), /^typ: required: .*'any' \(alone\) opts out$/],
    ['typ false', (o) => ({ ...o, typ: false }), /^typ: required/],
    [
      'neither signature nor encryption',
      (o) => ({ ...o, signature: undefined }),
      /^signature: set signature for signed tokens/,
    ],
    [
      'signature null',
      (o) => ({ ...o, signature: null }),
      /^signature: must be an object with algorithms, keys, sharedByIssuers$/,
    ],
    [
      'an unknown member of signature',
      (o) => ({ ...o, signature: { algorithm: 'HS256' } }),
      /^signature: has no option "algorithm"; it accepts algorithms, keys, sharedByIssuers$/,
    ],
    [
      'no algorithms',
      (o) => ({ ...o, signature: { keys: [] } }),
      /^signature\.algorithms: list at least one/,
    ],
    [
      'none',
      (o) => ({ ...o, signature: { algorithms: ['none'], keys: [] } }),
      /^signature\.algorithms: "none" is refused: .*RFC 8725 §3\.2/,
    ],
    [
      'no keys',
      (o) => ({ ...o, signature: { algorithms: ['HS256'] } }),
      /^signature\.keys: must be a Key, a key set \(.*\), or a list of them$/,
    ],
    ['encryption null', (o) => ({ ...o, encryption: null }), /^encryption: must be an object/],
    [
      'an unknown member of encryption',
      (o) => ({ ...o, encryption: { algorithms: [] } }),
      /^encryption: has no option "algorithms"/,
    ],
    ['no keyManagement', (o) => ({ ...o, encryption: {} }), /^encryption\.keyManagement: list at least one/],
    ['a negative clockTolerance', (o) => ({ ...o, clockTolerance: -1 }), /^clockTolerance: must be seconds/],
    [
      'milliseconds for a clockTolerance',
      (o) => ({ ...o, clockTolerance: 5000 }),
      /^clockTolerance: must be at most 3600 seconds/,
    ],
    [
      'a clockTolerance of days',
      (o) => ({ ...o, clockTolerance: '1d' }),
      /^clockTolerance: must be at most 3600 seconds/,
    ],
    [
      'an endless clockTolerance',
      (o) => ({ ...o, clockTolerance: Number.POSITIVE_INFINITY }),
      /^clockTolerance: must be seconds/,
    ],
    [
      'an endless clockTolerance as text',
      (o) => ({ ...o, clockTolerance: `${'9'.repeat(400)}s` }),
      /^clockTolerance: must be seconds/,
    ],
    [
      'a clockTolerance as digits',
      (o) => ({ ...o, clockTolerance: '5' }),
      /^clockTolerance: must be seconds .*'15m'$/,
    ],
    ['maxTokenAge as NaN', (o) => ({ ...o, maxTokenAge: Number.NaN }), /^maxTokenAge: must be seconds/],
    ['maxTokenAge null', (o) => ({ ...o, maxTokenAge: null }), /^maxTokenAge: must be seconds/],
    [
      'requiredClaims as an object',
      (o) => ({ ...o, requiredClaims: {} }),
      /^requiredClaims: must be a list of claim names, such as \['sub'\]$/,
    ],
    ['an empty required claim', (o) => ({ ...o, requiredClaims: [''] }), /^requiredClaims: must be a list/],
    [
      'a size of 0',
      (o) => ({ ...o, maxTokenSize: 0 }),
      /^maxTokenSize: must be a whole number of at least 1$/,
    ],
    [
      'a clock that is a Date',
      (o) => ({ ...o, now: new Date() }),
      /^now: must be a function that returns a Date/,
    ],
  ])('with %s are refused', async (_, change, message) => {
    const options = change({ ...policy, signature: await signature() })
    const make = (): unknown => createVerifier(untyped(options))
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test.each<[string, object, boolean, RegExp]>([
    [
      'cty of its own',
      { cty: 'JWS' },
      true,
      /^encryption\.cty: leave it out for 'JWT', name another kind of JWT such as 'at\+jwt'/,
    ],
    ['no cty in the list', { cty: [] }, true, /^encryption\.cty: leave it out/],
    ['any beside another cty', { cty: ['any', 'JWT'] }, true, /^encryption\.cty: leave it out/],
    [
      'cty without signature',
      { cty: 'any' },
      false,
      /^encryption: cty and nesting are for nested tokens; add signature/,
    ],
    [
      'nesting without signature',
      { nesting: { claim: 'token' } },
      false,
      /^encryption: cty and nesting are for nested tokens/,
    ],
    ['nesting as text', { nesting: 'token' }, true, /^encryption\.nesting: must be an object with claim$/],
    [
      'nesting in nothing',
      { nesting: { claim: '' } },
      true,
      /^encryption\.nesting\.claim: must be a claim name of your own/,
    ],
    [
      'nesting in a registered claim',
      { nesting: { claim: 'sub' } },
      true,
      /^encryption\.nesting\.claim: must be/,
    ],
    [
      'an unknown member of nesting',
      { nesting: { claim: 'token', depth: 2 } },
      true,
      /^encryption\.nesting: has no option "depth"/,
    ],
    [
      'an enc its key is not for',
      { contentEncryption: ['A128GCM'] },
      true,
      /^encryption\.keys: no key given can decrypt with dir and A128GCM; pass the private key/,
    ],
    [
      'an enc nobody knows',
      { contentEncryption: ['A128CTR'] },
      true,
      /^encryption\.contentEncryption: must be one of/,
    ],
  ])('with %s are refused', async (_, change, withSignature, message) => {
    const options = {
      ...policy,
      ...(withSignature && { signature: await signature() }),
      encryption: { ...(await encryption()), ...change },
    }
    const make = (): unknown => createVerifier(untyped(options))
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test.each(['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A256KW'] as const)(
    'with %s and no signature are refused: encryption to a public key does not authenticate the sender',
    async (alg) => {
      for (const keyManagement of [[alg], ['dir', alg]]) {
        const keys = [await testKey('dir'), await testKey(alg)]
        const options = { ...policy, encryption: { keyManagement, contentEncryption: ['A256GCM'], keys } }
        expect(() => createVerifier(untyped(options))).toThrow(
          /^encryption\.keyManagement: .* does not authenticate the sender; add signature, or use encryptJwe\/decryptJwe for data/,
        )
        const both = { ...options, signature: await signature() }
        expect(() => createVerifier(untyped(both))).not.toThrow()
      }
    },
  )

  test('with symmetric key management and no signature are accepted', async () => {
    for (const alg of ['dir', 'A128KW', 'A256KW', 'A192GCMKW'] as const) {
      const keys = await testKey(alg)
      const options = {
        ...policy,
        encryption: { keyManagement: [alg], contentEncryption: ['A256GCM' as const], keys },
      }
      expect(() => createVerifier(options)).not.toThrow()
    }
  })

  test('with a private key for verification are accepted: it has both halves', async () => {
    const keys = await generateKey('ES256')
    expect(() => createVerifier({ ...policy, signature: { algorithms: ['ES256'], keys } })).not.toThrow()
    const publicKeys = await testPublicKey('ES256')
    expect(() =>
      createVerifier({ ...policy, signature: { algorithms: ['ES256'], keys: publicKeys } }),
    ).not.toThrow()
  })
})

test('confusion of HS256 and RS256 fails', async () => {
  const verifies = createVerifier({
    ...policy,
    signature: { algorithms: ['RS256'], keys: await testPublicKey('RS256') },
  })
  const forged = withJson(sign(), 0, { alg: 'RS256' })
  await expect(verifies.verify(forged)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  await expect(verifies.verify(sign())).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
})
