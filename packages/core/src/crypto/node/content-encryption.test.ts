import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { contentEncryptionAlgorithms } from '../algorithms.js'
import { contentCiphers } from './content-encryption.js'

const aad = 'header'
const { decrypt } = contentCiphers['A128CBC-HS256']

/** Encrypts raw blocks with a correct tag (RFC 7518 §5.2.2.1). */
function sealBlocks(blocks: Uint8Array, cek: Uint8Array) {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', cek.subarray(16), iv).setAutoPadding(false)
  return withTag(cek, iv, cipher.update(blocks))
}

function withTag(cek: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) {
  const length = Buffer.alloc(8)
  length.writeUInt32BE(aad.length * 8, 4)
  const hmac = createHmac('sha256', cek.subarray(0, 16)).update(aad).update(iv).update(ciphertext)
  return { iv, ciphertext, tag: hmac.update(length).digest().subarray(0, 16) }
}

function decrypted(blocks: Uint8Array): Buffer {
  const cek = randomBytes(32)
  const { iv, ciphertext, tag } = sealBlocks(blocks, cek)
  return decrypt(cek, iv, ciphertext, tag, aad)
}

/** Two blocks with the given last bytes. */
const endingIn = (...end: readonly number[]): Buffer =>
  Buffer.concat([Buffer.alloc(32 - end.length, 0xee), Buffer.from(end)])

describe('padding under a correct tag', () => {
  test.each(Array.from({ length: 16 }, (_, i) => i + 1))('%i bytes are removed', (padding) => {
    const blocks = endingIn(...Array<number>(padding).fill(padding))
    expect(decrypted(blocks)).toEqual(blocks.subarray(0, 32 - padding))
  })

  test('a block of only padding leaves an empty plaintext', () => {
    expect(decrypted(Buffer.alloc(16, 16))).toHaveLength(0)
  })

  test.each(
    Array.from({ length: 15 }, (_, i) => i + 2).flatMap((padding) =>
      Array.from({ length: padding - 1 }, (_, at) => [padding, at] as const),
    ),
  )('%i bytes of which number %i is another', (padding, at) => {
    const end = Array<number>(padding).fill(padding)
    expect(() => decrypted(endingIn(...end.with(at, padding ^ 0x80)))).toThrow('wrong tag')
  })

  test.each([0, 17, 18, 31, 32, 33, 127, 128, 129, 240, 254, 255])('an byte %i', (last) => {
    expect(() => decrypted(endingIn(...Array<number>(32).fill(last)))).toThrow('wrong tag')
  })

  test.each([0, 15, 17, 31])('a ciphertext of %i bytes is not a whole number of blocks', (length) => {
    const cek = randomBytes(32)
    const { iv, ciphertext, tag } = withTag(cek, randomBytes(16), randomBytes(length))
    expect(() => decrypt(cek, iv, ciphertext, tag, aad)).toThrow('wrong tag')
  })

  test('bytes behind the last block', () => {
    const cek = randomBytes(32)
    const { iv, ciphertext } = sealBlocks(Buffer.alloc(32, 16), cek)
    const whole = withTag(cek, iv, ciphertext)
    expect(decrypt(cek, iv, whole.ciphertext, whole.tag, aad)).toHaveLength(16)
    const more = withTag(cek, iv, Buffer.concat([ciphertext, Buffer.alloc(3)]))
    expect(() => decrypt(cek, iv, more.ciphertext, more.tag, aad)).toThrow('wrong tag')
  })
})

describe.each(['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const)(
  '%s',
  (enc) => {
    const { keyBytes, ivBytes, tagBytes } = contentEncryptionAlgorithms[enc]
    const [cek, iv, text] = [randomBytes(keyBytes), randomBytes(ivBytes), randomBytes(40)]
    const cipher = contentCiphers[enc]

    test('decrypts what it encrypted, with bytes and with a KeyObject', () => {
      for (const [encryptionKey, decryptionKey] of [
        [cek, createSecretKey(cek)],
        [createSecretKey(cek), cek],
      ] as const) {
        const { ciphertext, tag } = cipher.encrypt(encryptionKey, iv, text, aad)
        expect(tag).toHaveLength(tagBytes)
        expect(cipher.decrypt(decryptionKey, iv, ciphertext, tag, aad)).toEqual(text)
      }
    })

    test('rejects a modified token', () => {
      const { ciphertext, tag } = cipher.encrypt(cek, iv, text, aad)
      const changed = (bytes: Uint8Array): Buffer => Buffer.from(bytes).fill((bytes[0] ?? 0) ^ 1, 0, 1)
      expect(() => cipher.decrypt(cek, iv, changed(ciphertext), tag, aad)).toThrow()
      expect(() => cipher.decrypt(cek, iv, ciphertext, changed(tag), aad)).toThrow()
      expect(() => cipher.decrypt(cek, changed(iv), ciphertext, tag, aad)).toThrow()
      expect(() => cipher.decrypt(changed(cek), iv, ciphertext, tag, aad)).toThrow()
      expect(() => cipher.decrypt(cek, iv, ciphertext, tag, `${aad}s`)).toThrow()
      expect(cipher.decrypt(cek, iv, ciphertext, tag, aad)).toEqual(text)
    })

    test('uses the AES of its name', () => {
      const { ciphertext, tag } = cipher.encrypt(cek, iv, text, aad)
      if (enc.endsWith('GCM')) {
        const name = `aes-${keyBytes * 8}-gcm` as 'aes-256-gcm'
        const open = createDecipheriv(name, cek, iv).setAAD(Buffer.from(aad)).setAuthTag(tag)
        expect(Buffer.concat([open.update(ciphertext), open.final()])).toEqual(text)
      } else {
        const open = createDecipheriv(`aes-${keyBytes * 4}-cbc`, cek.subarray(keyBytes / 2), iv)
        expect(Buffer.concat([open.update(ciphertext), open.final()])).toEqual(text)
      }
    })
  },
)

test.each([11, 13, 15, 17])('GCM rejects a tag of %i bytes', (length) => {
  const { encrypt, decrypt: open } = contentCiphers.A256GCM
  const [cek, iv] = [randomBytes(32), randomBytes(12)]
  const { ciphertext, tag } = encrypt(cek, iv, Buffer.of(1), aad)
  const other = Buffer.concat([tag, tag]).subarray(0, length)
  expect(() => open(cek, iv, ciphertext, other, aad)).toThrow()
  expect(open(cek, iv, ciphertext, tag, aad)).toEqual(Buffer.of(1))
})

test('a wrong tag, with correct and wrong padding', () => {
  const cek = randomBytes(32)
  for (const last of [1, 0]) {
    const { iv, ciphertext, tag } = sealBlocks(endingIn(last), cek)
    const wrong = Buffer.from(tag.map((byte, i) => (i === 0 ? byte ^ 1 : byte)))
    expect(() => decrypt(cek, iv, ciphertext, wrong, aad)).toThrow('wrong tag')
  }
})
