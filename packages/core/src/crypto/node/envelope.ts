import { Buffer } from 'node:buffer'
import { createSecretKey } from 'node:crypto'
import { contentEncryptionAlgorithms, isContentEncryptionAlgorithm } from '../algorithms.js'
import type { JoseHeader, JweParts } from '../engine.js'
import { encodeBase64url } from './codec.js'
import { type ContentKey, contentCiphers } from './content-encryption.js'
import { randomOctets } from './random.js'
import { isNode22OrLater } from './release.js'

/** On newer releases ciphers take a KeyObject much more quickly than octets; before, wrapping them only costs. */
const contentKey = (cek: ContentKey): ContentKey =>
  isNode22OrLater && Buffer.isBuffer(cek) ? createSecretKey(cek) : cek

/** Octets of the CEK that the header's `enc` asks for, which the caller has checked. */
export function contentKeyBytes({ enc }: JoseHeader): number {
  return isContentEncryptionAlgorithm(enc) ? contentEncryptionAlgorithms[enc].keyBytes : 0
}

/** Encrypts the content and writes the JWE in Compact Serialization (RFC 7516 §5.1 steps 9 to 19). */
export function writeEnvelope(
  plaintext: Uint8Array,
  protectedHeader: JoseHeader,
  cek: ContentKey,
  encryptedKey: Uint8Array | string,
): string {
  const { enc } = protectedHeader
  if (!isContentEncryptionAlgorithm(enc)) throw new TypeError('enc: not supported')
  const iv = randomOctets(contentEncryptionAlgorithms[enc].ivBytes)
  const aad = encodeBase64url(JSON.stringify(protectedHeader))
  const { ciphertext, tag } = contentCiphers[enc].encrypt(contentKey(cek), iv, plaintext, aad)
  return [aad, ...[encryptedKey, iv, ciphertext, tag].map(encodeBase64url)].join('.')
}

/** Decrypts the content. Throws when the tag is wrong. */
export function openEnvelope(parts: JweParts, cek: ContentKey): Uint8Array {
  const { contentEncryption, iv, ciphertext, tag, protectedSegment } = parts
  return contentCiphers[contentEncryption].decrypt(contentKey(cek), iv, ciphertext, tag, protectedSegment)
}
