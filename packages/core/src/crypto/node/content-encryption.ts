import { Buffer } from 'node:buffer'
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import {
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
} from '../algorithms.js'
import type { JoseHeader, JweParts } from '../engine.js'
import { encodeBase64url, randomBytes, withAsciiBytes } from './bytes.js'
import { isNode22OrLater } from './runtime.js'

/** The result of content encryption (RFC 7516 §2). */
interface Encrypted {
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

interface ContentCipher {
  encrypt(cek: ContentKey, iv: Buffer, plaintext: Uint8Array, aad: string): Encrypted
  /** Throws if the tag is wrong. */
  decrypt(cek: ContentKey, iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array, aad: string): Buffer
}

/** A CEK: bytes, or the KeyObject of a shared secret used for many tokens. */
type ContentKey = KeyObject | Buffer

const bytesIn = (cek: ContentKey): Buffer => (Buffer.isBuffer(cek) ? cek : cek.export())

/** AES GCM (RFC 7518 §5.3). */
function gcm(cipher: CipherGCMTypes): ContentCipher {
  return {
    encrypt(cek, iv, plaintext, aad) {
      const encryption = createCipheriv(cipher, cek, iv)
      withAsciiBytes(aad, (bytes) => encryption.setAAD(bytes))
      const ciphertext = encryption.update(plaintext)
      // GCM's final() returns no more bytes.
      encryption.final()
      return { ciphertext, tag: encryption.getAuthTag() }
    },
    decrypt(cek, iv, ciphertext, tag, aad) {
      const decryption = createDecipheriv(cipher, cek, iv, { authTagLength: 16 })
      withAsciiBytes(aad, (bytes) => decryption.setAAD(bytes))
      decryption.setAuthTag(tag)
      const plaintext = decryption.update(ciphertext)
      decryption.final()
      return plaintext
    },
  }
}

/**
 * Bytes of PKCS #7 padding (RFC 5652 §6.3), or 0 if it is invalid. Runs in constant time.
 */
function paddingOf(padded: Buffer): number {
  const padding = padded[padded.length - 1] ?? 0
  // Negative if the number is above 16.
  let wrong = 16 - padding
  for (let i = 2; i <= 16; i++) {
    const isWithin = (i - 1 - padding) >> 31
    wrong |= -(isWithin & ((padded[padded.length - i] ?? 0) ^ padding))
  }
  return padding & ~(wrong >> 31)
}

/** AES CBC with HMAC (RFC 7518 §5.2): the first half of the key is for the MAC, the second for AES. */
function cbcHmac(cipher: string, hash: string, tagBytes: number): ContentCipher {
  const tagOf = (macKey: Buffer, aad: string, iv: Uint8Array, ciphertext: Uint8Array): Buffer => {
    const aadBits = Buffer.alloc(8)
    aadBits.writeUInt32BE(aad.length * 8, 4)
    const hmac = createHmac(hash, macKey).update(aad, 'latin1').update(iv).update(ciphertext).update(aadBits)
    return hmac.digest().subarray(0, tagBytes)
  }
  return {
    encrypt(cek, iv, plaintext, aad) {
      const key = bytesIn(cek)
      const encryption = createCipheriv(cipher, key.subarray(tagBytes), iv)
      const ciphertext = Buffer.concat([encryption.update(plaintext), encryption.final()])
      return { ciphertext, tag: tagOf(key.subarray(0, tagBytes), aad, iv, ciphertext) }
    },
    decrypt(cek, iv, ciphertext, tag, aad) {
      const key = bytesIn(cek)
      const isAuthentic = timingSafeEqual(tagOf(key.subarray(0, tagBytes), aad, iv, ciphertext), tag)
      // Decrypts even if the tag is wrong, so that this fails as late as a wrong padding. The output is then
      // discarded. The padding is checked below because OpenSSL would throw.
      const decryption = createDecipheriv(cipher, key.subarray(tagBytes), iv).setAutoPadding(false)
      const padded = decryption.update(ciphertext)
      const padding = paddingOf(padded)
      if (!isAuthentic || padding === 0 || padded.length !== ciphertext.length) throw new Error('wrong tag')
      return padded.subarray(0, -padding)
    },
  }
}

export const contentCiphers: Readonly<Record<ContentEncryptionAlgorithm, ContentCipher>> = {
  A128GCM: gcm('aes-128-gcm'),
  A192GCM: gcm('aes-192-gcm'),
  A256GCM: gcm('aes-256-gcm'),
  'A128CBC-HS256': cbcHmac('aes-128-cbc', 'sha256', 16),
  'A192CBC-HS384': cbcHmac('aes-192-cbc', 'sha384', 24),
  'A256CBC-HS512': cbcHmac('aes-256-cbc', 'sha512', 32),
}

/** On newer releases ciphers accept a KeyObject much faster than bytes; on older ones, wrapping is only overhead. */
const contentKey = (cek: ContentKey): ContentKey =>
  isNode22OrLater && Buffer.isBuffer(cek) ? createSecretKey(cek) : cek

/** CEK length in bytes for the header's `enc`, which the caller has checked. */
export function contentKeyBytes({ enc }: JoseHeader): number {
  return isContentEncryptionAlgorithm(enc) ? contentEncryptionAlgorithms[enc].keyBytes : 0
}

/** Encrypts the content and serializes the JWE in Compact Serialization (RFC 7516 §5.1 steps 9 to 19). */
export function encryptContent(
  plaintext: Uint8Array,
  protectedHeader: JoseHeader,
  cek: ContentKey,
  encryptedKey: Uint8Array | string,
): string {
  const { enc } = protectedHeader
  if (!isContentEncryptionAlgorithm(enc)) throw new TypeError('enc: not supported')
  const iv = randomBytes(contentEncryptionAlgorithms[enc].ivBytes)
  const aad = encodeBase64url(JSON.stringify(protectedHeader))
  const { ciphertext, tag } = contentCiphers[enc].encrypt(contentKey(cek), iv, plaintext, aad)
  return [aad, ...[encryptedKey, iv, ciphertext, tag].map(encodeBase64url)].join('.')
}

/** Decrypts the content. Throws if the tag is wrong. */
export function decryptContent(parts: JweParts, cek: ContentKey): Uint8Array {
  const { contentEncryption, iv, ciphertext, tag, protectedSegment } = parts
  return contentCiphers[contentEncryption].decrypt(contentKey(cek), iv, ciphertext, tag, protectedSegment)
}
