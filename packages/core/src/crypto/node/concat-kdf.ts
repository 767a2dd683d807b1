import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

const hashBytes = 32

function withLength(octets: Uint8Array): Buffer {
  const prefixed = Buffer.alloc(4 + octets.length)
  prefixed.writeUInt32BE(octets.length)
  prefixed.set(octets, 4)
  return prefixed
}

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}

/** What the derived key is for, which goes into its derivation (RFC 7518 §4.6.2). */
export function otherInfo(algorithmId: string, apu: Uint8Array, apv: Uint8Array, keyBytes: number): Buffer {
  return Buffer.concat([
    withLength(Buffer.from(algorithmId, 'latin1')),
    withLength(apu),
    withLength(apv),
    uint32(keyBytes * 8),
  ])
}

/** Concat KDF with SHA-256 (NIST SP 800-56A §5.8.1). */
export function concatKdf(secret: Uint8Array, info: Uint8Array, keyBytes: number): Buffer {
  const rounds: Buffer[] = []
  for (let round = 1; (round - 1) * hashBytes < keyBytes; round++) {
    rounds.push(createHash('sha256').update(uint32(round)).update(secret).update(info).digest())
  }
  const [only] = rounds
  return (rounds.length === 1 && only ? only : Buffer.concat(rounds)).subarray(0, keyBytes)
}
