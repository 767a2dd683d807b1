import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { bytes } from '../../../test-kit/test-keys.js'
import { type ContentEncryptionAlgorithm, contentEncryptionAlgorithms } from '../algorithms.js'
import type { JweParts } from '../engine.js'
import { contentCiphers } from '../node/content-encryption.js'
import { decryptContent } from './content-decryption.js'

const plaintext = Buffer.from('what was encrypted')
const encs = ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const

/** Content encrypted by the other engine. */
function encrypted(enc: ContentEncryptionAlgorithm, seal = contentCiphers[enc]) {
  const { keyBytes, ivBytes } = contentEncryptionAlgorithms[enc]
  const cek = Buffer.from(bytes(keyBytes))
  const iv = Buffer.from(bytes(ivBytes, 9))
  const parts: JweParts = {
    protectedHeader: { enc },
    protectedSegment: 'header',
    contentEncryption: enc,
    encryptedKey: new Uint8Array(),
    iv,
    ...seal.encrypt(cek, iv, plaintext, 'header'),
  }
  return { cek, parts }
}

describe.each(encs)('%s', (enc) => {
  test('decrypts content, and rejects modified content', async () => {
    const { cek, parts } = encrypted(enc)
    expect(Buffer.from(await decryptContent(cek, parts))).toEqual(plaintext)
    const { tag, iv, ciphertext } = parts
    for (const change of [
      { tag: tag.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) },
      { tag: tag.map((byte, i) => (i === tag.length - 1 ? byte ^ 1 : byte)) },
      { tag: Buffer.concat([tag, Buffer.of(0)]) },
      { tag: Buffer.concat([tag, tag]) },
      { iv: iv.map((byte) => byte ^ 1) },
      { ciphertext: ciphertext.map((byte) => byte ^ 1) },
      { protectedSegment: 'other' },
    ]) {
      await expect(decryptContent(cek, { ...parts, ...change })).rejects.toThrow()
    }
  })

  test('refuses a CEK of another length', async () => {
    const { cek, parts } = encrypted(enc)
    for (const other of [cek.subarray(1), Buffer.concat([cek, cek]), Buffer.alloc(0)]) {
      await expect(decryptContent(other, parts)).rejects.toThrow(/^wrong key length$/)
    }
  })
})

test('content under a shorter key is rejected for an enc with a longer one', async () => {
  const [cek, iv] = [bytes(16), bytes(12, 9)]
  const cipher = createCipheriv('aes-128-gcm', cek, iv).setAAD(Buffer.from('header'))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const parts = { ...encrypted('A128GCM').parts, iv, ciphertext, tag: cipher.getAuthTag() }
  expect(Buffer.from(await decryptContent(cek, parts))).toEqual(plaintext)
  await expect(decryptContent(cek, { ...parts, contentEncryption: 'A256GCM' })).rejects.toThrow(
    /^wrong key length$/,
  )
})

test.each(['A128CBC-HS256', 'A256CBC-HS512'] as const)(
  '%s: a tag that ends in a zero is compared as a whole',
  async (enc) => {
    // One tag in 256 ends like this.
    for (let i = 0; i < 3_000; i++) {
      const { cek, parts } = encrypted(enc, {
        ...contentCiphers[enc],
        encrypt: (key, iv, text) =>
          contentCiphers[enc].encrypt(key, iv, Buffer.concat([text, Buffer.from(`${i}`)]), 'header'),
      })
      if (parts.tag.at(-1) !== 0) continue
      expect(Buffer.from(await decryptContent(cek, parts)).toString()).toBe(`${plaintext}${i}`)
      await expect(decryptContent(cek, { ...parts, tag: parts.tag.subarray(0, -1) })).rejects.toThrow(
        /^wrong tag$/,
      )
      return
    }
    throw new Error('no tag ends in a zero byte')
  },
)
