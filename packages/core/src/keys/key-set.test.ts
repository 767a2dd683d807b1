import type { JSONWebKeySet, JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { pem, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import type { Algorithm } from '../crypto/algorithms.js'
import { importKey } from './import.js'
import { exportJwk, publicJwks } from './jwk-set.js'
import type { Key, KeySelector, KeySet } from './key.js'
import { createKeySet } from './key-set.js'

async function publicJwkOf(alg: Algorithm, kid?: string, crv?: string): Promise<JWK> {
  const options = { ...(kid !== undefined && { kid }), ...(crv !== undefined && { crv }) }
  const [jwk = {}] = publicJwks(await testPublicKey(alg, options)).keys
  return jwk
}

/** As providers publish that leave `alg` away. */
async function openJwkOf(alg: Algorithm, kid?: string, crv?: string): Promise<JWK> {
  const { alg: _, use: __, ...jwk } = await publicJwkOf(alg, kid, crv)
  return jwk
}

const names = async (set: KeySet, header: KeySelector): Promise<(string | undefined)[]> =>
  (await set.select(header)).map(({ kid }) => kid)

describe('select', () => {
  test('returns the key of the kid, with old and new ones side by side', async () => {
    const set = await createKeySet([
      await testKey('ES256', { kid: 'new' }),
      await testKey('ES256', { kid: 'old' }),
    ])
    expect(await names(set, { alg: 'ES256', kid: 'old' })).toEqual(['old'])
    expect(await names(set, { alg: 'ES256', kid: 'new' })).toEqual(['new'])
    expect(await names(set, { alg: 'ES256', kid: 'other' })).toEqual([])
    expect(await names(set, { alg: 'ES256', kid: 'NEW' })).toEqual([])
    expect(await names(set, { alg: 'ES256', kid: '' })).toEqual([])
    expect(await names(set, { alg: 'ES256', kid: '__proto__' })).toEqual([])
  })

  test('returns all matching keys without kid, in order', async () => {
    const set = await createKeySet([
      await testKey('RS256', { kid: '1' }),
      await testKey('ES256', { kid: '2' }),
      await testKey('ES256', { kid: '3' }),
    ])
    expect(await names(set, { alg: 'ES256' })).toEqual(['2', '3'])
    expect(await names(set, { alg: 'RS256' })).toEqual(['1'])
    expect(await names(set, { alg: 'HS256' })).toEqual([])
  })

  test('distinguishes keys of one kid by alg', async () => {
    const set = await createKeySet([
      await testKey('ES256', { kid: '1' }),
      await testKey('RS256', { kid: '1' }),
    ])
    expect((await set.select({ alg: 'RS256', kid: '1' })).map(({ alg }) => alg)).toEqual(['RS256'])
    expect((await set.select({ alg: 'ES256', kid: '1' })).map(({ alg }) => alg)).toEqual(['ES256'])
  })

  test('returns a key without kid, unless another has the kid', async () => {
    const set = await createKeySet([await testKey('ES256'), await testKey('ES256', { kid: '1' })])
    expect(await names(set, { alg: 'ES256', kid: '1' })).toEqual(['1'])
    expect(await names(set, { alg: 'ES256', kid: '2' })).toEqual([undefined])
    expect(await names(set, { alg: 'RS256', kid: '2' })).toEqual([])
  })

  test('respects the enc that a key is restricted to', async () => {
    const set = await createKeySet([
      await testKey('dir', { kid: '1', enc: 'A256GCM' }),
      await testKey('dir', { kid: '2', enc: 'A128CBC-HS256' }),
      await testKey('A256KW', { kid: '3' }),
    ])
    expect(await names(set, { alg: 'dir', enc: 'A256GCM' })).toEqual(['1'])
    expect(await names(set, { alg: 'dir', enc: 'A128CBC-HS256' })).toEqual(['2'])
    expect(await names(set, { alg: 'dir', enc: 'A128CBC-HS256', kid: '1' })).toEqual([])
    expect(await names(set, { alg: 'dir' })).toEqual([])
    expect(await names(set, { alg: 'A256KW', enc: 'A256GCM' })).toEqual(['3'])
  })

  test('is synchronous once the keys are imported', async () => {
    const set = await createKeySet([await testKey('ES256')])
    expect(set.select({ alg: 'ES256' })).not.toBeInstanceOf(Promise)
    const open = await createKeySet({ keys: [await openJwkOf('RS256')] })
    const first = open.select({ alg: 'PS256' })
    expect(first).toBeInstanceOf(Promise)
    const [key] = await first
    const second = open.select({ alg: 'PS256' })
    expect(second).toEqual([key])
  })

  test('counts a key that is listed twice once', async () => {
    const key = await testKey('ES256', { kid: '1' })
    expect(await names(await createKeySet([key, key]), { alg: 'ES256' })).toEqual(['1'])
    const jwk = await publicJwkOf('ES256', '1')
    expect(await names(await createKeySet({ keys: [jwk, { ...jwk }] }), { alg: 'ES256' })).toEqual(['1'])
  })
})

describe('a JWK without alg', () => {
  const served: Record<string, readonly Algorithm[]> = {
    RSA: [
      'RS256',
      'RS384',
      'RS512',
      'PS256',
      'PS384',
      'PS512',
      'RSA-OAEP',
      'RSA-OAEP-256',
      'RSA-OAEP-384',
      'RSA-OAEP-512',
    ],
    'P-256': ['ES256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
    'P-384': ['ES384', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
    'P-521': ['ES512', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
    Ed25519: ['EdDSA', 'Ed25519'],
    X25519: ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
  }
  const all = [...new Set([...Object.values(served).flat(), 'HS256', 'A256KW', 'dir', 'none', 'constructor'])]

  test.each([
    { family: 'RSA', alg: 'RS256' as const },
    { family: 'P-256', alg: 'ES256' as const },
    { family: 'P-384', alg: 'ES384' as const },
    { family: 'P-521', alg: 'ES512' as const },
    { family: 'Ed25519', alg: 'EdDSA' as const },
    { family: 'X25519', alg: 'ECDH-ES' as const, crv: 'X25519' },
  ])('of $family serves its own family and no other', async ({ family, alg, crv }) => {
    const set = await createKeySet({ keys: [await openJwkOf(alg, '1', crv)] })
    for (const name of all) {
      const expected = served[family]?.some((own) => own === name) ? [name] : []
      const keys = await set.select({ alg: name, enc: 'A256GCM', kid: '1' })
      expect(keys.map((key) => key.alg)).toEqual(expected)
    }
  })

  test('serves its use alone', async () => {
    const set = await createKeySet({ keys: [{ ...(await openJwkOf('RS256', '1')), use: 'sig' }] })
    expect(await names(set, { alg: 'RS256' })).toEqual(['1'])
    expect(await names(set, { alg: 'RSA-OAEP-256' })).toEqual([])
    const enc = await createKeySet({ keys: [{ ...(await openJwkOf('RS256', '1')), use: 'enc' }] })
    expect(await names(enc, { alg: 'RS256' })).toEqual([])
    expect(await names(enc, { alg: 'RSA-OAEP-256' })).toEqual(['1'])
  })

  test('serves its key_ops alone', async () => {
    const set = await createKeySet({ keys: [{ ...(await openJwkOf('RS256', '1')), key_ops: ['wrapKey'] }] })
    expect(await names(set, { alg: 'RS256' })).toEqual([])
    expect(await names(set, { alg: 'RSA-OAEP-256' })).toEqual(['1'])
    const agrees = await createKeySet({
      keys: [{ ...(await openJwkOf('ES256', '1')), key_ops: ['deriveBits'] }],
    })
    expect(await names(agrees, { alg: 'ES256' })).toEqual([])
    expect(await names(agrees, { alg: 'ECDH-ES' })).toEqual(['1'])
  })

  test('of a secret serves what its length allows', async () => {
    const k = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url')
    const set = await createKeySet({ keys: [{ kty: 'oct', k, kid: '1' }] })
    for (const [alg, enc, fits] of [
      ['HS256', undefined, true],
      ['HS512', undefined, false],
      ['A256KW', 'A128GCM', true],
      ['A128KW', 'A128GCM', false],
      ['A256GCMKW', 'A128GCM', true],
      ['dir', 'A256GCM', true],
      ['dir', 'A128CBC-HS256', true],
      ['dir', 'A128GCM', false],
      ['dir', undefined, false],
      ['dir', 'toString', false],
      ['RS256', undefined, false],
    ] as const) {
      expect(await names(set, { alg, enc })).toEqual(fits ? ['1'] : [])
    }
  })

  test('with alg dir serves that alone', async () => {
    const k = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url')
    const set = await createKeySet({ keys: [{ kty: 'oct', k, kid: '1', alg: 'dir' }] })
    expect(await names(set, { alg: 'dir', enc: 'A256GCM' })).toEqual(['1'])
    expect(await names(set, { alg: 'A256KW', enc: 'A256GCM' })).toEqual([])
    expect(await names(set, { alg: 'HS256' })).toEqual([])
  })

  test.each([
    ['of 16 bytes', 16],
    ['of 64 bytes', 64],
  ])('of a secret %s serves something', async (_, length) => {
    const set = createKeySet({
      keys: [{ kty: 'oct', k: Buffer.from('0123456789abcdef'.repeat(length / 16)).toString('base64url') }],
    })
    await expect(set).resolves.toBeDefined()
  })
})

describe('createKeySet', () => {
  test('leaves out of a JWK Set what is not supported (RFC 7517 §5)', async () => {
    const good = await publicJwkOf('ES256', 'good')
    const set = await createKeySet({
      keys: [
        { kty: 'EC', crv: 'secp256k1', x: 'A'.repeat(43), y: 'A'.repeat(43), kid: 'curve' },
        { kty: 'OKP', crv: 'Ed448', x: 'A'.repeat(76), kid: 'Ed448' },
        { kty: 'EC', kid: 'no curve' },
        { kty: 'AKP', kid: 'type' },
        { ...good, alg: 'ES256K', kid: 'alg' },
        { ...good, alg: 'RSA1_5', kid: 'refused' },
        untyped(null),
        untyped('text'),
        good,
      ],
    })
    expect(set.kids()).toEqual(['good'])
  })

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['nothing', async () => undefined, /^createKeySet: accepts a list of keys, or a JWK Set/],
    ['null', async () => null, /^createKeySet: accepts a list of keys, or a JWK Set/],
    ['one key', async () => testKey('ES256'), /^createKeySet: accepts a list of keys/],
    ['one JWK', async () => publicJwkOf('ES256'), /^createKeySet: accepts a list of keys/],
    [
      'a list of JWKs',
      async () => [await publicJwkOf('ES256')],
      /^createKeySet: every item must be a Key; .*keys: \[/,
    ],
    [
      'a key by its looks',
      async () => [{ ...(await testKey('ES256')) }],
      /^createKeySet: every item must be a Key/,
    ],
    [
      'an empty JWK Set',
      async () => ({ keys: [] }),
      /^createKeySet: the JWK Set contains no key of a supported type/,
    ],
    [
      'a JWK Set of what is not supported',
      async () => ({ keys: [{ kty: 'EC', crv: 'secp256k1' }] }),
      /^createKeySet: the JWK Set contains no key of a supported type/,
    ],
    [
      'a JWK Set with a weak key',
      async () => {
        const weak = { ...(await publicJwkOf('RS256')), n: Buffer.alloc(128, 255).toString('base64url') }
        return { keys: [weak] }
      },
      /2048 to 16384 bits, not 1024/,
    ],
    [
      'a JWK Set with a weak key that has no alg',
      async () => ({
        keys: [{ ...(await openJwkOf('RS256')), n: Buffer.alloc(128, 255).toString('base64url') }],
      }),
      /keys\[0\]: key: .*not 1024/,
    ],
    [
      'a JWK Set with a short secret',
      async () => ({ keys: [{ kty: 'oct', k: 'AAAA' }] }),
      /keys\[0\]: secret: .* needs exactly .* bytes, not 3/,
    ],
    [
      'a JWK Set with a key off its curve',
      async () => ({ keys: [{ ...(await openJwkOf('ES256')), y: 'A'.repeat(43) }] }),
      /keys\[0\]: key: not a valid key/,
    ],
    [
      'a JWK Set with contradictions',
      async () => ({ keys: [{ ...(await publicJwkOf('ES256')), use: 'enc' }] }),
      /"use" must be "sig"/,
    ],
  ])('refuses %s', async (_, make, message) => {
    const refusal = createKeySet(untyped(await make()))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })
})

describe('replace', () => {
  const start = async () => {
    const [one, two, three] = await Promise.all(['1', '2', '3'].map((kid) => testKey('ES256', { kid })))
    if (!one || !two || !three) throw new Error('no keys')
    return { one, two, three, set: await createKeySet([one, two]) }
  }

  test('takes effect before it returns', async () => {
    const { set, two, three } = await start()
    const done = set.replace([two, three])
    expect(set.kids()).toEqual(['2', '3'])
    expect(set.select({ alg: 'ES256', kid: '1' })).toEqual([])
    await done
  })

  test('increments the generation if a key is removed, and only then', async () => {
    const { set, one, two, three } = await start()
    expect(set.generation).toBe(0)
    await set.replace([one, two])
    expect(set.generation).toBe(0)
    await set.replace([three, two, one])
    expect(set.generation).toBe(0)
    await set.replace([three, two])
    expect(set.generation).toBe(1)
    await set.replace([])
    expect(set.generation).toBe(2)
  })

  test('recognizes a JWK', async () => {
    const [one, two] = [await publicJwkOf('ES256', '1'), await openJwkOf('RS256', '2')]
    const set = await createKeySet({ keys: [one, two] })
    const [before] = await set.select({ alg: 'RS256', kid: '2' })
    await set.replace({ keys: [{ ...two }, { ...one }, await publicJwkOf('ES384', '3')] })
    expect(set.generation).toBe(0)
    expect(set.select({ alg: 'RS256', kid: '2' })).toEqual([before])
    await set.replace({ keys: [one, { ...two, use: 'sig' }] })
    expect(set.generation).toBe(1)
  })

  test('changes nothing if it is refused', async () => {
    const { set } = await start()
    await expect(set.replace(untyped([{}]))).rejects.toThrow(/^createKeySet: every item must be a Key/)
    await expect(set.replace({ keys: [] })).rejects.toThrow(/^createKeySet: the JWK Set contains no key/)
    expect(set.kids()).toEqual(['1', '2'])
    expect(set.generation).toBe(0)
  })

  test('of a JWK Set that is still being read does not restore keys that a later call removed', async () => {
    const { set, three } = await start()
    const slow = set.replace({ keys: [await publicJwkOf('ES256', 'withdrawn')] })
    await set.replace([three])
    await slow
    expect(set.kids()).toEqual(['3'])
  })

  test('of a JWK Set takes effect even if a later call is refused', async () => {
    const { set } = await start()
    const slow = set.replace({ keys: [await publicJwkOf('ES256', 'next')] })
    await expect(set.replace({ keys: [] })).rejects.toThrow(TypeError)
    await slow
    expect(set.kids()).toEqual(['next'])
  })
})

describe('publicJwks', () => {
  const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']

  test.each<[alg: Algorithm, crv?: string]>([
    ['RS256'],
    ['PS512'],
    ['ES256'],
    ['ES384'],
    ['ES512'],
    ['EdDSA'],
    ['RSA-OAEP-256'],
    ['ECDH-ES', 'P-521'],
    ['ECDH-ES+A256KW', 'X25519'],
  ])('of %s contains nothing private', async (alg, crv) => {
    const key = await testKey(alg, { kid: '1', extractable: true, ...(crv !== undefined && { crv }) })
    const jwk = exportJwk(key)
    const { alg: _, use: __, ...open } = jwk
    const sources: (Key | readonly Key[] | KeySet)[] = [
      key,
      [key],
      await createKeySet([key]),
      await createKeySet({ keys: [jwk] }),
      await createKeySet({ keys: [open] }),
    ]
    for (const source of sources) {
      const text = JSON.stringify(publicJwks(source))
      expect(JSON.parse(text).keys).toHaveLength(1)
      for (const name of privateMembers) {
        expect(text).not.toContain(`"${name}":`)
        const value: unknown = Reflect.get(jwk, name)
        if (typeof value === 'string') expect(text).not.toContain(value)
      }
    }
  })

  test('leaves secrets out', async () => {
    const secret = await testKey('HS256', { kid: '1', extractable: true })
    const keys = [secret, await testKey('ES256', { kid: '2' })]
    expect(publicJwks(keys).keys.map(({ kid }) => kid)).toEqual(['2'])
    expect(publicJwks(secret)).toEqual({ keys: [] })
    expect(publicJwks(await createKeySet({ keys: [exportJwk(secret)] }))).toEqual({ keys: [] })
    const { alg: _, use: __, ...open } = exportJwk(secret)
    expect(publicJwks(await createKeySet({ keys: [open] }))).toEqual({ keys: [] })
  })

  test('can be read again', async () => {
    const published = publicJwks([await testKey('ES256', { kid: '1' }), await testKey('RS256', { kid: '2' })])
    const set = await createKeySet(JSON.parse(JSON.stringify(published)) as JSONWebKeySet)
    expect(publicJwks(set)).toEqual(published)
  })

  test.each([
    ['a key by its looks', { alg: 'ES256' }],
    ['a list with something else', [5]],
    ['a JWK Set', { keys: [] }],
  ])('refuses %s', (_, keys) => {
    expect(() => publicJwks(untyped(keys))).toThrow(
      /^publicJwks: accepts a Key, a key set or a list of them$/,
    )
  })

  test('refuses a key set that cannot list its keys', () => {
    expect(() => publicJwks({ generation: 0, select: () => [] })).toThrow(
      'publicJwks: this key set cannot list its keys',
    )
  })
})

test('from a certificate, only the public key is used', async () => {
  const [jwk] = publicJwks(await importKey(pem('rsa.x509'), { alg: 'RS256', kid: '1' })).keys
  expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

const [publicJwk = {}] = publicJwks(await importKey(pem('rsa.spki'), { alg: 'RS256', kid: 'usual' })).keys

describe("a set of public RSA keys, which may be another party's", () => {
  const modulus = (bits: number): string => Buffer.alloc(bits / 8, 0xff).toString('base64url')

  test.each([
    { title: 'a modulus of 16,384 bits', change: { n: modulus(16_384) }, says: /not 16384/ },
    { title: 'an exponent of 64 bits', change: { e: '__________8' }, says: /exponent/ },
  ])('leaves out one with $title, which makes every token expensive', async ({ change, says }) => {
    const set = await createKeySet({ keys: [publicJwk, { ...publicJwk, kid: 'huge', ...change }] })
    expect(set.kids()).toEqual(['usual'])
    expect(set.skipped).toMatchObject([{ index: 1, reason: 'invalid', detail: expect.stringMatching(says) }])
  })

  test('accepts one of 8,192 bits', async () => {
    const set = await createKeySet({ keys: [{ ...publicJwk, kid: 'large', n: modulus(8_192) }] })
    expect(set.kids()).toEqual(['large'])
  })
})
