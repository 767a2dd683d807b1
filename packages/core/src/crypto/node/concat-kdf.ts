import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

const hashBytes = 32
const counterBytes = 4

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
  const input = Buffer.allocUnsafe(counterBytes + secret.length + info.length)
  input.set(secret, counterBytes)
  input.set(info, counterBytes + secret.length)
  const rounds = Math.ceil(keyBytes / hashBytes)
  const derived = Buffer.alloc(rounds * hashBytes)
  for (let round = 1; round <= rounds; round++) {
    input.writeUInt32BE(round)
    // A one-shot hash whose result is text takes half the time of a Hash object.
    derived.write(hash('sha256', input, 'binary'), (round - 1) * hashBytes, 'latin1')
  }
  input.fill(0)
  return derived.subarray(0, keyBytes)
}
