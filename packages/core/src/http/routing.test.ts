import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import type { KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { VerifierPolicy } from '../jwt/define-verifier.js'
import type { Key, KeySelector, KeySet } from '../keys/key.js'
import { importSecret } from '../keys/secret.js'
import type { MaybePromise } from '../maybe-promise.js'
import { chain } from '../maybe-promise.js'
import { createRoute } from './routing.js'

/** The route, and the check of the verifier at its end. */
const routedCheck = <Claims>(policies: readonly VerifierPolicy<Claims>[]) => {
  const route = createRoute(policies)
  return (token: string) => chain(route(token), (policy) => policy.check(token))
}

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const signedToken = (claims: unknown) => `${segment({ alg: 'ES256' })}.${segment(claims)}.c2ln`
const encryptedToken = (header: unknown) => `${segment(header)}.a2V5.aXY.dGV4dA.dGFn`

const anyKey: Key = importSecret('0123456789abcdef0123456789abcdef', { alg: 'A256KW', encoding: 'utf8' })

/** A check that says by whom the token was checked. */
const policy = (name: string, parts: Partial<VerifierPolicy>): VerifierPolicy => ({
  form: parts.encryption === undefined ? 'signed' : 'nested',
  issuers: [name],
  signers: [name],
  acceptsIssuer: (iss) => iss === name,
  encryption: undefined,
  maxTokenSize: 1000,
  check: () => {
    throw new Error(`checked by ${name}`)
  },
  ...parts,
})

const signed = (name: string, parts: Partial<VerifierPolicy> = {}) => policy(name, parts)
const opener = (name: string, keyManagement: readonly KeyManagementAlgorithm[], keys: KeySet = setOf(name)) =>
  policy(name, { encryption: { keyManagement: new Set(keyManagement), keys } })

function setOf(...kids: (string | undefined)[]): KeySet {
  const set = {
    generation: 0,
    kids: () => kids,
    select: ({ kid }: KeySelector): MaybePromise<readonly Key[]> =>
      kid === undefined || kids.includes(kid) ? [anyKey] : [],
  }
  return set
}

const later = (set: KeySet): KeySet => ({ ...set, select: async (header) => set.select(header) })

const route = async (policies: readonly VerifierPolicy[], token: string) => {
  try {
    return await routedCheck(policies)(token)
  } catch (error) {
    return error
  }
}

describe('signed tokens', () => {
  const policies = [
    signed('one'),
    signed('two'),
    signed('tenants', { issuers: undefined, acceptsIssuer: (iss) => iss.startsWith('tenant-') }),
    opener('sealed', ['A256KW']),
  ]

  test.each(['one', 'two'])('go to the verifier of their issuer: %s', async (iss) => {
    expect(await route(policies, signedToken({ iss }))).toMatchObject({ message: `checked by ${iss}` })
  })

  test('go to the verifier whose function accepts their issuer', async () => {
    expect(await route(policies, signedToken({ iss: 'tenant-7' }))).toMatchObject({
      message: 'checked by tenants',
    })
  })

  test.each([
    { title: 'a strange issuer', token: signedToken({ iss: 'three' }), code: 'SB_ISSUER_MISMATCH' },
    { title: 'no issuer', token: signedToken({}), code: 'SB_ISSUER_MISMATCH' },
    { title: 'a list of issuers', token: signedToken({ iss: ['one'] }), code: 'SB_ISSUER_MISMATCH' },
    { title: 'claims that are no object', token: signedToken(['one']), code: 'SB_TOKEN_MALFORMED' },
    { title: 'claims that are no JSON', token: 'a.bm8.c', code: 'SB_TOKEN_MALFORMED' },
    {
      title: 'claims with a doubled iss',
      token: `a.${Buffer.from('{"iss":"one","iss":"two"}').toString('base64url')}.c`,
      code: 'SB_TOKEN_MALFORMED',
    },
    { title: 'claims with padding', token: 'a.e30=.c', code: 'SB_TOKEN_MALFORMED' },
    { title: 'four parts', token: 'a.b.c.d', code: 'SB_TOKEN_MALFORMED' },
    { title: 'six parts', token: 'a.b.c.d.e.f', code: 'SB_TOKEN_MALFORMED' },
    { title: 'one part', token: 'abc', code: 'SB_TOKEN_MALFORMED' },
    {
      title: 'too much of it',
      token: signedToken({ iss: 'one', x: 'x'.repeat(1000) }),
      code: 'SB_TOKEN_TOO_LARGE',
    },
  ])('are refused with $title', async ({ token, code }) => {
    expect(await route(policies, token)).toMatchObject({ code })
  })

  test('without issuer go to the verifier that accepts none', async () => {
    const nameless = signed('nameless', { issuers: [null], acceptsIssuer: () => false })
    const all = [...policies, nameless]
    expect(await route(all, signedToken({}))).toMatchObject({ message: 'checked by nameless' })
    expect(await route(all, signedToken({ iss: 'one' }))).toMatchObject({ message: 'checked by one' })
    expect(await route(all, signedToken({ iss: null }))).toMatchObject({ code: 'SB_ISSUER_MISMATCH' })
    expect(() => routedCheck([nameless, signed('two', { issuers: [null] })])).toThrow(/two verifiers/)
    expect(() => routedCheck([nameless, signed('two', { issuers: undefined })])).not.toThrow()
  })

  test('are refused for their number of parts before their form', async () => {
    const error = await route([signed('one'), signed('two')], 'a.b.c.d')
    expect(error).toMatchObject({ code: 'SB_TOKEN_MALFORMED' })
  })

  test('name the claim that does not match', async () => {
    expect(await route(policies, signedToken({ iss: 'three' }))).toMatchObject({ parameter: 'iss' })
  })

  test('may be as long as the highest maxTokenSize allows', async () => {
    const token = signedToken({ iss: 'long', x: 'x'.repeat(1000) })
    const taking = (size: number) => [signed('short'), signed('long', { maxTokenSize: size })]
    expect(await route(taking(token.length), token)).toMatchObject({ message: 'checked by long' })
    expect(await route(taking(token.length - 1), token)).toMatchObject({ code: 'SB_TOKEN_TOO_LARGE' })
  })

  test('are refused if every verifier decrypts', async () => {
    const sealed = [opener('one', ['A256KW']), opener('two', ['A128KW'])]
    expect(await route(sealed, signedToken({ iss: 'one' }))).toMatchObject({ code: 'SB_FORM_MISMATCH' })
  })

  test('are refused if two functions accept their issuer', async () => {
    const taken = new Set<string>()
    const onboarded = signed('onboarded', { issuers: undefined, acceptsIssuer: (iss) => taken.has(iss) })
    const check = routedCheck([signed('one'), onboarded])
    taken.add('one').add('two')
    expect(() => check(signedToken({ iss: 'two' }))).toThrow('checked by onboarded')
    expect(() => check(signedToken({ iss: 'one' }))).toThrow(
      expect.objectContaining({ code: 'SB_ISSUER_MISMATCH' }),
    )
  })
})

describe('encrypted tokens', () => {
  const policies = [
    signed('signed'),
    opener('rsa', ['RSA-OAEP-256']),
    opener('one', ['A256KW', 'dir']),
    opener('two', ['A256KW'], later(setOf('two'))),
  ]
  const header = { alg: 'A256KW', enc: 'A256GCM' }

  test.each([
    {
      title: 'the only one with their algorithm',
      token: encryptedToken({ ...header, alg: 'RSA-OAEP-256' }),
      by: 'rsa',
    },
    {
      title: 'the only one, whatever the kid',
      token: encryptedToken({ ...header, alg: 'dir', kid: 'x' }),
      by: 'one',
    },
    { title: 'the one that has their kid', token: encryptedToken({ ...header, kid: 'one' }), by: 'one' },
    {
      title: 'the one that has their kid, asynchronously',
      token: encryptedToken({ ...header, kid: 'two' }),
      by: 'two',
    },
  ])('go to $title', async ({ token, by }) => {
    expect(await route(policies, token)).toMatchObject({ message: `checked by ${by}` })
  })

  test('are routed with synchronous and with asynchronous key sets', async () => {
    const sets = [setOf('one'), setOf('two')]
    const atOnce = sets.map((keys, i) => opener(`verifier ${i}`, ['A256KW'], keys))
    const token = encryptedToken({ ...header, kid: 'two' })
    expect(() => routedCheck(atOnce)(token)).toThrow('checked by verifier 1')
    const afterwards = sets.map((keys, i) => opener(`verifier ${i}`, ['A256KW'], { ...keys, ...later(keys) }))
    expect(await route(afterwards, token)).toMatchObject({ message: 'checked by verifier 1' })
  })

  test.each([
    {
      title: 'an algorithm that no verifier has',
      token: encryptedToken({ ...header, alg: 'A128KW' }),
      code: 'SB_KEY_NOT_FOUND',
    },
    {
      title: 'a kid that no verifier has',
      token: encryptedToken({ ...header, kid: 'three' }),
      code: 'SB_KEY_NOT_FOUND',
    },
    { title: 'no kid where two verifiers fit', token: encryptedToken(header), code: 'SB_KEY_NOT_FOUND' },
    { title: 'no alg', token: encryptedToken({ enc: 'A256GCM' }), code: 'SB_HEADER_INVALID' },
    { title: 'no enc', token: encryptedToken({ alg: 'A256KW' }), code: 'SB_HEADER_INVALID' },
    {
      title: 'a kid that is no text',
      token: encryptedToken({ ...header, kid: 7 }),
      code: 'SB_HEADER_INVALID',
    },
    { title: 'a header that is no JSON', token: 'bm8.a.b.c.d', code: 'SB_TOKEN_MALFORMED' },
  ])('are refused with $title', async ({ token, code }) => {
    expect(await route(policies, token)).toMatchObject({ code })
  })

  test('are refused if every verifier expects signed tokens', async () => {
    expect(await route([signed('one'), signed('two')], encryptedToken(header))).toMatchObject({
      code: 'SB_FORM_MISMATCH',
    })
  })

  test.each([
    {
      title: 'throws',
      select: (): never => {
        throw new Error('secret')
      },
    },
    {
      title: 'rejects',
      select: async (): Promise<never> => {
        throw new Error('secret')
      },
    },
  ])('are refused with 503 if a set $title', async ({ select }) => {
    const broken = opener('broken', ['A256KW'], { ...setOf('broken'), select })
    const error = await route([opener('one', ['A256KW']), broken], encryptedToken({ ...header, kid: 'one' }))
    expect(error).toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
      message: expect.not.stringContaining('secret'),
    })
    // An unhandled rejection would fail the run here.
    await setImmediate()
  })

  test('leave no unhandled rejection if one set rejects and the next one throws', async () => {
    const rejects = async (): Promise<never> => {
      throw new Error('secret')
    }
    const throws = (): never => {
      throw new Error('secret')
    }
    const sets = [rejects, throws].map((select, i) =>
      opener(`broken ${i}`, ['A256KW'], { ...setOf(`broken ${i}`), select }),
    )
    expect(await route(sets, encryptedToken({ ...header, kid: 'broken 0' }))).toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
    })
    await setImmediate()
  })

  test.each([
    { title: 'nothing', answer: undefined },
    { title: 'null', answer: null },
    { title: 'text', answer: 'keys' },
    { title: 'a list of something else', answer: [{ kid: 'odd' }] },
  ])('are refused with 503 if a set returns $title', async ({ answer }) => {
    for (const value of [answer, Promise.resolve(answer)]) {
      const odd = { ...setOf('odd'), select: () => untyped(value) }
      const error = await route(
        [opener('odd', ['A256KW'], odd), opener('one', ['A256KW'])],
        encryptedToken({ ...header, kid: 'one' }),
      )
      expect(error).toMatchObject({ code: 'SB_KEYS_UNAVAILABLE' })
    }
  })

  test('do not go by keys for another algorithm, and wait for promises of any kind', async () => {
    const signing = importSecret('0123456789abcdef0123456789abcdef', { alg: 'HS256', encoding: 'utf8' })
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library
    const promised = <T>(value: T) => ({ then: (resolve: (value: T) => void) => resolve(value) })
    const answering = (name: string, key: Key) =>
      opener(name, ['A256KW'], { ...setOf(name), select: () => untyped(promised([key])) })
    const policies = [answering('wrong kind', signing), answering('right kind', anyKey)]
    expect(await route(policies, encryptedToken(header))).toMatchObject({ message: 'checked by right kind' })
  })
})

describe('at construction', () => {
  const noList: KeySet = { generation: 0, select: () => [] }
  const takesTenants = { issuers: undefined, acceptsIssuer: (iss: string) => iss.startsWith('tenant-') }

  test.each([
    { title: 'two issuers', policies: [signed('one'), signed('two')] },
    {
      title: 'an issuer and a function that does not accept it',
      policies: [signed('one'), signed('f', takesTenants)],
    },
    {
      title: 'the same the other way round',
      policies: [signed('f', takesTenants), signed('one')],
    },
    {
      title: 'one issuer for two forms',
      policies: [signed('one'), { ...opener('one', ['dir']), issuers: ['one'] }],
    },
    {
      title: 'two algorithms',
      policies: [opener('one', ['A256KW'], noList), opener('two', ['A128KW'], noList)],
    },
    { title: 'one algorithm and two kids', policies: [opener('one', ['dir']), opener('two', ['dir'])] },
  ])('takes $title', ({ policies }) => {
    expect(routedCheck(policies)).toBeTypeOf('function')
  })

  test.each([
    { title: 'no verifier', policies: [], says: /^verifier: the list is empty/ },
    { title: 'one issuer twice', policies: [signed('one'), signed('one')], says: /same signed token/ },
    {
      title: 'a common issuer',
      policies: [signed('one'), signed('two', { issuers: ['two', 'one'] })],
      says: /same signed token/,
    },
    {
      title: 'a function that accepts the other one’s issuer',
      policies: [signed('tenant-1'), signed('f', takesTenants)],
      says: /same signed token/,
    },
    {
      title: 'the same the other way round',
      policies: [signed('f', takesTenants), signed('tenant-1')],
      says: /same signed token/,
    },
    {
      title: 'a function that accepts one of the other one’s issuers',
      policies: [signed('two', { issuers: ['two', 'tenant-1'] }), signed('f', takesTenants)],
      says: /same signed token/,
    },
    {
      title: 'two functions',
      policies: [signed('f', takesTenants), signed('g', takesTenants)],
      says: /same signed token/,
    },
    {
      title: 'the first and the third',
      policies: [signed('one'), signed('two'), signed('one')],
      says: /same signed token/,
    },
    {
      title: 'one algorithm and a common kid',
      policies: [opener('one', ['dir'], setOf('a', 'b')), opener('two', ['dir'], setOf('b', 'c'))],
      says: /same encrypted token/,
    },
    {
      title: 'one algorithm and a key without kid',
      policies: [opener('one', ['dir']), opener('two', ['dir'], setOf(undefined))],
      says: /same encrypted token/,
    },
    {
      title: 'one algorithm and keys that are not known',
      policies: [opener('one', ['dir']), opener('two', ['dir'], noList)],
      says: /same encrypted token/,
    },
    {
      title: 'the same the other way round',
      policies: [opener('one', ['dir'], noList), opener('two', ['dir'])],
      says: /same encrypted token/,
    },
    {
      title: 'one algorithm and a member kids that is no function',
      policies: [opener('one', ['dir']), opener('two', ['dir'], { ...noList, ...{ kids: ['b'] } })],
      says: /same encrypted token/,
    },
    {
      title: 'one algorithm of several',
      policies: [opener('one', ['A256KW', 'dir'], noList), opener('two', ['A128KW', 'dir'], noList)],
      says: /same encrypted token/,
    },
  ])('refuses $title', ({ policies, says }) => {
    expect(() => routedCheck(policies)).toThrow(TypeError)
    expect(() => routedCheck(policies)).toThrow(says)
  })
})
