import { Buffer } from 'node:buffer'
import { type CipherGCMTypes, createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import type { KeyOperations } from '../engine.js'
import { checkedOctets, encodeBase64url } from './codec.js'
import { contentKeyBytes, openEnvelope, writeEnvelope } from './envelope.js'
import { randomOctets } from './random.js'

/** RFC 3394 §2.2.3.1 */
const defaultIv = Buffer.alloc(8, 0xa6)

/** Wraps a CEK with AES Key Wrap (RFC 3394). */
export function wrapKey(wrappingKey: KeyObject | Buffer, bits: number, cek: Buffer): Buffer {
  return createCipheriv(`id-aes${bits}-wrap`, wrappingKey, defaultIv).update(cek)
}

/** Unwraps a CEK. Throws when the wrapping key is wrong. */
export function unwrapKey(wrappingKey: KeyObject | Buffer, bits: number, encryptedKey: Uint8Array): Buffer {
  return createDecipheriv(`id-aes${bits}-wrap`, wrappingKey, defaultIv).update(encryptedKey)
}

const bitsOf = (key: KeyObject): number => (key.symmetricKeySize ?? 0) * 8

/** RFC 7518 §4.4 */
export function aesKeyWrapping(key: KeyObject): KeyOperations {
  const bits = bitsOf(key)
  return {
    encrypt(plaintext, header) {
      const cek = randomOctets(contentKeyBytes(header))
      return writeEnvelope(plaintext, header, cek, wrapKey(key, bits, cek))
    },
    decrypt: (parts) => openEnvelope(parts, unwrapKey(key, bits, parts.encryptedKey)),
  }
}

/** RFC 7518 §4.7 */
export function aesGcmKeyWrapping(key: KeyObject): KeyOperations {
  // Keys of the three sizes are all that the caller lets through.
  const cipher = `aes-${bitsOf(key)}-gcm` as CipherGCMTypes
  return {
    encrypt(plaintext, header) {
      const cek = randomOctets(contentKeyBytes(header))
      const iv = randomOctets(12)
      const wrapping = createCipheriv(cipher, key, iv)
      const encryptedKey = wrapping.update(cek)
      wrapping.final()
      const tag = encodeBase64url(wrapping.getAuthTag())
      return writeEnvelope(plaintext, { ...header, iv: encodeBase64url(iv), tag }, cek, encryptedKey)
    },
    decrypt(parts) {
      const { iv, tag } = parts.protectedHeader
      const unwrapping = createDecipheriv(cipher, key, checkedOctets(iv), { authTagLength: 16 })
      unwrapping.setAuthTag(checkedOctets(tag))
      const cek = unwrapping.update(parts.encryptedKey)
      unwrapping.final()
      return openEnvelope(parts, cek)
    },
  }
}
