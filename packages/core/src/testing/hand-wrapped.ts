import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/**
 * Wraps a CEK with AES Key Wrap (RFC 3394 §2.2.1). On AES alone, since not every runtime's node:crypto has
 * the rest.
 */
export function handWrap(cek: Uint8Array, wrappingKey: Uint8Array): Buffer {
  const encryptBlock = (block: Buffer): Buffer =>
    createCipheriv(`aes-${wrappingKey.length * 8}-ecb`, wrappingKey, null).update(block)
  const blocks: Buffer[] = Array.from({ length: cek.length / 8 }, (_, i) =>
    Buffer.from(cek.subarray(i * 8, i * 8 + 8)),
  )
  let check: Buffer = Buffer.alloc(8, 0xa6)
  let step = 0
  for (let round = 0; round < 6; round++) {
    for (const [i, block] of blocks.entries()) {
      const mixed = encryptBlock(Buffer.concat([check, block]))
      check = Buffer.from(mixed.subarray(0, 8))
      step++
      check.writeUInt32BE((check.readUInt32BE(4) ^ step) >>> 0, 4)
      blocks[i] = mixed.subarray(8, 16)
    }
  }
  return Buffer.concat([check, ...blocks])
}

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
