import { contentEncryptionAlgorithms } from '../algorithms.js'
import type { JweParts } from '../engine.js'

/**
 * Decrypts the content of a JWE with an externally obtained CEK (RFC 7516 §5.2 step 16), on any runtime.
 * Throws if the tag is wrong.
 */
export async function decryptContent(cek: Uint8Array, parts: JweParts): Promise<Uint8Array> {
  const { keyBytes } = contentEncryptionAlgorithms[parts.contentEncryption]
  if (cek.length !== keyBytes) throw new Error('wrong key length')
  const additionalData = new TextEncoder().encode(parts.protectedSegment)
  return parts.contentEncryption.endsWith('GCM')
    ? decryptGcm(cek, parts, additionalData)
    : decryptCbcHmac(cek, parts, additionalData)
}

/** AES GCM (RFC 7518 §5.3). */
async function decryptGcm(cek: Uint8Array, parts: JweParts, additionalData: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(cek), 'AES-GCM', false, ['decrypt'])
  const parameters = {
    name: 'AES-GCM',
    iv: new Uint8Array(parts.iv),
    additionalData: new Uint8Array(additionalData),
  }
  return new Uint8Array(await crypto.subtle.decrypt(parameters, key, joined(parts.ciphertext, parts.tag)))
}

/** AES CBC with HMAC (RFC 7518 §5.2): the tag before the padding. */
async function decryptCbcHmac(
  cek: Uint8Array,
  parts: JweParts,
  additionalData: Uint8Array,
): Promise<Uint8Array> {
  const half = cek.length / 2
  const hmac = { name: 'HMAC', hash: `SHA-${half * 16}` }
  const macKey = await crypto.subtle.importKey('raw', cek.slice(0, half), hmac, false, ['sign'])
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(additionalData.length * 8))
  const input = joined(additionalData, parts.iv, parts.ciphertext, length)
  const tag = new Uint8Array(await crypto.subtle.sign('HMAC', macKey, input)).subarray(0, half)
  if (!isEqual(tag, parts.tag)) throw new Error('wrong tag')
  const key = await crypto.subtle.importKey('raw', cek.slice(half), 'AES-CBC', false, ['decrypt'])
  const parameters = { name: 'AES-CBC', iv: new Uint8Array(parts.iv) }
  return new Uint8Array(await crypto.subtle.decrypt(parameters, key, new Uint8Array(parts.ciphertext)))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

/** Takes the same time wherever the difference is. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0)
  return difference === 0
}
