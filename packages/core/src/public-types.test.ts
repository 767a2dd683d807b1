import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { audience, issuer } from '../test-kit/parties.js'
import { testKey } from '../test-kit/test-keys.js'
import {
  createAuthenticator,
  createIssuer,
  createVerifier,
  type IssuerOptions,
  type Key,
  type VerifiedClaims,
  type Verifier,
  type VerifierOptions,
} from './index.js'
import { decodeUnverified } from './jose.js'

type ClaimsOf<V> = V extends Verifier<infer Claims> ? Claims : never

// What is said here is checked by `tsc`; the bodies run too, so that no type error is without its TypeError.

const policy = { issuer, audience, typ: 'at+jwt' } as const
const hmac = (): Promise<Key> => testKey('HS256')

describe('leaving out of a verifier', () => {
  test('issuer, audience, typ or algorithms is a type error', async () => {
    const signature = { algorithms: ['HS256'], keys: await hmac() } as const
    // @ts-expect-error: no issuer
    expect(() => createVerifier({ audience, typ: 'at+jwt', signature })).toThrow(/^issuer: required/)
    // @ts-expect-error: no audience
    expect(() => createVerifier({ issuer, typ: 'at+jwt', signature })).toThrow(/^audience: required/)
    // @ts-expect-error: no typ
    expect(() => createVerifier({ issuer, audience, signature })).toThrow(/^typ: required/)
    // @ts-expect-error: no algorithms
    expect(() => createVerifier({ ...policy, signature: { keys: signature.keys } })).toThrow(
      /^signature\.algorithms:/,
    )
    // @ts-expect-error: no keys
    expect(() => createVerifier({ ...policy, signature: { algorithms: ['HS256'] } })).toThrow(
      /^signature\.keys:/,
    )
    // @ts-expect-error: neither signature nor encryption
    expect(() => createVerifier({ ...policy })).toThrow(/^signature: set/)
    // @ts-expect-error: exp may be absent only where the age is limited
    expect(() => createVerifier({ ...policy, signature, exp: 'optional' })).toThrow(/^exp: .* maxTokenAge/)
    // @ts-expect-error: exp has no other opt-out
    expect(() => createVerifier({ ...policy, signature, exp: null, maxTokenAge: 60 })).toThrow(/^exp: /)
    // @ts-expect-error: { only } holds names
    expect(() => createVerifier({ ...policy, signature, audience: { any: true } })).toThrow(/^audience: /)
    expect(() => createVerifier({ ...policy, signature })).not.toThrow()
  })

  test('signature, under a public key, is a type error', async () => {
    const keys = await testKey('RSA-OAEP-256')
    const encryption = { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys } as const
    // @ts-expect-error: anyone can make such a token
    expect(() => createVerifier({ ...policy, encryption })).toThrow(/does not authenticate the sender/)
    const signature = { algorithms: ['HS256'], keys: await hmac() } as const
    expect(() => createVerifier({ ...policy, signature, encryption })).not.toThrow()
  })

  test('signature, with one public-key algorithm among symmetric ones, is a type error', async () => {
    const keys = [await testKey('dir'), await testKey('ECDH-ES')]
    const encryption = { keyManagement: ['dir', 'ECDH-ES'], contentEncryption: ['A256GCM'], keys } as const
    // @ts-expect-error: anyone can make such a token
    expect(() => createVerifier({ ...policy, encryption })).toThrow(/does not authenticate the sender/)
    const symmetric = { ...encryption, keyManagement: ['dir'] } as const
    expect(() => createVerifier({ ...policy, encryption: symmetric })).not.toThrow()
  })

  test('the signature of a nested policy, with its options for nesting, is a type error', async () => {
    const encryption = {
      keyManagement: ['dir'],
      contentEncryption: ['A256GCM'],
      keys: await testKey('dir'),
    } as const
    // @ts-expect-error: cty is for nested tokens
    expect(() => createVerifier({ ...policy, encryption: { ...encryption, cty: 'any' } })).toThrow(
      /^encryption: cty/,
    )
    const claim = { nesting: { claim: 'token' } }
    // @ts-expect-error: nesting is for nested tokens
    expect(() => createVerifier({ ...policy, encryption: { ...encryption, ...claim } })).toThrow(
      /^encryption: cty/,
    )
  })

  test('a known algorithm is a type error', async () => {
    const keys = await hmac()
    // @ts-expect-error: none proves nothing
    expect(() => createVerifier({ ...policy, signature: { algorithms: ['none'], keys } })).toThrow(
      /"none" is refused/,
    )
    // @ts-expect-error: an algorithm of encryption
    expect(() => createVerifier({ ...policy, signature: { algorithms: ['dir'], keys } })).toThrow(
      /must be one of/,
    )
    // @ts-expect-error: text is no list
    expect(() => createVerifier({ ...policy, signature: { algorithms: 'HS256', keys } })).toThrow(
      /list at least one/,
    )
    // @ts-expect-error: a secret is no key
    expect(() => createVerifier({ ...policy, signature: { algorithms: ['HS256'], keys: 'secret' } })).toThrow(
      /a Key/,
    )
  })
})

describe('leaving out of an issuer', () => {
  test('issuer, audience, lifetime or the algorithm is a type error', async () => {
    const keys = await hmac()
    const signature = { algorithm: 'HS256', keys } as const
    // @ts-expect-error: no issuer
    expect(() => createIssuer({ audience, lifetime: '15m', signature })).toThrow(/^issuer: required/)
    // @ts-expect-error: no audience
    expect(() => createIssuer({ issuer, lifetime: '15m', signature })).toThrow(/^audience: required/)
    // @ts-expect-error: no lifetime
    expect(() => createIssuer({ issuer, audience, signature })).toThrow(/^lifetime: required/)
    const base = { issuer, audience, lifetime: '15m' } as const
    // @ts-expect-error: no algorithm
    expect(() => createIssuer({ ...base, signature: { keys } })).toThrow(/^signature\.algorithm:/)
    // @ts-expect-error: neither signature nor encryption
    expect(() => createIssuer(base)).toThrow(/^signature: set/)
    expect(() => createIssuer({ ...base, signature })).not.toThrow()
  })

  test('signature, under a public key, is a type error', async () => {
    const base = { issuer, audience, lifetime: '15m' } as const
    const keys = await testKey('RSA-OAEP-256')
    const encryption = { keyManagement: 'RSA-OAEP-256', contentEncryption: 'A256GCM', keys } as const
    // @ts-expect-error: it would authenticate nobody
    expect(() => createIssuer({ ...base, encryption })).toThrow(/does not authenticate the sender/)
    const signature = { algorithm: 'HS256', keys: await hmac() } as const
    expect(() => createIssuer({ ...base, signature, encryption })).not.toThrow()
  })

  test("the issuer's own claims cannot be passed", async () => {
    const signature = { algorithm: 'HS256', keys: await hmac() } as const
    const { issue } = createIssuer({ issuer, audience, lifetime: '15m', signature })
    // @ts-expect-error: iss is the issuer's own
    await expect(issue({ iss: 'x' })).rejects.toMatchObject({ code: 'SB_CLAIM_RESERVED' })
    // @ts-expect-error: exp comes from the lifetime
    await expect(issue({ exp: 5 })).rejects.toMatchObject({ code: 'SB_CLAIM_RESERVED' })
    // @ts-expect-error: sub is text
    await expect(issue({ sub: 5 })).rejects.toThrow(TypeError)
    const { claims } = await issue({ sub: 'user_123', scope: 'a' })
    expectTypeOf(claims.jti).toEqualTypeOf<string>()
    expectTypeOf(claims.iat).toEqualTypeOf<number>()
  })
})

describe('the type of claims', () => {
  interface Order {
    readonly order: number
  }
  const schema: StandardSchemaV1<unknown, Order> = {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { order: 7 } }) },
  }

  test('is the schema’s output', async () => {
    const signature = { algorithms: ['HS256'], keys: await hmac() } as const
    const verifier = createVerifier({ ...policy, signature, claimsSchema: schema })
    expectTypeOf(verifier).toEqualTypeOf<Verifier<Order>>()
    const { issue } = createIssuer({
      issuer,
      audience,
      lifetime: '15m',
      typ: 'at+jwt',
      signature: { algorithm: 'HS256', keys: signature.keys },
    })
    const { claims } = await verifier.verify((await issue({})).token)
    expectTypeOf(claims).toEqualTypeOf<Order>()
    expect(claims).toEqual({ order: 7 })
  })

  test('is that of verified claims without a schema', async () => {
    const signature = { algorithms: ['HS256'], keys: await hmac() } as const
    const verifier = createVerifier({ ...policy, signature })
    expectTypeOf(verifier).toEqualTypeOf<Verifier<VerifiedClaims>>()
    expectTypeOf<VerifiedClaims['exp']>().toEqualTypeOf<number>()
    expectTypeOf<VerifiedClaims['sub']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<VerifiedClaims['whatever']>().toEqualTypeOf<unknown>()
    expect(verifier).toHaveProperty('verify')
  })

  test('has what requiredClaims names, and lacks what must be absent', async () => {
    const signature = { algorithms: ['HS256'], keys: await hmac() } as const
    const named = createVerifier({ ...policy, signature, requiredClaims: ['sub', 'tenant'] })
    type Named = ClaimsOf<typeof named>
    expectTypeOf<Named['sub']>().toEqualTypeOf<string>()
    expectTypeOf<Named['tenant']>().toEqualTypeOf<NonNullable<unknown>>()
    expectTypeOf<Named['jti']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Named>().toExtend<VerifiedClaims>()

    const names: string[] = ['sub']
    const some = createVerifier({ ...policy, signature, requiredClaims: names })
    expectTypeOf(some).toEqualTypeOf<Verifier<VerifiedClaims>>()

    const bare = createVerifier({
      ...{ ...policy, issuer: null, audience: null, exp: 'optional', maxTokenAge: '5m' },
      signature,
    })
    type Bare = ClaimsOf<typeof bare>
    expectTypeOf<Bare['iss']>().toEqualTypeOf<undefined>()
    expectTypeOf<Bare['aud']>().toEqualTypeOf<undefined>()
    expectTypeOf<Bare['exp']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Bare['whatever']>().toEqualTypeOf<unknown>()

    const mostly = createVerifier({ ...policy, audience: { only: audience }, signature })
    expectTypeOf(mostly).toEqualTypeOf<Verifier<VerifiedClaims>>()
    expect([named, some, bare, mostly]).toHaveLength(4)
  })

  test('is that of authenticators, revoked and where', async () => {
    const signature = { algorithms: ['HS256'], keys: await hmac() } as const
    const verifier = createVerifier({
      ...{ ...policy, signature, requiredClaims: ['sub'] },
      revoked({ claims }) {
        expectTypeOf(claims.sub).toEqualTypeOf<string>()
        return false
      },
    })
    const authenticator = createAuthenticator({ verifier })
    const outcome = await authenticator.authenticateToken('', {
      where({ claims }) {
        expectTypeOf(claims.sub).toEqualTypeOf<string>()
        return true
      },
    })
    if (outcome.ok) expectTypeOf(outcome.auth.claims.sub).toEqualTypeOf<string>()
    expect(outcome.ok).toBe(false)
  })

  test('options that are kept in a variable fit', async () => {
    const keys = await hmac()
    const options: VerifierOptions = { ...policy, signature: { algorithms: ['HS256'], keys } }
    const issuing: IssuerOptions = {
      issuer,
      audience,
      lifetime: 900,
      signature: { algorithm: 'HS256', keys },
    }
    expect(() => [createVerifier(options), createIssuer(issuing)]).not.toThrow()
  })

  test('marks the result of decodeUnverified', () => {
    const decoded = decodeUnverified('a.b.c')
    // @ts-expect-error: what is decoded does not pass for verified claims
    const claims: VerifiedClaims | undefined = decoded?.claims
    expect(claims).toBeUndefined()
  })
})
