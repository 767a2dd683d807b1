import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/** Wraps a CEK with AES Key Wrap (RFC 3394). */
export const handWrap = (cek: Uint8Array, wrappingKey: Uint8Array): Buffer =>
  createCipheriv(`id-aes${wrappingKey.length * 8}-wrap`, wrappingKey, Buffer.alloc(8, 0xa6)).update(cek)

const uint32 = (value: number): Buffer => {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}
const withLength = (text: string): Buffer => Buffer.concat([uint32(text.length), Buffer.from(text)])

/** One round of the Concat KDF, with neither `apu` nor `apv` (RFC 7518 §4.6.2). */
export function handDerive(secret: Uint8Array, algorithmId: string, keyBytes: number): Buffer {
  const info = [withLength(algorithmId), withLength(''), withLength(''), uint32(keyBytes * 8)]
  const round = Buffer.concat([uint32(1), secret, ...info])
  return createHash('sha256').update(round).digest().subarray(0, keyBytes)
}

/** Unwraps it again. */
export const handUnwrap = (encryptedKey: Uint8Array, wrappingKey: Uint8Array): Buffer =>
  createDecipheriv(`id-aes${wrappingKey.length * 8}-wrap`, wrappingKey, Buffer.alloc(8, 0xa6)).update(
    encryptedKey,
  )
