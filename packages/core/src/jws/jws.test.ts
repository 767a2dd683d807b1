import { CompactSign, compactVerify, importPKCS8, importSPKI } from 'jose'
import { describe, expect, test } from 'vitest'
import { type Content, handSign, jsonOf, segment, withJson, withSegment } from '../../test-kit/hand-made.js'
import { runtimeSignatureAlgorithms } from '../../test-kit/runtime-algorithms.js'
import { bytes, pem, pemNameFor, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { type SignatureAlgorithm, signatureAlgorithms } from '../crypto/algorithms.js'
import type { ErrorCode } from '../error-table.js'
import { SealbearerError } from '../errors.js'
import { generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { createKeySet } from '../keys/key-set.js'
import { signJws } from './sign.js'
import { verifyJws } from './verify.js'

const payload = new TextEncoder().encode('{"role":"user"}')
const isHmac = (alg: SignatureAlgorithm): boolean => alg.startsWith('HS')
const verifying = (alg: SignatureAlgorithm) => (isHmac(alg) ? testKey(alg) : testPublicKey(alg))

/** A different character, so that the decoded bytes differ and not only their encoding. */
const another = (letter: string): string => (letter === 'A' ? 'Q' : 'A')
const flipFirst = (text: string): string => another(text.slice(0, 1)) + text.slice(1)

describe.each(runtimeSignatureAlgorithms)('%s', (alg) => {
  test('signs and verifies', async () => {
    const token = await signJws(payload, {
      algorithm: alg,
      key: await testKey(alg, { kid: '1' }),
      protectedHeader: { typ: 'x', tenant: 'a' },
    })
    expect(jsonOf(token, 0)).toEqual({ alg, kid: '1', typ: 'x', tenant: 'a' })
    const verified = await verifyJws(token, { algorithms: [alg], keys: await verifying(alg) })
    expect(verified.payload).toEqual(payload)
    expect(verified.protectedHeader).toEqual({ alg, kid: '1', typ: 'x', tenant: 'a' })
  })

  test('is compatible with jose in both directions', async () => {
    const name = pemNameFor(alg)
    const secret = bytes(signatureAlgorithms[alg].minSecretBytes ?? 0)
    const jose = name
      ? {
          signs: await importPKCS8(pem(`${name}.pkcs8`), alg),
          verifies: await importSPKI(pem(`${name}.spki`), alg),
        }
      : { signs: secret, verifies: secret }
    const ours = await signJws(payload, { algorithm: alg, key: await testKey(alg) })
    expect((await compactVerify(ours, jose.verifies)).payload).toEqual(payload)
    const theirs = await new CompactSign(payload).setProtectedHeader({ alg }).sign(jose.signs)
    expect((await verifyJws(theirs, { algorithms: [alg], keys: await verifying(alg) })).payload).toEqual(
      payload,
    )
  })

  const signed = async () => {
    const token = await signJws(payload, { algorithm: alg, key: await testKey(alg) })
    return { token, policy: { algorithms: [alg], keys: await verifying(alg) } }
  }

  test.each<[string, (token: string) => string]>([
    ['another payload', (token) => withSegment(token, 1, () => segment('{"role":"admin"}'))],
    ['a payload with one letter more', (token) => withSegment(token, 1, (text) => `${text}AAAA`)],
    ['no payload', (token) => withSegment(token, 1, () => '')],
    ['another header', (token) => withJson(token, 0, { typ: 'x' })],
    ['white space in the header', (token) => withSegment(token, 0, () => segment(`{"alg": "${alg}"}`))],
    ['its first byte changed', (token) => withSegment(token, 2, flipFirst)],
    [
      'its last byte changed',
      (token) => withSegment(token, 2, (text) => text.slice(0, -4) + flipFirst(text.slice(-4))),
    ],
    ['no signature', (token) => withSegment(token, 2, () => '')],
    [
      'half a signature',
      (token) => withSegment(token, 2, (text) => `${text.slice(0, text.length / 4 - 1)}AA`),
    ],
    ['a longer signature', (token) => withSegment(token, 2, (text) => `AAAA${text}`)],
    ['a signature of zeros', (token) => withSegment(token, 2, (text) => text.replaceAll(/./g, 'A'))],
    ['a padded signature', (token) => `${token}=`],
    ['a line end behind the signature', (token) => `${token}\n`],
    ['a signature in the other alphabet', (token) => withSegment(token, 2, (text) => `+/${text.slice(2)}`)],
    ['a padded payload', (token) => withSegment(token, 1, (text) => `${text}=`)],
    [
      'white space in the payload',
      (token) => withSegment(token, 1, (text) => `${text.slice(0, 4)} ${text.slice(4)}`),
    ],
  ])('refuses a token with %s', async (_, change) => {
    const { token, policy } = await signed()
    await expect(verifyJws(change(token), policy)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    await expect(verifyJws(token, policy)).resolves.toBeDefined()
  })
})

test.each(runtimeSignatureAlgorithms.filter(isHmac))(
  '%s rejects the signature of another secret',
  async (alg) => {
    const token = await signJws(payload, { algorithm: alg, key: await testKey(alg, { first: 9 }) })
    await expect(verifyJws(token, { algorithms: [alg], keys: await testKey(alg) })).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
  },
)

test.each(['ES256', 'ES512', 'EdDSA'] as const)('%s rejects the signature of another key', async (alg) => {
  const otherKey = await generateKey(alg, { kid: '1' })
  const token = await signJws(payload, { algorithm: alg, key: otherKey })
  await expect(verifyJws(token, { algorithms: [alg], keys: otherKey })).resolves.toBeDefined()
  const keys = await testPublicKey(alg, { kid: '1' })
  await expect(verifyJws(token, { algorithms: [alg], keys })).rejects.toMatchObject({
    code: 'SB_INTEGRITY_FAILED',
  })
})

describe('ECDSA', () => {
  const policy = async () => ({ algorithms: ['ES256'] as const, keys: await testPublicKey('ES256') })
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
  const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64url')

  test.each([
    ['r and s zero', '00'.repeat(64)],
    ['r zero', '00'.repeat(32) + '01'.repeat(32)],
    ['s zero', '01'.repeat(32) + '00'.repeat(32)],
    ['r of the order', order + '01'.repeat(32)],
    ['s of the order', '01'.repeat(32) + order],
    ['all ones', 'ff'.repeat(64)],
    ['DER', '30060201010201013030'],
    ['DER of zeros', '3006020100020100'],
    ['63 bytes', '01'.repeat(63)],
    ['65 bytes', '01'.repeat(65)],
    ['96 bytes, as ES384 has', '01'.repeat(96)],
  ])('refuses a signature of %s', async (_, signature) => {
    const input = `${segment({ alg: 'ES256' })}.${segment('{}')}`
    await expect(verifyJws(`${input}.${hex(signature)}`, await policy())).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
  })
})

describe('the algorithm', () => {
  const secret = bytes(32)
  const policy = async () => ({ algorithms: ['RS256', 'ES256'] as const, keys: await testPublicKey('RS256') })

  test.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    ' none',
    '',
    'rs256',
    'RS256 ',
    'RS384',
    'HS256',
    'RSA1_5',
    'RSA-OAEP',
    'dir',
    'constructor',
    '__proto__',
    'toString',
  ])('%j is refused where it is not pinned', async (alg) => {
    for (const signature of ['', 'AA', segment(secret)]) {
      const token = `${segment({ alg })}.${segment(payload)}.${signature}`
      await expect(verifyJws(token, await policy())).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
    }
  })

  const publicKey = pem('rsa.spki')
  const certificate = pem('rsa.x509')
  const der = Buffer.from(publicKey.replaceAll(/-----[^-]*-----|\s/g, ''), 'base64')

  test.each<[string, string | Uint8Array]>([
    ['PEM', publicKey],
    ['PEM without its last end of line', publicKey.trimEnd()],
    ['PEM with a second end of line', `${publicKey}\n`],
    ['PEM with Windows ends of line', publicKey.replaceAll('\n', '\r\n')],
    ['PEM without ends of line', publicKey.replaceAll('\n', '')],
    ['PEM with a byte order mark', `\ufeff${publicKey}`],
    ['PEM with spaces in front', `  ${publicKey}`],
    ['its base64', publicKey.replaceAll(/-----[^-]*-----|\s/g, '')],
    ['DER', der],
    ['the certificate', certificate],
    ['a JWK', JSON.stringify({ kty: 'RSA' })],
    ['nothing', ''],
  ])('HS256 under the public key as %s is rejected', async (_, material) => {
    const bytes = typeof material === 'string' ? Buffer.from(material) : material
    const token = handSign({ alg: 'HS256' }, payload, bytes)
    await expect(verifyJws(token, await policy())).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
    // Even if both are allowed, the key is restricted to one algorithm.
    const both = { algorithms: ['RS256', 'HS256'] as const, keys: await testPublicKey('RS256') }
    await expect(verifyJws(token, both)).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
  })

  test('must be allowed and match the key', async () => {
    const token = await signJws(payload, { algorithm: 'PS256', key: await testKey('PS256') })
    const keys = [await testPublicKey('RS256'), await testPublicKey('PS256')]
    await expect(verifyJws(token, { algorithms: ['RS256', 'PS256'], keys })).resolves.toBeDefined()
    await expect(verifyJws(token, { algorithms: ['RS256'], keys })).rejects.toMatchObject({
      code: 'SB_ALG_NOT_ALLOWED',
    })
  })

  test('EdDSA and Ed25519 are two names, each of which must be allowed and match the key', async () => {
    const token = await signJws(payload, { algorithm: 'Ed25519', key: await testKey('Ed25519') })
    const [old, own] = [await testPublicKey('EdDSA'), await testPublicKey('Ed25519')]
    await expect(verifyJws(token, { algorithms: ['Ed25519'], keys: own })).resolves.toBeDefined()
    await expect(verifyJws(token, { algorithms: ['EdDSA'], keys: old })).rejects.toMatchObject({
      code: 'SB_ALG_NOT_ALLOWED',
    })
    await expect(verifyJws(token, { algorithms: ['EdDSA', 'Ed25519'], keys: old })).rejects.toMatchObject({
      code: 'SB_KEY_NOT_FOUND',
    })
  })
})

describe('the key', () => {
  const secret = bytes(32)
  const sign = (header: object): string => handSign({ alg: 'HS256', ...header }, payload, secret)

  test.each<[string, object, string | undefined]>([
    ['by its kid', { kid: '1' }, undefined],
    ['without a kid', {}, undefined],
    ['by another kid', { kid: '2' }, 'SB_KEY_NOT_FOUND'],
    ['by the kid in another case', { kid: 'I' }, 'SB_KEY_NOT_FOUND'],
    ['by a path', { kid: '../../../dev/null' }, 'SB_KEY_NOT_FOUND'],
    ['by SQL', { kid: "' OR 1=1 --" }, 'SB_KEY_NOT_FOUND'],
    ['by __proto__', { kid: '__proto__' }, 'SB_KEY_NOT_FOUND'],
    ['by an address', { kid: 'https://evil.example/jwks' }, 'SB_KEY_NOT_FOUND'],
    ['by a kid of 8 KiB', { kid: 'x'.repeat(8192) }, 'SB_KEY_NOT_FOUND'],
    ['by a number', { kid: 1 }, 'SB_HEADER_INVALID'],
    ['by a list', { kid: ['1'] }, 'SB_HEADER_INVALID'],
    ['with an embedded jwk', { jwk: { kty: 'oct', k: segment(bytes(32, 9)) } }, undefined],
    ['with addresses', { jku: 'https://evil.example', x5u: 'https://evil.example' }, undefined],
    ['with certificates', { x5c: ['AAAA'], x5t: 'AAAA', 'x5t#S256': 'AAAA' }, undefined],
  ])('is chosen %s', async (_, header, code) => {
    const verified = verifyJws(sign(header), {
      algorithms: ['HS256'],
      keys: await testKey('HS256', { kid: '1' }),
    })
    if (code === undefined) await expect(verified).resolves.toBeDefined()
    else await expect(verified).rejects.toMatchObject({ code })
  })

  test('in the token is never trusted', async () => {
    const otherKey = bytes(32, 9)
    const header = { alg: 'HS256', jwk: { kty: 'oct', k: segment(otherKey) } }
    await expect(
      verifyJws(handSign(header, payload, otherKey), { algorithms: ['HS256'], keys: await testKey('HS256') }),
    ).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  })

  test('several keys by kid, old and new valid side by side', async () => {
    const [fresh, old] = [
      await testKey('HS256', { kid: 'new' }),
      await testKey('HS256', { kid: 'old', first: 9 }),
    ]
    const byNew = await signJws(payload, { algorithm: 'HS256', key: [fresh, old] })
    const byOld = await signJws(payload, { algorithm: 'HS256', key: old })
    expect(jsonOf(byNew, 0)['kid']).toBe('new')
    for (const keys of [[fresh, old], await createKeySet([fresh, old])]) {
      const policy = { algorithms: ['HS256'] as const, keys }
      await expect(verifyJws(byNew, policy)).resolves.toBeDefined()
      await expect(verifyJws(byOld, policy)).resolves.toBeDefined()
      const swapped = withJson(byOld, 0, { kid: 'new' })
      await expect(verifyJws(swapped, policy)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    }
    await expect(verifyJws(byOld, { algorithms: ['HS256'], keys: fresh })).rejects.toMatchObject({
      code: 'SB_KEY_NOT_FOUND',
    })
  })

  test('is rejected as ambiguous if two match: keys are not tried in turn', async () => {
    const keys = [await testKey('HS256'), await testKey('HS256', { first: 9 })]
    await expect(verifyJws(sign({}), { algorithms: ['HS256'], keys })).rejects.toMatchObject({
      code: 'SB_KEY_NOT_FOUND',
    })
    await expect(
      verifyJws(sign({}), { algorithms: ['HS256'], keys: keys.slice(0, 1) }),
    ).resolves.toBeDefined()
  })

  test('that can only sign is ignored for verification', async () => {
    const k = segment(bytes(32, 9))
    const signs = await importKey({ kty: 'oct', k, key_ops: ['sign'] }, { alg: 'HS256' })
    const keys = [signs, await testKey('HS256')]
    await expect(verifyJws(sign({}), { algorithms: ['HS256'], keys })).resolves.toBeDefined()
  })
})

const failing = (code: ErrorCode): never => {
  throw new SealbearerError(code)
}

describe("a key set of one's own", () => {
  const secret = bytes(32)
  const token = handSign({ alg: 'HS256', kid: '1' }, payload, secret)
  const verify = (select: unknown) =>
    verifyJws(token, { algorithms: ['HS256'], keys: { generation: 0, select: untyped(select) } })

  test('is selected by alg and kid', async () => {
    const asked: unknown[] = []
    const key = await testKey('HS256')
    await verify((header: unknown) => {
      asked.push(header)
      return [key]
    })
    expect(asked).toEqual([{ alg: 'HS256', kid: '1' }])
  })

  test('may be returned asynchronously', async () => {
    const key = await testKey('HS256')
    await expect(verify(async () => [key])).resolves.toBeDefined()
  })

  test.each<[string, () => unknown, string]>([
    ['throws', () => JSON.parse('{'), 'SB_KEYS_UNAVAILABLE'],
    ['rejects', () => Promise.reject(new Error('secret address')), 'SB_KEYS_UNAVAILABLE'],
    ['could not find its issuer', () => failing('SB_DISCOVERY_FAILED'), 'SB_DISCOVERY_FAILED'],
    ['was forged itself', () => failing('SB_INTEGRITY_FAILED'), 'SB_KEYS_UNAVAILABLE'],
    ['was forged itself, later', async () => failing('SB_TOKEN_EXPIRED'), 'SB_KEYS_UNAVAILABLE'],
    ['is corrupt', () => failing('SB_RING_UNREADABLE'), 'SB_KEYS_UNAVAILABLE'],
    ['returns undefined', () => undefined, 'SB_KEYS_UNAVAILABLE'],
    ['returns null', () => null, 'SB_KEYS_UNAVAILABLE'],
    ['resolves to undefined', async () => undefined, 'SB_KEYS_UNAVAILABLE'],
    ['returns no array', () => ({ length: 1 }), 'SB_KEYS_UNAVAILABLE'],
    ['returns an object that looks like a key', () => [{ alg: 'HS256' }], 'SB_KEYS_UNAVAILABLE'],
    ['returns a JWK', () => [{ kty: 'oct', k: 'AAAA' }], 'SB_KEYS_UNAVAILABLE'],
    ['returns no keys', () => [], 'SB_KEY_NOT_FOUND'],
    ['returns a key of another alg', async () => [await testKey('HS512')], 'SB_KEY_NOT_FOUND'],
    [
      'returns a public key of another family',
      async () => [await testPublicKey('RS256')],
      'SB_KEY_NOT_FOUND',
    ],
    ['returns another secret', async () => [await testKey('HS256', { first: 9 })], 'SB_INTEGRITY_FAILED'],
  ])('that %s is refused with the right code', async (_, select, code) => {
    const refusal = verify(select)
    await expect(refusal).rejects.toMatchObject({ code })
    await expect(refusal).rejects.not.toHaveProperty('cause')
  })

  test('signs only with the algorithm of the policy', async () => {
    const keys = async (alg: SignatureAlgorithm) => ({
      generation: 0,
      select: async () => [await testKey(alg)],
    })
    await expect(signJws(payload, { algorithm: 'HS256', key: await keys('HS512') })).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
    })
    expect(jsonOf(await signJws(payload, { algorithm: 'HS256', key: await keys('HS256') }), 0)['alg']).toBe(
      'HS256',
    )
  })
})

describe('the form', () => {
  const policy = async () => ({ algorithms: ['HS256'] as const, keys: await testKey('HS256') })
  const good = handSign({ alg: 'HS256' }, payload, bytes(32))

  test.each<[string, unknown, string]>([
    ['nothing', '', 'SB_TOKEN_MALFORMED'],
    ['no dots', 'abc', 'SB_TOKEN_MALFORMED'],
    ['one dot', 'a.b', 'SB_TOKEN_MALFORMED'],
    ['four parts', `${good}.`, 'SB_TOKEN_MALFORMED'],
    ['a JWE', `${good}.a.b`, 'SB_FORM_MISMATCH'],
    ['six parts', `${good}.a.b.c`, 'SB_TOKEN_MALFORMED'],
    ['10,000 dots', '.'.repeat(10_000), 'SB_TOKEN_MALFORMED'],
    ['JSON Serialization', `{"payload":"","protected":"","signature":""}`, 'SB_TOKEN_MALFORMED'],
    ['undefined', undefined, 'SB_TOKEN_MALFORMED'],
    ['bytes', Buffer.from(good), 'SB_TOKEN_MALFORMED'],
    ['a list', [good], 'SB_TOKEN_MALFORMED'],
    ['too long', `${good}${'A'.repeat(16_384)}`, 'SB_TOKEN_TOO_LARGE'],
    ['1 MB of dots', '.'.repeat(1_000_000), 'SB_TOKEN_TOO_LARGE'],
    ['an empty header', `.${segment('{}')}.AAAA`, 'SB_HEADER_INVALID'],
    ['only dots', '..', 'SB_HEADER_INVALID'],
    ['a space in front', ` ${good}`, 'SB_HEADER_INVALID'],
    ['a scheme in front', `Bearer ${good}`, 'SB_HEADER_INVALID'],
    ['a padded header', withSegment(good, 0, (text) => `${text}=`), 'SB_HEADER_INVALID'],
  ])('%s is refused', async (_, token, code) => {
    await expect(verifyJws(untyped(token), await policy())).rejects.toMatchObject({ code })
    await expect(verifyJws(good, await policy())).resolves.toBeDefined()
  })

  test('maxTokenSize is checked before parsing', async () => {
    const exactly = { ...(await policy()), maxTokenSize: good.length }
    await expect(verifyJws(good, exactly)).resolves.toBeDefined()
    await expect(verifyJws(good, { ...exactly, maxTokenSize: good.length - 1 })).rejects.toMatchObject({
      code: 'SB_TOKEN_TOO_LARGE',
    })
    await expect(verifyJws('\0'.repeat(good.length + 1), exactly)).rejects.toMatchObject({
      code: 'SB_TOKEN_TOO_LARGE',
    })
  })

  test.each<[string, Content, string]>([
    ['crit', { alg: 'HS256', crit: ['exp'], exp: 1 }, 'SB_CRIT_UNSUPPORTED'],
    ['an empty crit', { alg: 'HS256', crit: [] }, 'SB_CRIT_UNSUPPORTED'],
    ['b64 false', { alg: 'HS256', b64: false }, 'SB_HEADER_INVALID'],
    ['b64 false that is critical', { alg: 'HS256', b64: false, crit: ['b64'] }, 'SB_CRIT_UNSUPPORTED'],
    ['zip', { alg: 'HS256', zip: 'DEF' }, 'SB_HEADER_INVALID'],
    ['alg twice', '{"alg":"HS256","alg":"HS256"}', 'SB_HEADER_INVALID'],
    ['alg twice by an escape', '{"alg":"HS256","\\u0061lg":"none"}', 'SB_HEADER_INVALID'],
    ['kid twice', '{"alg":"HS256","kid":"1","kid":"2"}', 'SB_HEADER_INVALID'],
    ['a byte order mark', '\ufeff{"alg":"HS256"}', 'SB_HEADER_INVALID'],
    [
      'Latin-1',
      Uint8Array.from([...Buffer.from('{"alg":"HS256","x":"'), 0xe9, 0x22, 0x7d]),
      'SB_HEADER_INVALID',
    ],
  ])('a header with %s is rejected even if it is authentic', async (_, header, code) => {
    const token = handSign(header, payload, bytes(32))
    await expect(verifyJws(token, await policy())).rejects.toMatchObject({ code })
  })

  test('a payload may be anything', async () => {
    for (const content of ['', 'text', Uint8Array.from([0, 255, 128]), '{"a":1,"a":2}']) {
      const verified = await verifyJws(handSign({ alg: 'HS256' }, content, bytes(32)), await policy())
      expect(segment(verified.payload)).toBe(segment(content))
    }
  })

  test('the payload is a copy', async () => {
    const { payload: read } = await verifyJws(good, await policy())
    expect(read.byteOffset).toBe(0)
    expect(read.buffer.byteLength).toBe(read.length)
  })
})

describe('options of verifyJws', () => {
  test.each<[string, (good: object) => unknown, RegExp]>([
    ['none', () => undefined, /^verifyJws: must be an object with algorithms, keys, maxTokenSize$/],
    ['an unknown one', (good) => ({ ...good, issuer: 'x' }), /^verifyJws: has no option "issuer"/],
    [
      'no algorithms',
      (good) => ({ ...good, algorithms: undefined }),
      /^algorithms: list at least one of HS256/,
    ],
    ['an empty list', (good) => ({ ...good, algorithms: [] }), /^algorithms: list at least one/],
    ['text for algorithms', (good) => ({ ...good, algorithms: 'HS256' }), /^algorithms: list at least one/],
    [
      'none among algorithms',
      (good) => ({ ...good, algorithms: ['HS256', 'none'] }),
      /^algorithms: "none" is refused/,
    ],
    [
      'an alg of encryption',
      (good) => ({ ...good, algorithms: ['dir'] }),
      /^algorithms: must be one of HS256/,
    ],
    [
      'no keys',
      (good) => ({ ...good, keys: undefined }),
      /^keys: must be a Key, a key set \(.*\), or a list of them$/,
    ],
    ['an empty list of keys', (good) => ({ ...good, keys: [] }), /^keys: must be a Key/],
    ['a secret as text', (good) => ({ ...good, keys: 'secret' }), /^keys: must be a Key, a key set \(/],
    ['a JWK', (good) => ({ ...good, keys: { kty: 'oct', k: 'AAAA' } }), /^keys: must be a Key/],
    [
      'a size of 0',
      (good) => ({ ...good, maxTokenSize: 0 }),
      /^maxTokenSize: must be a whole number of at least 1$/,
    ],
    [
      'an endless size',
      (good) => ({ ...good, maxTokenSize: Number.POSITIVE_INFINITY }),
      /^maxTokenSize: must be/,
    ],
  ])('with %s are refused', async (_, change, message) => {
    const good = { algorithms: ['HS256'], keys: await testKey('HS256') }
    const refusal = verifyJws('a.b.c', untyped(change(good)))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('with a key for another purpose are rejected', async () => {
    const keys = await testKey('HS512')
    await expect(verifyJws('a.b.c', { algorithms: ['HS256', 'ES256'], keys })).rejects.toThrow(
      /^keys: no key given can verify with HS256, ES256; pass the public key \(or the HMAC secret\)/,
    )
  })
})

describe('options of signJws', () => {
  test.each<[string, (good: object) => unknown, RegExp]>([
    ['none', () => undefined, /^signJws: must be an object with algorithm, key, protectedHeader$/],
    ['an unknown one', (good) => ({ ...good, keys: 1 }), /^signJws: has no option "keys"/],
    ['no algorithm', (good) => ({ ...good, algorithm: undefined }), /^algorithm: must be one of HS256/],
    ['none', (good) => ({ ...good, algorithm: 'none' }), /^algorithm: "none" is refused/],
    [
      'an alg of encryption',
      (good) => ({ ...good, algorithm: 'A128KW' }),
      /^algorithm: must be one of HS256/,
    ],
    [
      'another algorithm than the key’s',
      (good) => ({ ...good, algorithm: 'HS384' }),
      /^key: no key given can sign with HS384/,
    ],
    ['no key', (good) => ({ ...good, key: undefined }), /^key: must be a Key/],
    [
      'crit',
      (good) => ({ ...good, protectedHeader: { crit: ['a'], a: 1 } }),
      /^protectedHeader: remove "crit"/,
    ],
    ['b64', (good) => ({ ...good, protectedHeader: { b64: false } }), /^protectedHeader: remove "b64"/],
    [
      'alg in the header',
      (good) => ({ ...good, protectedHeader: { alg: 'none' } }),
      /^protectedHeader: remove "alg"/,
    ],
  ])('with %s are refused', async (_, change, message) => {
    const good = { algorithm: 'HS256', key: await testKey('HS256') }
    const refusal = signJws(payload, untyped(change(good)))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('with a public key are rejected', async () => {
    await expect(signJws(payload, { algorithm: 'ES256', key: await testPublicKey('ES256') })).rejects.toThrow(
      /^key: no key given can sign with ES256; pass a private key \(or an HMAC secret\) imported for this algorithm$/,
    )
  })

  test.each(['text', {}, undefined, null, 5, [1, 2]])('reject the payload %j', async (bad) => {
    await expect(signJws(untyped(bad), { algorithm: 'HS256', key: await testKey('HS256') })).rejects.toThrow(
      'payload: must be bytes (Uint8Array)',
    )
  })
})
