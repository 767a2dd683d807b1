import type { KeyObject } from 'node:crypto'

const blockBytes = 64
const digestBytes = 32

/** The two blocks that HMAC-SHA-256 puts in front (RFC 2104), the outer one with room for a digest. */
export function hmacPads(secret: KeyObject): { readonly inner: Buffer; readonly outer: Buffer } {
  const block = Buffer.alloc(blockBytes)
  secret.export().copy(block)
  return {
    inner: Buffer.from(block.map((byte) => byte ^ 0x36)),
    outer: Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(digestBytes)]),
  }
}
