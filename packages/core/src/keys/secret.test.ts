import { hkdfSync } from 'node:crypto'
import vm from 'node:vm'
import { describe, expect, test } from 'vitest'
import { bytes, pem } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import type { Algorithm, ContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { signJws } from '../jws/sign.js'
import { deriveKey } from './derive.js'
import { importKey } from './import.js'
import { type Key, keyMaterial } from './key.js'
import { importSecret } from './secret.js'

const signature = (key: Key): Promise<string> => signJws(Uint8Array.of(1), { algorithm: 'HS256', key })
const text = 'a text secret of 32 bytes, é!!!'

describe('importSecret', () => {
  test('reads UTF-8', async () => {
    const bytes = new TextEncoder().encode(text)
    const key = importSecret(text, { alg: 'HS256', encoding: 'utf8', kid: '1' })
    expect(key).toMatchObject({ alg: 'HS256', kid: '1', type: 'secret', use: 'sig' })
    expect(await signature(key)).toBe(await signature(await importKey(bytes, { alg: 'HS256', kid: '1' })))
  })

  test('reads base64url', async () => {
    const base64url = Buffer.from(bytes(32)).toString('base64url')
    const key = importSecret(base64url, { alg: 'HS256', encoding: 'base64url' })
    expect(await signature(key)).toBe(await signature(await importKey(bytes(32), { alg: 'HS256' })))
  })

  test('reads the same text in two ways, and never guesses', async () => {
    const both = Buffer.from(bytes(48)).toString('base64url')
    expect(await signature(importSecret(both, { alg: 'HS256', encoding: 'utf8' }))).not.toBe(
      await signature(importSecret(both, { alg: 'HS256', encoding: 'base64url' })),
    )
  })

  test('serves dir with the given enc', () => {
    const options = { alg: 'dir', enc: 'A256GCM', encoding: 'base64url' } as const
    expect(importSecret(`B${'A'.repeat(42)}`, options)).toMatchObject({
      alg: 'dir',
      enc: 'A256GCM',
      use: 'enc',
    })
  })

  test.each<[string, unknown, object, RegExp]>([
    [
      '31 bytes',
      'x'.repeat(31),
      { alg: 'HS256', encoding: 'utf8' },
      /^secret: HS256 needs at least 32 bytes, not 31/,
    ],
    [
      '31 letters that are 32 bytes short of HS512',
      text,
      { alg: 'HS512', encoding: 'utf8' },
      /at least 64 bytes/,
    ],
    [
      '32 letters of base64url',
      'A'.repeat(32),
      { alg: 'HS256', encoding: 'base64url' },
      /at least 32 bytes, not 24/,
    ],
    ['nothing', '', { alg: 'HS256', encoding: 'utf8' }, /at least 32 bytes, not 0/],
    [
      'padding',
      `${'A'.repeat(43)}=`,
      { alg: 'HS256', encoding: 'base64url' },
      /^secret: not base64url without padding$/,
    ],
    ['base64', `${'A'.repeat(41)}+w`, { alg: 'HS256', encoding: 'base64url' }, /^secret: not base64url/],
    [
      'an end of line',
      `${'A'.repeat(43)}\n`,
      { alg: 'HS256', encoding: 'base64url' },
      /^secret: not base64url/,
    ],
    ['no encoding', text, { alg: 'HS256' }, /^encoding: must be one of utf8, base64url, base64$/],
    [
      'another encoding',
      text,
      { alg: 'HS256', encoding: 'hex' },
      /^encoding: must be one of utf8, base64url, base64$/,
    ],
    ['no alg', text, { encoding: 'utf8' }, /^alg: must be one of/],
    ['no enc for dir', text, { alg: 'dir', encoding: 'utf8' }, /^enc: required with dir/],
    ['an alg of key pairs', text, { alg: 'RS256', encoding: 'utf8' }, /^alg: RS256 accepts no secret/],
    [
      'an unknown option',
      text,
      { alg: 'HS256', encoding: 'utf8', salt: '' },
      /^importSecret: has no option "salt"/,
    ],
    ['bytes', bytes(32), { alg: 'HS256', encoding: 'utf8' }, /^secret: must be text; bytes go to importKey$/],
    ['undefined', undefined, { alg: 'HS256', encoding: 'utf8' }, /^secret: must be text/],
    [
      'a public key',
      pem('rsa.spki'),
      { alg: 'HS256', encoding: 'utf8' },
      /^secret: this is PEM, .*use importKey$/,
    ],
    ['a certificate', ` ${pem('rsa.x509')}`, { alg: 'HS256', encoding: 'utf8' }, /^secret: this is PEM/],
    [
      'a private key',
      `\ufeff${pem('rsa.pkcs8')}`,
      { alg: 'HS512', encoding: 'utf8' },
      /^secret: this is PEM/,
    ],
  ])('refuses %s', (_, secret, options, message) => {
    const make = (): unknown => importSecret(untyped(secret), untyped(options))
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})

describe('deriveKey', () => {
  const secret = bytes(32)
  const options = { alg: 'HS256', info: 'test v1' } as const

  test('is HKDF-SHA-256 (RFC 5869)', async () => {
    const expected = new Uint8Array(hkdfSync('sha256', secret, 'salt', 'test v1', 32))
    const key = await deriveKey(secret, { ...options, salt: 'salt', kid: '1' })
    expect(await signature(key)).toBe(await signature(await importKey(expected, { alg: 'HS256', kid: '1' })))
  })

  test('accepts text and bytes alike', async () => {
    const encode = (value: string): Uint8Array => new TextEncoder().encode(value)
    const byText = await deriveKey(text, { ...options, salt: 'salt' })
    const byBytes = await deriveKey(encode(text), {
      alg: 'HS256',
      info: encode('test v1'),
      salt: encode('salt'),
    })
    expect(await signature(byText)).toBe(await signature(byBytes))
  })

  test('derives another key for each secret, info and salt', async () => {
    const keys = await Promise.all([
      deriveKey(secret, options),
      deriveKey(bytes(32, 2), options),
      deriveKey(secret, { ...options, info: 'test v2' }),
      deriveKey(secret, { ...options, salt: 'salt' }),
    ])
    expect(new Set(await Promise.all(keys.map(signature))).size).toBe(keys.length)
  })

  test.each<[alg: Algorithm, enc?: ContentEncryptionAlgorithm]>([
    ['HS384'],
    ['HS512'],
    ['A128KW'],
    ['A192KW'],
    ['A256GCMKW'],
    ['dir', 'A192GCM'],
    ['dir', 'A256CBC-HS512'],
  ])('makes a key for %s %s', async (alg, enc) => {
    const key = await deriveKey(secret, { alg, info: 'x', ...(enc !== undefined && { enc }) })
    expect(key).toMatchObject({ alg, enc, type: 'secret' })
    if (alg !== 'dir') return
    const token = await encryptJwe(Uint8Array.of(1), {
      keyManagement: alg,
      contentEncryption: enc ?? 'A192GCM',
      key,
    })
    const again = await deriveKey(secret, { alg, info: 'x', ...(enc !== undefined && { enc }) })
    const policy = { keyManagement: [alg], contentEncryption: [enc ?? 'A192GCM'], keys: again } as const
    expect((await decryptJwe(token, policy)).plaintext).toEqual(Uint8Array.of(1))
  })

  test.each<[string, unknown, object, RegExp]>([
    [
      '31 bytes',
      bytes(31),
      options,
      /^secret: needs at least 32 bytes; HKDF does not make it stronger; use random bytes$/,
    ],
    ['a short password', 'hunter2', options, /^secret: needs at least 32 bytes/],
    ['a number', 5, options, /^secret: must be text or bytes$/],
    ['nothing', undefined, options, /^secret: must be text or bytes$/],
    ['no info', secret, { alg: 'HS256' }, /^info: must be text or bytes, such as 'session cookie v1'$/],
    ['an empty info', secret, { alg: 'HS256', info: '' }, /^info: is empty; describe the purpose of the key/],
    ['an info of no bytes', secret, { alg: 'HS256', info: new Uint8Array() }, /^info: is empty/],
    ['a number as info', secret, { alg: 'HS256', info: 5 }, /^info: must be text or bytes/],
    ['a list as info', secret, { alg: 'HS256', info: ['x'] }, /^info: must be text or bytes/],
    ['an endless info', secret, { alg: 'HS256', info: 'x'.repeat(1025) }, /^info: at most 1024 bytes$/],
    ['a number as salt', secret, { ...options, salt: 5 }, /^salt: must be text or bytes/],
    ['no alg', secret, { info: 'x' }, /^alg: must be one of/],
    [
      'an alg of key pairs',
      secret,
      { alg: 'ES256', info: 'x' },
      /^alg: ES256 accepts no secret; use a key of type EC$/,
    ],
    ['dir without enc', secret, { alg: 'dir', info: 'x' }, /^enc: required with dir/],
    ['an unknown option', secret, { ...options, length: 16 }, /^deriveKey: has no option "length"/],
  ])('refuses %s', async (_, material, bad, message) => {
    const refusal = deriveKey(untyped(material), untyped(bad))
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('accepts an info of 1024 bytes', async () => {
    expect(await deriveKey(secret, { alg: 'HS256', info: 'x'.repeat(1024) })).toMatchObject({ alg: 'HS256' })
  })
})

describe('base64', () => {
  const bytes = Buffer.from('fbff0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab', 'hex')
  const options = { alg: 'HS256', encoding: 'base64' } as const
  test('is read with its padding, and in its own alphabet', async () => {
    const read = importSecret(bytes.toString('base64'), options)
    const other = importSecret(bytes.toString('base64url'), { alg: 'HS256', encoding: 'base64url' })
    expect(await keyMaterial(read).operations.sign?.('x')).toBe(
      await keyMaterial(other).operations.sign?.('x'),
    )
  })
  test.each([
    ['without padding', bytes.toString('base64').replace('=', '')],
    ['with too much', `${bytes.toString('base64')}====`],
    ['in the other alphabet', bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')],
    ['with a line end', `${bytes.toString('base64')}\n`],
    ['with padding inside', `AA==${bytes.toString('base64')}`],
    ['with bits left over', bytes.toString('base64').replace(/.=$/, (end) => (end === 's=' ? 't=' : 't='))],
  ])('is refused %s', (_, text) => {
    expect(() => importSecret(text, options)).toThrow(/^secret: not base64 with padding$/)
    expect(importSecret(bytes.toString('base64'), options)).toBeDefined()
  })
})

/** @see issue 10, B: memory that was never filled, a placeholder. */
test.each([0, 7, 97, 255])('a secret of one byte repeated is refused: %d', async (byte) => {
  const secret = Buffer.alloc(32, byte)
  const says = /^secret: is a single repeated byte/
  await expect(importKey(secret, { alg: 'HS256' })).rejects.toThrow(says)
  await expect(importKey({ kty: 'oct', k: secret.toString('base64url') }, { alg: 'HS256' })).rejects.toThrow(
    says,
  )
  expect(() => importSecret(secret.toString('base64'), { alg: 'HS256', encoding: 'base64' })).toThrow(says)
  secret[31] = byte ^ 1
  await expect(importKey(secret, { alg: 'HS256' })).resolves.toBeDefined()
})

/** @see issue 10, B.18: what jest-environment-jsdom and `vm` contexts have for bytes. */
test('accepts bytes of another realm', async () => {
  const foreign: Uint8Array = vm.runInNewContext('Uint8Array.from({ length: 32 }, (_, i) => i)')
  expect(foreign).not.toBeInstanceOf(Uint8Array)
  const key = await importKey(foreign, { alg: 'HS256' })
  const own = await importKey(Uint8Array.from(foreign), { alg: 'HS256' })
  expect(await keyMaterial(key).operations.sign?.('x')).toBe(await keyMaterial(own).operations.sign?.('x'))
  await expect(signJws(foreign, { algorithm: 'HS256', key })).resolves.toBeTypeOf('string')
  await expect(deriveKey(foreign, { alg: 'HS256', info: foreign })).resolves.toBeDefined()
  const lookalike = vm.runInNewContext('new Uint16Array(32)')
  await expect(importKey(lookalike, { alg: 'HS256' })).rejects.toThrow(TypeError)
})
