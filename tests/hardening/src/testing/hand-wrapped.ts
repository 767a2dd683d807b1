import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

const empty: Buffer = Buffer.alloc(0)
const cipherName = ({ length }: Uint8Array): string => `aes-${length * 8}-ecb`
const blocksOf = (bytes: Uint8Array): Buffer[] =>
  Array.from({ length: bytes.length / 8 }, (_, i) => Buffer.from(bytes.subarray(i * 8, i * 8 + 8)))

/** The first block, with the number of the step added to its last bytes. */
function withStep(bytes: Uint8Array, step: number): Buffer {
  const block = Buffer.from(bytes.subarray(0, 8))
  block.writeUInt32BE((block.readUInt32BE(4) ^ step) >>> 0, 4)
  return block
}

/**
 * Wraps a CEK with AES Key Wrap (RFC 3394 §2.2.1). On AES alone, since not every runtime's node:crypto has
 * the rest.
 */
export function handWrap(cek: Uint8Array, wrappingKey: Uint8Array): Buffer {
  const blocks = blocksOf(cek)
  let check: Buffer = Buffer.alloc(8, 0xa6)
  for (let step = 1; step <= 6 * blocks.length; step++) {
    const i = (step - 1) % blocks.length
    const cipher = createCipheriv(cipherName(wrappingKey), wrappingKey, null)
    const mixed = cipher.update(Buffer.concat([check, blocks[i] ?? empty]))
    check = withStep(mixed, step)
    blocks[i] = mixed.subarray(8, 16)
  }
  return Buffer.concat([check, ...blocks])
}

/** Unwraps it again, whatever comes out (RFC 3394 §2.2.2). */
export function handUnwrap(encryptedKey: Uint8Array, wrappingKey: Uint8Array): Buffer {
  const [first = empty, ...blocks] = blocksOf(encryptedKey)
  let check = first
  for (let step = 6 * blocks.length; step > 0; step--) {
    const i = (step - 1) % blocks.length
    const decipher = createDecipheriv(cipherName(wrappingKey), wrappingKey, null).setAutoPadding(false)
    const mixed = decipher.update(Buffer.concat([withStep(check, step), blocks[i] ?? empty]))
    check = mixed.subarray(0, 8)
    blocks[i] = mixed.subarray(8, 16)
  }
  return Buffer.concat(blocks)
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const withLength = (text: string): Buffer => Buffer.concat([uint32(text.length), Buffer.from(text)])

/** One round of the Concat KDF, with neither `apu` nor `apv` (RFC 7518 §4.6.2). */
export function handDerive(secret: Uint8Array, algorithmId: string, keyBytes: number): Buffer {
  const info = [withLength(algorithmId), withLength(''), withLength(''), uint32(keyBytes * 8)]
  const round = Buffer.concat([uint32(1), secret, ...info])
  return createHash('sha256').update(round).digest().subarray(0, keyBytes)
}
