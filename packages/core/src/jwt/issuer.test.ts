import { jwtDecrypt, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { handSeal, handSign, jsonOf, withJson } from '../../test-kit/hand-made.js'
import { at, audience, goodClaims, issuer, now, nowSeconds } from '../../test-kit/parties.js'
import { bytes, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from '../keys/generate.js'
import { createKeySet } from '../keys/key-set.js'
import type { Duration } from '../time.js'
import type { ClaimsToIssue } from './issued-claims.js'
import { createIssuer } from './issuer.js'
import { createVerifier } from './verifier.js'

const base = { issuer, audience, lifetime: '15m', typ: 'at+jwt', now } as const
const policy = { issuer, audience, typ: 'at+jwt', now } as const
const signed = async () => ({
  ...base,
  signature: { algorithm: 'HS256' as const, keys: await testKey('HS256') },
})
const sealed = async () => ({
  ...base,
  encryption: {
    keyManagement: 'dir' as const,
    contentEncryption: 'A256GCM' as const,
    keys: await testKey('dir'),
  },
})

describe.each([
  { alg: 'HS256' as const, verifying: () => testKey('HS256', { kid: '1' }) },
  { alg: 'RS256' as const, verifying: () => testPublicKey('RS256', { kid: '1' }) },
  { alg: 'ES256' as const, verifying: () => testPublicKey('ES256', { kid: '1' }) },
])('$alg', ({ alg, verifying }) => {
  test('HS256, RS256 and ES256 sign and verify with pinned algorithms, issuer, audience and 15-minute life', async () => {
    const keys = await testKey(alg, { kid: '1' })
    const { token, claims } = await createIssuer({ ...base, signature: { algorithm: alg, keys } }).issue({
      sub: 'user_123',
      scope: 'orders:read',
    })
    expect(jsonOf(token, 0)).toEqual({ alg, kid: '1', typ: 'at+jwt' })
    expect(claims).toEqual({
      iss: issuer,
      aud: audience,
      sub: 'user_123',
      scope: 'orders:read',
      iat: nowSeconds,
      exp: nowSeconds + 900,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    const signature = { algorithms: [alg], keys: await verifying() }
    const verifier = createVerifier({ ...policy, signature })
    expect(await verifier.verify(token)).toEqual({
      claims,
      form: 'signed',
      protectedHeader: { alg, kid: '1', typ: 'at+jwt' },
      encryptionHeader: undefined,
    })
    const verifications = [
      { options: { now: at(nowSeconds + 899) }, code: undefined },
      { options: { now: at(nowSeconds + 900) }, code: 'SB_TOKEN_EXPIRED' },
      { options: { issuer: 'https://other.example' }, code: 'SB_ISSUER_MISMATCH' },
      { options: { audience: 'https://other.example' }, code: 'SB_AUDIENCE_MISMATCH' },
      {
        options: { signature: { algorithms: ['EdDSA' as const], keys: await testPublicKey('EdDSA') } },
        code: 'SB_ALG_NOT_ALLOWED',
      },
    ]
    for (const { options, code } of verifications) {
      const verified = createVerifier({ ...policy, signature, ...options }).verify(token)
      if (code === undefined) await expect(verified).resolves.toBeDefined()
      else await expect(verified).rejects.toMatchObject({ code })
    }
  })
})

test('tampering role: user into role: admin refused', async () => {
  const { token: signedToken } = await createIssuer(await signed()).issue({ sub: 'user_123', role: 'user' })
  const signature = { algorithms: ['HS256'] as const, keys: await testKey('HS256') }
  const reads = createVerifier({ ...policy, signature })
  expect((await reads.verify(signedToken)).claims['role']).toBe('user')
  await expect(reads.verify(withJson(signedToken, 1, { role: 'admin' }))).rejects.toMatchObject({
    code: 'SB_INTEGRITY_FAILED',
  })
  // A stream cipher turns the bits of the text with those of the ciphertext, which only the tag can tell.
  const { token } = await createIssuer(await sealed()).issue({ role: 'user', sub: 'user_123' })
  const encryption = {
    keyManagement: ['dir'] as const,
    contentEncryption: ['A256GCM'] as const,
    keys: await testKey('dir'),
  }
  const verifier = createVerifier({ ...policy, encryption })
  const plain = JSON.stringify((await verifier.verify(token)).claims)
  const place = plain.indexOf('"user"')
  expect(place).toBeGreaterThan(0)
  const parts = token.split('.')
  const ciphertext = Buffer.from(parts[3] ?? '', 'base64url')
  for (const [i, letter] of [...Buffer.from('"root"')].entries()) {
    const byte = ciphertext[place + i] ?? 0
    ciphertext[place + i] = byte ^ plain.charCodeAt(place + i) ^ letter
  }
  parts[3] = ciphertext.toString('base64url')
  await expect(verifier.verify(parts.join('.'))).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
})

const encryptionKeys = {
  'RSA-OAEP-256': () => ({
    seals: testPublicKey('RSA-OAEP-256', { kid: 'e' }),
    opens: testKey('RSA-OAEP-256', { kid: 'e' }),
  }),
  'ECDH-ES': () => ({
    seals: testPublicKey('ECDH-ES', { kid: 'e' }),
    opens: testKey('ECDH-ES', { kid: 'e' }),
  }),
  dir: () => ({ seals: testKey('dir', { kid: 'e' }), opens: testKey('dir', { kid: 'e' }) }),
} as const

describe.each(['RSA-OAEP-256', 'ECDH-ES', 'dir'] as const)('nested in %s', (keyManagement) => {
  const parties = async (nesting?: { claim: string }) => {
    const { seals, opens } = encryptionKeys[keyManagement]()
    const shared = { ...(nesting !== undefined && { nesting }) }
    return {
      issues: createIssuer({
        ...base,
        signature: { algorithm: 'ES256', keys: await testKey('ES256', { kid: 's' }) },
        encryption: { keyManagement, contentEncryption: 'A256GCM', keys: await seals, ...shared },
      }),
      verifies: createVerifier({
        ...policy,
        signature: { algorithms: ['ES256'], keys: await testPublicKey('ES256', { kid: 's' }) },
        encryption: {
          keyManagement: [keyManagement],
          contentEncryption: ['A256GCM'],
          keys: await opens,
          ...shared,
        },
      }),
    }
  }

  test('sign-then-encrypt with cty: JWT', async () => {
    const { issues, verifies } = await parties()
    const { token, claims } = await issues.issue({ sub: 'user_123', email: 'a@example.com' })
    expect(token.split('.')).toHaveLength(5)
    expect(jsonOf(token, 0)).toMatchObject({ alg: keyManagement, enc: 'A256GCM', kid: 'e', cty: 'JWT' })
    expect(jsonOf(token, 0)).not.toHaveProperty('typ')
    expect(token).not.toContain(Buffer.from('a@example.com').toString('base64url').slice(2, -2))
    const verified = await verifies.verify(token)
    expect(verified).toMatchObject({
      claims,
      form: 'nested',
      protectedHeader: { alg: 'ES256', kid: 's', typ: 'at+jwt' },
      encryptionHeader: { alg: keyManagement, cty: 'JWT' },
    })
  })

  test("a signed JWT carried in the token claim of an encrypted JWT (nesting: { claim: 'token' }) both ways", async () => {
    const { issues, verifies } = await parties({ claim: 'token' })
    const { token, claims } = await issues.issue({ sub: 'user_123' })
    expect(jsonOf(token, 0)).toMatchObject({ alg: keyManagement, typ: 'JWT' })
    expect(jsonOf(token, 0)).not.toHaveProperty('cty')
    expect(await verifies.verify(token)).toMatchObject({
      claims,
      form: 'nested',
      protectedHeader: { alg: 'ES256' },
      encryptionHeader: { alg: keyManagement },
    })
    // The two ways of nesting are two forms.
    const straight = await parties()
    await expect(straight.verifies.verify(token)).rejects.toMatchObject({ code: 'SB_NESTED_CTY' })
    const { token: other } = await straight.issues.issue({})
    await expect(verifies.verify(other)).rejects.toMatchObject({ code: 'SB_FORM_MISMATCH' })
  })
})

test('nothing of the outer claims is merged into those inside', async () => {
  const inner = handSign({ alg: 'HS256', typ: 'at+jwt' }, goodClaims, bytes(32))
  const outer = { token: inner, role: 'admin', sub: 'root', iss: issuer }
  const verifier = createVerifier({
    ...policy,
    signature: { algorithms: ['HS256'], keys: await testKey('HS256') },
    encryption: {
      keyManagement: ['dir'],
      contentEncryption: ['A256GCM'],
      keys: await testKey('dir'),
      nesting: { claim: 'token' },
    },
  })
  const { claims } = await verifier.verify(handSeal({ alg: 'dir', enc: 'A256GCM' }, outer, bytes(32)))
  expect(claims).toEqual(goodClaims)
})

describe("cty: 'any'", () => {
  const verifier = async (nesting: object = {}) =>
    createVerifier({
      ...policy,
      signature: { algorithms: ['HS256'], keys: await testKey('HS256') },
      encryption: {
        keyManagement: ['dir'],
        contentEncryption: ['A256GCM'],
        keys: await testKey('dir'),
        cty: 'any',
        ...nesting,
      },
    })
  const inner = handSign({ alg: 'HS256', typ: 'at+jwt' }, goodClaims, bytes(32))

  test.each([undefined, 'JWT', 'other', ''])('accepts cty %j', async (cty) => {
    const header = { alg: 'dir', enc: 'A256GCM', cty }
    await expect((await verifier()).verify(handSeal(header, inner, bytes(32)))).resolves.toBeDefined()
    const outer = handSeal(header, { token: inner }, bytes(32))
    await expect((await verifier({ nesting: { claim: 'token' } })).verify(outer)).resolves.toBeDefined()
  })

  test('still checks the content', async () => {
    const header = { alg: 'dir', enc: 'A256GCM' }
    await expect((await verifier()).verify(handSeal(header, goodClaims, bytes(32)))).rejects.toMatchObject({
      status: 401,
    })
    const attackers = handSign({ alg: 'HS256', typ: 'at+jwt' }, goodClaims, bytes(32, 9))
    await expect((await verifier()).verify(handSeal(header, attackers, bytes(32)))).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
  })
})

test('dir + A256GCM issues and verifies tokens that only a holder of the secret makes', async () => {
  const { token, claims } = await createIssuer(await sealed()).issue({ sub: 'user_123' })
  expect(jsonOf(token, 0)).toEqual({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' })
  const verifier = createVerifier({
    ...policy,
    encryption: { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: await testKey('dir') },
  })
  expect(await verifier.verify(token)).toMatchObject({ claims, form: 'encrypted' })
  const attackers = handSeal({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt' }, goodClaims, bytes(32, 9))
  await expect(verifier.verify(attackers)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
})

describe('jose', () => {
  const expected = { issuer, audience, typ: 'at+jwt', currentDate: now() }

  test('verifies tokens signed here', async () => {
    const { token, claims } = await createIssuer(await signed()).issue({ sub: 'user_123' })
    const { payload } = await jwtVerify(token, bytes(32), { ...expected, algorithms: ['HS256'] })
    expect(payload).toEqual(claims)
  })

  test('decrypts tokens encrypted here', async () => {
    const { token, claims } = await createIssuer(await sealed()).issue({ sub: 'user_123' })
    const { payload } = await jwtDecrypt(token, bytes(32), expected)
    expect(payload).toEqual(claims)
  })
})

describe('what an issuer sets', () => {
  test.each(['iss', 'aud', 'exp', 'iat', 'jti'])('%s cannot be passed', async (name) => {
    const { issue } = createIssuer(await signed())
    for (const value of ['x', null, 5, [audience]]) {
      await expect(issue(untyped({ [name]: value }))).rejects.toMatchObject({
        code: 'SB_CLAIM_RESERVED',
        parameter: name,
      })
    }
    await expect(issue(untyped({ [name]: undefined }))).resolves.toBeDefined()
  })

  test('cannot be passed by toJSON either', async () => {
    const { issue } = createIssuer(await signed())
    await expect(issue({ toJSON: () => ({ iss: 'https://evil.example' }) })).rejects.toMatchObject({
      code: 'SB_CLAIM_RESERVED',
      parameter: 'iss',
    })
    await expect(issue({ toJSON: () => 'user_123' })).rejects.toThrow(/^claims: must be an object$/)
    const { claims } = await issue({ toJSON: () => ({ sub: 'user_123' }) })
    expect(claims.sub).toBe('user_123')
  })

  test('jti is different each time', async () => {
    const { issue } = createIssuer(await signed())
    expect((await issue({})).claims.jti).not.toBe((await issue({})).claims.jti)
  })

  test('iat is a whole second, and exp counts from it', async () => {
    const { issue } = createIssuer({ ...(await signed()), now: at(nowSeconds + 0.9) })
    expect((await issue({})).claims).toMatchObject({ iat: nowSeconds, exp: nowSeconds + 900 })
  })

  test('aud is that of the option, one or several', async () => {
    const options = await signed()
    expect((await createIssuer({ ...options, audience: 'a' }).issue({})).claims.aud).toBe('a')
    expect((await createIssuer({ ...options, audience: ['a', 'b'] }).issue({})).claims.aud).toEqual([
      'a',
      'b',
    ])
  })

  test.each<[string, ClaimsToIssue, object]>([
    ['no claims handed in', {}, {}],
    ['all kinds of claims', { sub: 'é"\\\n😀', n: 1.5, list: ['a', null], deep: { a: { b: true } } }, {}],
    ['an audience in a list', { sub: 'a' }, { audience: ['a', 'b"c'] }],
    ['names that JSON escapes', {}, { issuer: 'urn:"a"\\', audience: 'é' }],
    ['a life that is no whole number of seconds', {}, { lifetime: 0.5 }],
  ])('the token has the returned claims in their order, with %s', async (_, given, changes) => {
    const options = { ...(await signed()), ...changes }
    const { token, claims } = await createIssuer(options).issue(given)
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toBe(JSON.stringify(claims))
  })

  test('typ is JWT by default', async () => {
    const { typ: _, ...options } = await signed()
    expect(jsonOf((await createIssuer(options).issue({})).token, 0)).toEqual({ alg: 'HS256', typ: 'JWT' })
  })

  test('the first key that fits signs', async () => {
    const keys = [
      await testPublicKey('ES256', { kid: 'public' }),
      await testKey('RS256', { kid: 'other' }),
      await testKey('ES256', { kid: 'first' }),
      await testKey('ES256', { kid: 'second' }),
    ]
    for (const given of [keys, await createKeySet(keys)]) {
      const { issue } = createIssuer({ ...base, signature: { algorithm: 'ES256', keys: given } })
      expect(jsonOf((await issue({})).token, 0)['kid']).toBe('first')
    }
  })

  test('a set that lost its key issues nothing', async () => {
    const keys = await createKeySet([await testKey('ES256')])
    const { issue } = createIssuer({ ...base, signature: { algorithm: 'ES256', keys } })
    await issue({})
    await keys.replace([await testPublicKey('ES256')])
    await expect(issue({})).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', status: 503 })
  })
})

describe('lifetime', () => {
  test.each<[lifetime: Duration, seconds: number]>([
    ['5m', 300],
    [1, 1],
    ['1h', 3600],
    [3600, 3600],
  ])('of a call may be %s', async (lifetime, seconds) => {
    const { issue } = createIssuer(await signed())
    expect((await issue({}, { lifetime })).claims.exp).toBe(nowSeconds + seconds)
  })

  test.each([0, -1, '0s', 3601, '61m', '1d', 'soon', '', Number.NaN, Number.POSITIVE_INFINITY, null, {}])(
    'of a call may not be %j',
    async (lifetime) => {
      const { issue } = createIssuer(await signed())
      await expect(issue({}, { lifetime: untyped(lifetime) })).rejects.toMatchObject({
        code: 'SB_LIFETIME_INVALID',
      })
    },
  )

  test('may be as long as maxLifetime', async () => {
    const { issue } = createIssuer({ ...(await signed()), lifetime: '1d', maxLifetime: '7d' })
    expect((await issue({})).claims.exp).toBe(nowSeconds + 86_400)
    expect((await issue({}, { lifetime: '7d' })).claims.exp).toBe(nowSeconds + 604_800)
    await expect(issue({}, { lifetime: 604_801 })).rejects.toMatchObject({ code: 'SB_LIFETIME_INVALID' })
  })

  test('is the one option of a call', async () => {
    const { issue } = createIssuer(await signed())
    await expect(issue({}, untyped({ expiresIn: 5 }))).rejects.toThrow(/^issue: has no option "expiresIn"/)
  })
})

describe('claims', () => {
  test.each([[undefined], [null], ['text'], [5], [['a']]])('may not be %j', async (claims) => {
    const { issue } = createIssuer(await signed())
    await expect(issue(untyped(claims))).rejects.toThrow(/^claims: must be an object$/)
  })

  class Claims {
    readonly sub = 'user_123'
  }

  test.each<[string, object]>([
    ['a promise', Promise.resolve({ sub: 'user_123' })],
    ['a map', new Map([['sub', 'user_123']])],
    ['parameters', new URLSearchParams('sub=user_123')],
    ['an instance whose members are inherited', Object.create(new Claims())],
  ])('may not be %s, of which nothing would be written', async (_, claims) => {
    const { issue } = createIssuer(await signed())
    await expect(issue(untyped(claims))).rejects.toThrow(
      /^claims: must be an object with claims as its members/,
    )
  })

  test.each<[string, object]>([
    ['an instance', new Claims()],
    ['an object without a prototype', Object.assign(Object.create(null), new Claims())],
    ['what says how it is written', { toJSON: () => ({ sub: 'user_123' }) }],
  ])('may be %s', async (_, claims) => {
    const { issue } = createIssuer(await signed())
    expect((await issue(untyped(claims))).claims.sub).toBe('user_123')
  })

  const emptied: readonly (readonly [string, () => unknown, kept: unknown])[] = [
    ['a promise', () => Promise.resolve(['admin']), ['admin']],
    ['a map', () => new Map([['admin', true]]), { admin: true }],
    ['a set', () => new Set(['admin']), ['admin']],
    ['a pattern', () => /admin/, 'admin'],
    ['an error', () => new Error('admin'), { message: 'admin' }],
    ['parameters', () => new URLSearchParams('role=admin'), { role: 'admin' }],
  ]
  const places: readonly ((value: unknown) => object)[] = [
    (value) => ({ roles: value }),
    (value) => ({ roles: [1, value] }),
    (value) => ({ user: { roles: value } }),
    (value) => ({ at: new Date(0), user: { toJSON: () => ({ roles: value }) } }),
  ]

  test.each(emptied)('may not hold %s, of which nothing would be written', async (_, create, kept) => {
    const { issue } = createIssuer(await signed())
    for (const place of places) {
      await expect(issue(untyped(place(create())))).rejects.toThrow(
        /^claims: "(roles|1)" must be JSON, not a Promise, a Map or the like/,
      )
      const { claims } = await issue(untyped(place(kept)))
      expect(JSON.stringify(claims)).toContain('admin')
    }
  })

  test.each([
    new Claims(),
    new (class Empty {})(),
    {},
    [],
    Object.create(null),
    new Number(5),
    new Boolean(false),
  ])('may hold %o', async (value) => {
    const { claims } = await createIssuer(await signed()).issue({ at: new Date(0), value })
    expect(claims['value']).toEqual(JSON.parse(JSON.stringify(value)))
  })

  test('of a proxy that throws are not quoted', async () => {
    const { issue } = createIssuer(await signed())
    const fail = () => {
      throw new Error('value')
    }
    for (const trap of ['ownKeys', 'get', 'has', 'getPrototypeOf'] as const) {
      await expect(issue(new Proxy({ a: 1 }, { [trap]: fail }))).rejects.toThrow(
        /^claims: cannot be written as JSON$/,
      )
    }
  })

  const circular: Record<string, unknown> = {}
  circular['self'] = circular

  test.each<[string, object, RegExp]>([
    ['a circle', circular, /^claims: cannot be written as JSON$/],
    ['a BigInt', { big: 2n ** 64n }, /^claims: cannot be written as JSON$/],
    [
      'a getter that throws',
      {
        get secret() {
          throw new Error('value')
        },
      },
      /^claims: cannot be written as JSON$/,
    ],
    ['a lone surrogate', { name: '\ud83d' }, /^claims: text must be well-formed Unicode$/],
    ['a lone surrogate in a name', { '\ude00': 1 }, /^claims: text must be well-formed Unicode$/],
    [
      '33 levels',
      { a: JSON.parse(`${'['.repeat(32)}${']'.repeat(32)}`) },
      /^claims: nested deeper than 32 levels$/,
    ],
    ['sub as a number', { sub: 5 }, /^claims: "sub" has the wrong type \(RFC 7519 §4\.1\)$/],
    ['nbf as text', { nbf: 'now' }, /^claims: "nbf" has the wrong type/],
    ['nbf as a Date', { nbf: new Date() }, /^claims: "nbf" has the wrong type/],
    ['nbf as NaN', { nbf: Number.NaN }, /^claims: "nbf" has the wrong type/],
  ])('may not hold %s', async (_, claims, message) => {
    const { issue } = createIssuer(await signed())
    await expect(issue(untyped(claims))).rejects.toThrow(TypeError)
    await expect(issue(untyped(claims))).rejects.toThrow(message)
  })

  test.each<[string, object, object]>([
    ['what JSON has', { a: [1, 'é', null, { b: true }] }, { a: [1, 'é', null, { b: true }] }],
    ['a Date, as JSON writes it', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['nothing, which JSON leaves out', { a: undefined, b: () => {} }, {}],
    ['a backslash in front of ud83d', { a: '\\ud83d' }, { a: '\\ud83d' }],
    ['a surrogate pair', { a: '😀' }, { a: '😀' }],
    ['nbf', { nbf: nowSeconds }, { nbf: nowSeconds }],
    ['31 levels inside', { a: JSON.parse(`${'['.repeat(31)}${']'.repeat(31)}`) }, {}],
  ])('may hold %s', async (_, claims, expected) => {
    const { token, claims: issued } = await createIssuer(await signed()).issue(untyped(claims))
    expect(issued).toMatchObject(expected)
    const verifier = createVerifier({
      ...policy,
      signature: { algorithms: ['HS256'], keys: await testKey('HS256') },
    })
    expect((await verifier.verify(token)).claims).toEqual(issued)
  })

  test('are copied and frozen', async () => {
    const roles = ['user']
    const { claims } = await createIssuer(await signed()).issue({ roles })
    roles.push('admin')
    expect(claims['roles']).toEqual(['user'])
    expect(Object.isFrozen(claims) && Object.isFrozen(claims['roles'])).toBe(true)
  })
})

describe('options', () => {
  const good = async () => ({ ...(await signed()) })

  test.each<[string, (options: object) => unknown, RegExp]>([
    ['none', () => undefined, /^createIssuer: must be an object with issuer, audience/],
    [
      'an unknown one',
      (o) => ({ ...o, expiresIn: '1h' }),
      /^createIssuer: has no option "expiresIn"; it accepts issuer/,
    ],
    [
      'no issuer',
      (o) => ({ ...o, issuer: undefined }),
      /^issuer: required: the iss of every token, one string$/,
    ],
    ['an empty issuer', (o) => ({ ...o, issuer: '' }), /^issuer: required/],
    [
      'several issuers',
      (o) => ({ ...o, issuer: ['a', 'b'] }),
      /^issuer: must be one string; create an issuer for each$/,
    ],
    ['no audience', (o) => ({ ...o, audience: undefined }), /^audience: required: who the tokens are for/],
    ['an empty list of audiences', (o) => ({ ...o, audience: [] }), /^audience: is an empty list/],
    ['no lifetime', (o) => ({ ...o, lifetime: undefined }), /^lifetime: required, such as '15m'$/],
    ['no life at all', (o) => ({ ...o, lifetime: 0 }), /^lifetime: must be more than 0/],
    ['a negative lifetime', (o) => ({ ...o, lifetime: -5 }), /^lifetime: must be seconds/],
    [
      'a lifetime nobody understands',
      (o) => ({ ...o, lifetime: 'long' }),
      /^lifetime: must be seconds .*'15m'$/,
    ],
    [
      'a lifetime over an hour',
      (o) => ({ ...o, lifetime: '2h' }),
      /^lifetime: is longer than maxLifetime \(by default 1h\); shorten it, or raise/,
    ],
    [
      'an endless maxLifetime',
      (o) => ({ ...o, maxLifetime: Number.POSITIVE_INFINITY }),
      /^maxLifetime: must be seconds/,
    ],
    ['an empty typ', (o) => ({ ...o, typ: '' }), /^typ: must be text, such as 'at\+jwt'/],
    ['half a character for a typ', (o) => ({ ...o, typ: 'at+jwt\ud800' }), /^typ: must be text/],
    ['a number for a typ', (o) => ({ ...o, typ: 7 }), /^typ: must be text/],
    ['an invalid clock', (o) => ({ ...o, now: 5 }), /^now: must be a function/],
    [
      'neither signature nor encryption',
      (o) => ({ ...o, signature: undefined }),
      /^signature: set signature for signed tokens, encryption for encrypted ones, both for nested ones$/,
    ],
    [
      'signature null',
      (o) => ({ ...o, signature: null }),
      /^signature: must be an object with algorithm, keys$/,
    ],
    [
      'an unknown member of signature',
      (o) => ({ ...o, signature: { algorithms: [] } }),
      /^signature: has no option "algorithms"; it accepts algorithm, keys$/,
    ],
    [
      'no algorithm',
      (o) => ({ ...o, signature: { keys: [] } }),
      /^signature\.algorithm: must be one of HS256/,
    ],
    [
      'none',
      (o) => ({ ...o, signature: { algorithm: 'none', keys: [] } }),
      /^signature\.algorithm: "none" is refused/,
    ],
    ['no keys', (o) => ({ ...o, signature: { algorithm: 'HS256' } }), /^signature\.keys: must be a Key/],
    [
      'encryption null',
      (o) => ({ ...o, encryption: null }),
      /^encryption: must be an object with keyManagement/,
    ],
    [
      'confidentialClaims as text',
      (o) => ({ ...o, confidentialClaims: 'email' }),
      /^confidentialClaims: must be a list of claim names; \[\] for none$/,
    ],
    [
      'an empty confidential claim',
      (o) => ({ ...o, confidentialClaims: [''] }),
      /^confidentialClaims: must be a list/,
    ],
    [
      'forbiddenClaims as text',
      (o) => ({ ...o, forbiddenClaims: 'otp' }),
      /^forbiddenClaims: must be a list of claim names/,
    ],
    [
      'a forbidden claim that is no text',
      (o) => ({ ...o, forbiddenClaims: [5] }),
      /^forbiddenClaims: must be a list/,
    ],
  ])('with %s are refused', async (_, change, message) => {
    const options = change(await good())
    const make = (): unknown => createIssuer(untyped(options))
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test.each<[string, (keys: { dir: unknown; rsa: unknown }) => object, boolean, RegExp]>([
    [
      'an unknown member',
      ({ dir }) => ({ keyManagement: 'dir', contentEncryption: 'A256GCM', keys: dir, cty: 'any' }),
      true,
      /^encryption: has no option "cty"/,
    ],
    [
      'no keyManagement',
      ({ dir }) => ({ contentEncryption: 'A256GCM', keys: dir }),
      true,
      /^encryption\.keyManagement: must be one of/,
    ],
    [
      'RSA1_5',
      ({ rsa }) => ({ keyManagement: 'RSA1_5', contentEncryption: 'A256GCM', keys: rsa }),
      true,
      /^encryption\.keyManagement: "RSA1_5" is refused/,
    ],
    [
      'no contentEncryption',
      ({ dir }) => ({ keyManagement: 'dir', keys: dir }),
      true,
      /^encryption\.contentEncryption: must be one of/,
    ],
    [
      'a key for something else',
      ({ rsa }) => ({ keyManagement: 'dir', contentEncryption: 'A256GCM', keys: rsa }),
      true,
      /^encryption\.keys: no key given can encrypt with dir and A256GCM; pass the recipient's public key/,
    ],
    [
      'a public key and no signature',
      ({ rsa }) => ({ keyManagement: 'RSA-OAEP-256', contentEncryption: 'A256GCM', keys: rsa }),
      false,
      /^encryption\.keyManagement: RSA-OAEP-256 encrypts to a public key, which does not authenticate the sender; add signature, or use encryptJwe\/decryptJwe/,
    ],
    [
      'nesting and no signature',
      ({ dir }) => ({
        keyManagement: 'dir',
        contentEncryption: 'A256GCM',
        keys: dir,
        nesting: { claim: 'token' },
      }),
      false,
      /^encryption\.nesting: is for nested tokens; add signature$/,
    ],
    [
      'nesting as text',
      ({ dir }) => ({ keyManagement: 'dir', contentEncryption: 'A256GCM', keys: dir, nesting: 'token' }),
      true,
      /^encryption\.nesting: must be an object with claim$/,
    ],
    [
      'nesting without a claim',
      ({ dir }) => ({ keyManagement: 'dir', contentEncryption: 'A256GCM', keys: dir, nesting: {} }),
      true,
      /^encryption\.nesting\.claim: must be a claim name/,
    ],
    [
      'nesting in a registered claim',
      ({ dir }) => ({
        keyManagement: 'dir',
        contentEncryption: 'A256GCM',
        keys: dir,
        nesting: { claim: 'exp' },
      }),
      true,
      /^encryption\.nesting\.claim: must be a claim name of your own, such as 'token'$/,
    ],
    [
      'nesting in several claims',
      ({ dir }) => ({
        keyManagement: 'dir',
        contentEncryption: 'A256GCM',
        keys: dir,
        nesting: { claim: ['a', 'b'] },
      }),
      true,
      /^encryption\.nesting\.claim: must be/,
    ],
    [
      'an unknown member of nesting',
      ({ dir }) => ({
        keyManagement: 'dir',
        contentEncryption: 'A256GCM',
        keys: dir,
        nesting: { claim: 'token', typ: 'x' },
      }),
      true,
      /^encryption\.nesting: has no option "typ"/,
    ],
  ])('with encryption that has %s are refused', async (_, encryption, withSignature, message) => {
    const keys = { dir: await testKey('dir'), rsa: await testPublicKey('RSA-OAEP-256') }
    const { signature, ...options } = await good()
    const make = (): unknown =>
      createIssuer(untyped({ ...options, ...(withSignature && { signature }), encryption: encryption(keys) }))
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test('with a public key for signing are refused', async () => {
    const keys = await testPublicKey('ES256')
    expect(() => createIssuer({ ...base, signature: { algorithm: 'ES256', keys } })).toThrow(
      /^signature\.keys: no key given can sign with ES256; pass a private key/,
    )
  })

  test('with ECDH-ES and no signature are refused whoever’s key it is', async () => {
    const keys = await generateKey('ECDH-ES', { crv: 'X25519' })
    const encryption = untyped({ keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys })
    expect(() => createIssuer({ ...base, encryption })).toThrow(
      /does not authenticate the sender; add signature/,
    )
    expect(() =>
      createIssuer({ ...base, signature: { algorithm: 'HS256', keys: untyped(keys) }, encryption }),
    ).toThrow(/^signature\.keys:/)
  })
})

test('the outer claims of a token in a claim have its iat and exp', async () => {
  const { encryption } = await sealed()
  const options = { ...(await signed()), encryption: { ...encryption, nesting: { claim: 'letter' } } }
  const { token, claims } = await createIssuer(options).issue({})
  const { payload } = await jwtDecrypt(token, bytes(32), { currentDate: base.now() })
  expect(payload).toEqual({ letter: expect.any(String), iat: claims.iat, exp: claims.exp })
})

test('keeps the audience that it was created with', async () => {
  const list = ['https://a.example', 'https://b.example']
  const { issue } = createIssuer({ ...(await signed()), audience: list })
  list.push('https://evil.example')
  expect((await issue({})).claims.aud).toEqual(['https://a.example', 'https://b.example'])
})
