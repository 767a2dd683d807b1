import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { segment } from '../../test-kit/hand-made.js'
import { answer, startKeyServer } from '../../test-kit/key-server.js'
import { untyped } from '../../test-kit/untyped.js'
import { createAuthenticator } from '../http/authenticator.js'
import type { AuthRequest } from '../http/request.js'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'
import { createRemoteKeySet } from '../remote-keys/remote-key-set.js'
import { type Verifier, verifierPolicy } from './define-verifier.js'
import { createIssuer } from './issuer.js'
import { createTenantVerifier } from './tenant-verifier.js'
import type { TenantVerifierOptions } from './tenant-verifier-options.js'
import { createVerifier } from './verifier.js'

const audience = 'https://api.example.com'
const nameOf = (tenant: string): string => `https://${tenant}.tenants.example.com`
const isTenant = (iss: string): boolean => iss.endsWith('.tenants.example.com')

let key: Key
let another: Key
beforeAll(async () => {
  key = await generateKey('ES256', { kid: 'same' })
  another = await generateKey('ES256', { kid: 'same' })
})

const verifierFor = (issuer: string, keys: Parameters<typeof createRemoteKeySet>[0] | Key): Verifier =>
  createVerifier({
    issuer,
    audience,
    typ: 'at+jwt',
    signature: {
      algorithms: ['ES256'],
      keys: typeof keys === 'string' || keys instanceof URL ? createRemoteKeySet(keys) : keys,
    },
  })

const tokenOf = async (issuer: string, keys: Key = key): Promise<string> => {
  const signature = { algorithm: 'ES256', keys } as const
  const { token } = await createIssuer({ issuer, audience, lifetime: '5m', typ: 'at+jwt', signature }).issue(
    {},
  )
  return token
}

/** The same token, as if it came from another issuer. */
const claiming = (token: string, iss: string): string => {
  const [header, , signature] = token.split('.')
  return `${header}.${segment({ iss })}.${signature}`
}

/** A verifier of tenants that exist, and what was looked up. */
function setUp(options: Partial<TenantVerifierOptions> = {}) {
  const asked: string[] = []
  const clock = { seconds: 0 }
  const tenants = new Map([nameOf('a'), nameOf('b')].map((iss) => [iss, verifierFor(iss, key)]))
  const verifier = createTenantVerifier({
    issuer: isTenant,
    async resolve(iss) {
      asked.push(iss)
      return tenants.get(iss)
    },
    now: () => new Date(clock.seconds * 1000),
    ...options,
  })
  return { asked, clock, tenants, verifier }
}

describe('finds the verifier of a token', () => {
  test('once for concurrent tokens', async () => {
    const { asked, verifier } = setUp()
    const token = await tokenOf(nameOf('a'))
    const verified = await Promise.all(Array.from({ length: 100 }, () => verifier.verify(token)))
    expect(verified[99]?.claims.iss).toBe(nameOf('a'))
    await verifier.verify(await tokenOf(nameOf('b')))
    await verifier.verify(token)
    expect(asked).toEqual([nameOf('a'), nameOf('b')])
  })

  test('for each request, if requests cannot share I/O', async () => {
    const { asked, verifier } = setUp({ shareLoads: false })
    const token = await tokenOf(nameOf('a'))
    await Promise.all([verifier.verify(token), verifier.verify(token)])
    await verifier.verify(token)
    expect(asked).toHaveLength(2)
  })

  test('again after keepFor, and after forget', async () => {
    const { asked, clock, tenants, verifier } = setUp({ keepFor: '10m' })
    const token = await tokenOf(nameOf('a'))
    await verifier.verify(token)
    clock.seconds += 599
    await verifier.verify(token)
    expect(asked).toHaveLength(1)
    clock.seconds += 1
    await verifier.verify(token)
    expect(asked).toHaveLength(2)
    tenants.clear()
    await verifier.verify(token)
    verifier.forget(nameOf('a'))
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
  })

  test('not from a lookup that began before forget', async () => {
    const lookups: ((verifier: Verifier | undefined) => void)[] = []
    const { verifier } = setUp({ resolve: () => new Promise((resolve) => lookups.push(resolve)) })
    const token = await tokenOf(nameOf('a'))
    const before = verifier.verify(token)
    verifier.forget(nameOf('a'))
    const after = verifier.verify(token)
    lookups[1]?.(undefined)
    await expect(after).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
    lookups[0]?.(verifierFor(nameOf('a'), key))
    await expect(before).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
  })
})

describe('tokens without a tenant', () => {
  test('are looked up once, until unknownFor is over', async () => {
    const { asked, clock, tenants, verifier } = setUp({ unknownFor: 60 })
    const token = await tokenOf(nameOf('new'))
    for (let i = 0; i < 100; i++) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH', status: 401 })
    }
    expect(asked).toHaveLength(1)
    tenants.set(nameOf('new'), verifierFor(nameOf('new'), key))
    clock.seconds += 60
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })

  test('evict no tenant of verified tokens, even in the name of another tenant', async () => {
    const names = Array.from({ length: 200 }, (_, i) => nameOf(`t${i}`))
    const { asked, verifier, tenants } = setUp({ maxIssuers: 10 })
    for (const iss of names) tenants.set(iss, verifierFor(iss, another))
    const busy = await Promise.all(names.slice(0, 10).map((iss) => tokenOf(iss, another)))
    for (const token of busy) await verifier.verify(token)
    const [token = ''] = busy
    for (const iss of names)
      await expect(verifier.verify(claiming(token, iss))).rejects.toMatchObject({ status: 401 })
    asked.length = 0
    for (const good of busy) await verifier.verify(good)
    expect(asked).toEqual([])
  })

  test('evict no known tenant', async () => {
    const { asked, verifier } = setUp({ maxIssuers: 10 })
    const token = await tokenOf(nameOf('a'))
    await verifier.verify(token)
    const [header, , signature] = token.split('.')
    for (let i = 0; i < 200; i++) {
      const claims = Buffer.from(JSON.stringify({ iss: nameOf(`x${i}`) })).toString('base64url')
      await expect(verifier.verify(`${header}.${claims}.${signature}`)).rejects.toMatchObject({ status: 401 })
    }
    asked.length = 0
    await verifier.verify(token)
    expect(asked).toEqual([])
  })

  const body = (claims: unknown): string => Buffer.from(JSON.stringify(claims)).toString('base64url')
  test.each([
    { title: 'not among the tenants by name', claims: body({ iss: 'https://evil.example' }) },
    { title: 'without iss', claims: body({}) },
    { title: 'with a list for iss', claims: body({ iss: [nameOf('a')] }) },
    { title: 'with an object for claims', claims: body([]), code: 'SB_TOKEN_MALFORMED' },
    { title: 'not base64url', claims: '%', code: 'SB_TOKEN_MALFORMED' },
  ])('$title are not looked up', async ({ claims, code = 'SB_ISSUER_MISMATCH' }) => {
    const { asked, verifier } = setUp()
    await expect(verifier.verify(`e30.${claims}.AA`)).rejects.toMatchObject({ code })
    expect(asked).toEqual([])
    await expect(verifier.verify(`e30.${body({ iss: nameOf('a') })}.AA`)).rejects.toBeDefined()
    expect(asked).toEqual([nameOf('a')])
  })

  test.each([
    { title: 'an encrypted token', token: 'e30.AA.AA.AA.AA', code: 'SB_FORM_MISMATCH' },
    { title: 'one part', token: 'e30', code: 'SB_TOKEN_MALFORMED' },
    { title: 'four parts', token: 'e30.AA.AA.AA', code: 'SB_TOKEN_MALFORMED' },
    { title: 'too long', token: `e30.${'A'.repeat(20_000)}.AA`, code: 'SB_TOKEN_TOO_LARGE' },
  ])('$title: $code', async ({ token, code }) => {
    await expect(setUp().verifier.verify(token)).rejects.toMatchObject({ code })
  })
})

describe('a lookup that fails', () => {
  test('is a 503, is reported, and is not repeated immediately', async () => {
    const errors: unknown[] = []
    let lookups = 0
    const failure = new Error('database')
    const { clock, verifier } = setUp({
      resolve() {
        lookups++
        throw failure
      },
      onError: (error) => errors.push(error),
    })
    const token = await tokenOf(nameOf('a'))
    for (let i = 0; i < 10; i++) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', status: 503 })
    }
    expect({ lookups, errors }).toEqual({ lookups: 1, errors: [failure] })
    clock.seconds += 5
    await expect(verifier.verify(token)).rejects.toBeDefined()
    expect(lookups).toBe(2)
  })

  test('does not affect a known tenant', async () => {
    let isDown = false
    const { clock, verifier } = setUp({
      async resolve(iss) {
        if (isDown) throw new Error('database')
        return verifierFor(iss, key)
      },
    })
    const token = await tokenOf(nameOf('a'))
    await verifier.verify(token)
    isDown = true
    clock.seconds += 3_600
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })

  test.each([
    { title: 'two hours by default', options: {}, last: 7_199, over: 7_200 },
    {
      title: 'maxStale',
      options: { keepFor: '10m', maxStale: '20m' } as const,
      last: 1_199,
      over: 1_200,
    },
    { title: 'twice as long as keepFor', options: { keepFor: '2h' } as const, last: 14_399, over: 14_400 },
  ])('of a known tenant: it is used for $title, then 503', async ({ options, last, over }) => {
    const errors: unknown[] = []
    let isDown = false
    const { clock, verifier } = setUp({
      ...options,
      async resolve(iss) {
        if (isDown) throw new Error('database')
        return verifierFor(iss, key)
      },
      onError: (error) => errors.push(error),
    })
    const token = await tokenOf(nameOf('a'))
    await verifier.verify(token)
    isDown = true
    clock.seconds = last
    await expect(verifier.verify(token)).resolves.toBeDefined()
    clock.seconds = over
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', status: 503 })
    expect(errors.length).toBeGreaterThan(0)
    isDown = false
    clock.seconds = over + 5
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })

  test('is warned about once, without the text of the error, where there is no onError', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const failure = Object.assign(new Error('a secret'), { code: 'ECONNREFUSED' })
      const resolve = () => Promise.reject(failure)
      const { verifier, clock } = setUp({ resolve })
      const { verifier: quiet } = setUp({ resolve, onError: () => {} })
      const token = await tokenOf(nameOf('a'))
      for (let i = 0; i < 3; i++) {
        clock.seconds += 10
        for (const one of [verifier, quiet]) await expect(one.verify(token)).rejects.toBeDefined()
      }
      expect(warnings).toHaveBeenCalledTimes(1)
      expect(warnings.mock.calls[0]?.[0]).toMatch(/resolve.*\(ECONNREFUSED\).*onError/)
    } finally {
      warnings.mockRestore()
    }
  })

  test('fails also if the verifier is of another issuer or form', async () => {
    const [secret, token] = [await generateKey('A256GCMKW'), await tokenOf(nameOf('a'))]
    const encryptedTokens = createVerifier({
      issuer: nameOf('a'),
      audience,
      typ: 'at+jwt',
      encryption: { keyManagement: ['A256GCMKW'], contentEncryption: ['A256GCM'], keys: secret },
    })
    for (const wrong of [verifierFor(nameOf('b'), key), encryptedTokens]) {
      const errors: unknown[] = []
      const { verifier } = setUp({ resolve: () => wrong, onError: (error) => errors.push(error) })
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
      expect(errors).toEqual([expect.any(TypeError)])
    }
  })

  test.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('log')
      },
    ],
    ['rejects', () => Promise.reject(new Error('log'))],
  ])('fails also if onError %s', async (_, onError) => {
    const resolve = (): never => {
      throw new Error('database')
    }
    const { verifier } = setUp({ resolve, onError })
    await expect(verifier.verify(await tokenOf(nameOf('a')))).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
    })
    // An unhandled rejection would fail the run here.
    await setImmediate()
  })

  test.each([false, 0, '', {}])('fails also if resolve returns %j', async (answer) => {
    const errors: unknown[] = []
    const { verifier } = setUp({ resolve: () => untyped(answer), onError: (error) => errors.push(error) })
    await expect(verifier.verify(await tokenOf(nameOf('a')))).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
    })
    expect(errors).toEqual([expect.any(TypeError)])
  })

  test('fails also if resolve takes too long, and makes room for the next', async () => {
    const errors: unknown[] = []
    let isHung = true
    const { tenants, verifier, clock } = setUp({
      resolve: (iss) => (isHung ? new Promise(() => {}) : tenants.get(iss)),
      timeout: 0.05,
      onError: (error) => errors.push(error),
    })
    const token = await tokenOf(nameOf('a'))
    const hung = Array.from({ length: 100 }, (_, i) => verifier.verify(claiming(token, nameOf(`x${i}`))))
    for (const { status } of await Promise.allSettled(hung)) expect(status).toBe('rejected')
    await expect(hung[0]).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    expect(errors).toHaveLength(100)
    expect(errors[0]).toMatchObject({ message: 'resolve: takes longer than timeout' })
    isHung = false
    clock.seconds += 5
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })

  test('too many concurrent ones are refused, but known tenants are not', async () => {
    const fail: (() => void)[] = []
    const { tenants, verifier } = setUp({
      resolve: (iss) => tenants.get(iss) ?? new Promise((_, reject) => fail.push(() => reject(new Error()))),
    })
    const token = await tokenOf(nameOf('a'))
    const invented = (i: number): string => claiming(token, nameOf(`x${i}`))
    await verifier.verify(token)
    const hung = Array.from({ length: 100 }, (_, i) => verifier.verify(invented(i)))
    await expect(verifier.verify(invented(100))).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    await expect(verifier.verify(token)).resolves.toBeDefined()
    for (const end of fail) end()
    for (const { status } of await Promise.allSettled(hung)) expect(status).toBe('rejected')
  })
})

describe('cached tokens', () => {
  /** Tenants whose keys a test changes by moving their generation, and how many tokens were verified, not remembered. */
  function watched(options: Partial<TenantVerifierOptions> = {}, cache?: false) {
    const state = { generation: 0 }
    const seen = new Map<string, unknown>()
    const keys = {
      select: () => [key],
      get generation() {
        return state.generation
      },
    }
    const resolve = (issuer: string): Verifier =>
      createVerifier({
        ...{ issuer, audience, typ: 'at+jwt', signature: { algorithms: ['ES256'], keys } },
        ...(cache === false && { cache }),
      })
    const verifier = createTenantVerifier({ issuer: isTenant, resolve, ...options })
    const timesVerified = async (token: string): Promise<number> => {
      const { claims } = await verifier.verify(token)
      // Those of a remembered token are the same object.
      const isVerified = seen.get(token) !== claims
      seen.set(token, claims)
      return Number(isVerified)
    }
    return { state, verifier, timesVerified }
  }
  const tokensOf = (count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => tokenOf(nameOf(`t${i}`))))

  test('have one limit for all tenants', async () => {
    const { timesVerified } = watched({ cache: { maxEntries: 5 } })
    const tokens = await tokensOf(8)
    for (const token of tokens) await timesVerified(token)
    const asked: number[] = []
    for (const token of tokens.toReversed()) asked.push(await timesVerified(token))
    expect(asked).toEqual([0, 0, 0, 0, 0, 1, 1, 1])
  })

  test('are not cached if the tenant or the verifier of tenants has no cache', async () => {
    const token = await tokenOf(nameOf('a'))
    for (const { timesVerified } of [watched({ cache: false }), watched({}, false)]) {
      expect([await timesVerified(token), await timesVerified(token)]).toEqual([1, 1])
    }
    const { timesVerified } = watched()
    expect([await timesVerified(token), await timesVerified(token)]).toEqual([1, 0])
  })

  test('are verified again when a key is removed, and by the verifier that is resolved after forget', async () => {
    const { state, verifier, timesVerified } = watched()
    const token = await tokenOf(nameOf('a'))
    expect([await timesVerified(token), await timesVerified(token)]).toEqual([1, 0])
    state.generation++
    expect([await timesVerified(token), await timesVerified(token)]).toEqual([1, 0])
    verifier.forget(nameOf('a'))
    expect([await timesVerified(token), await timesVerified(token)]).toEqual([1, 0])
  })

  test('are not used once their tenant has other keys', async () => {
    const { tenants, verifier } = setUp()
    const token = await tokenOf(nameOf('a'))
    for (let i = 0; i < 2; i++) await expect(verifier.verify(token)).resolves.toBeDefined()
    tenants.set(nameOf('a'), verifierFor(nameOf('a'), another))
    verifier.forget(nameOf('a'))
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    await expect(verifier.verify(await tokenOf(nameOf('a'), another))).resolves.toBeDefined()
  })
})

const requestWith = (token: string): AuthRequest => ({
  method: 'GET',
  target: '/',
  secure: true,
  header: (name) => (name === 'authorization' ? [`Bearer ${token}`] : []),
})

test("two issuers with the same kid and alg: only the keys of the token's own issuer are used", async () => {
  await using one = await startKeyServer(answer(publicJwks(key)))
  await using two = await startKeyServer(answer(publicJwks(another)))
  const [fixed, tenant] = ['https://auth.example.com', nameOf('a')]
  const authenticator = createAuthenticator({
    verifier: [
      verifierFor(fixed, one.jwksUri),
      createTenantVerifier({ issuer: isTenant, resolve: (iss) => verifierFor(iss, two.jwksUri) }),
    ],
  })
  const codeOf = async (token: string): Promise<string> => {
    const outcome = await authenticator.authenticate(requestWith(token))
    return outcome.ok ? (outcome.auth.issuer ?? '') : outcome.error.code
  }
  expect(await codeOf(await tokenOf('https://evil.example', key))).toBe('SB_ISSUER_MISMATCH')
  expect([one.requests, two.requests], 'asked for nobody').toEqual([0, 0])
  expect(await codeOf(await tokenOf(fixed, key))).toBe(fixed)
  expect([one.requests, two.requests]).toEqual([1, 0])
  expect(await codeOf(await tokenOf(tenant, another))).toBe(tenant)
  expect(await codeOf(await tokenOf(fixed, another))).toBe('SB_INTEGRITY_FAILED')
  expect(await codeOf(await tokenOf(tenant, key))).toBe('SB_INTEGRITY_FAILED')
  expect([one.requests, two.requests]).toEqual([1, 1])
})

test('an authenticator refuses tenants that could be one of its issuers', async () => {
  const fixed = verifierFor('https://auth.example.com', key)
  const withTenants = (issuer: (iss: string) => boolean) => () =>
    createAuthenticator({ verifier: [fixed, createTenantVerifier({ issuer, resolve: () => undefined })] })
  expect(withTenants(() => true)).toThrow(TypeError)
  expect(withTenants(isTenant)).not.toThrow()
})

test('accepts every option', () => {
  const options = {
    maxIssuers: 1,
    cache: { maxEntries: 1 },
    keepFor: 1,
    maxStale: 1,
    unknownFor: 1,
    maxTokenSize: 1_000,
    shareLoads: true,
  }
  const verifier = createTenantVerifier({ issuer: isTenant, resolve: () => undefined, ...options })
  expect(verifierPolicy(verifier)).toMatchObject({ form: 'signed', maxTokenSize: 1_000, issuers: undefined })
})

test.each([
  { title: 'no text', claims: { iss: 7 } },
  { title: 'absent', claims: {} },
])('names the claim if iss is $title', async ({ claims }) => {
  const { verifier } = setUp({ issuer: () => true })
  const token = `${segment({ alg: 'ES256' })}.${segment(claims)}.AA`
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH', parameter: 'iss' })
})

test.each([
  ['null', (answer: unknown) => answer],
  ['a promise of null', async (answer: unknown) => answer],
])('treats %s as an absent tenant, as databases return it', async (_, answered) => {
  const { verifier, tenants } = setUp({
    resolve: (iss) => untyped(answered(tenants.get(iss) ?? null)),
  })
  const attacker = verifier.verify(await tokenOf(nameOf('c')))
  await expect(attacker).rejects.toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
  await expect(verifier.verify(await tokenOf(nameOf('a')))).resolves.toBeDefined()
})

test('awaits promises of another library', async () => {
  const { verifier, tenants } = setUp({
    resolve: (iss) =>
      // biome-ignore lint/suspicious/noThenProperty: a promise of another library
      untyped({ then: (resolve: (found: unknown) => void) => resolve(tenants.get(iss)) }),
  })
  await expect(verifier.verify(await tokenOf(nameOf('a')))).resolves.toBeDefined()
})

test('reports to onError what is wrong with a resolved verifier', async () => {
  const errors: unknown[] = []
  const options = { onError: (error: unknown) => errors.push(error), unknownFor: 0 }
  const { verifier, tenants, clock } = setUp(options)
  tenants.set(nameOf('a'), verifierFor(nameOf('b'), key))
  await expect(verifier.verify(await tokenOf(nameOf('a')))).rejects.toThrow()
  clock.seconds = 60
  const encryption = {
    ...({ keyManagement: ['dir'], contentEncryption: ['A256GCM'] } as const),
    keys: await generateKey('dir', { enc: 'A256GCM' }),
  }
  tenants.set(nameOf('a'), createVerifier({ issuer: nameOf('a'), audience, typ: 'any', encryption }))
  await expect(verifier.verify(await tokenOf(nameOf('a')))).rejects.toThrow()
  expect(errors).toEqual([
    new TypeError('resolve: returned a verifier of another issuer'),
    new TypeError('resolve: must return verifiers of signed tokens'),
  ])
})

test.each([
  { options: { resolve: undefined }, names: 'resolve' },
  { options: { issuer: nameOf('a') }, names: 'issuer' },
  { options: { issuer: undefined }, names: 'issuer' },
  { options: { timeout: 0 }, names: 'timeout' },
  { options: { maxIssuers: 0 }, names: 'maxIssuers' },
  { options: { maxIssuers: 2 ** 32 }, names: 'maxIssuers' },
  { options: { keepFor: -1 }, names: 'keepFor' },
  { options: { unknownFor: 'long' }, names: 'unknownFor' },
  { options: { maxStale: 'long' }, names: 'maxStale' },
  { options: { keepFor: '2h', maxStale: '1h' }, names: 'maxStale' },
  { options: { onError: true }, names: 'onError' },
  { options: { shareLoads: 1 }, names: 'shareLoads' },
  { options: { maxTokenSize: 0 }, names: 'maxTokenSize' },
  { options: { cache: 1 }, names: 'cache' },
  { options: { cache: { maxEntries: 0 } }, names: 'cache.maxEntries' },
  { options: { caches: false }, names: 'createTenantVerifier: has no option "caches"' },
])('refuses $options', ({ options, names }) => {
  const good = { issuer: isTenant, resolve: () => undefined }
  // What a caller without types can pass.
  expect(() => createTenantVerifier({ ...good, ...(options as object) })).toThrow(names)
  expect(() => createTenantVerifier(good)).not.toThrow()
})
