import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { pem } from '#core-test-kit/test-keys.js'

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** MGF1 with SHA-256 (RFC 8017 appendix B.2.1). */
function mask(seed: Uint8Array, length: number): Buffer {
  const rounds = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256')
      .update(seed)
      .update(Uint8Array.of(0, 0, 0, i))
      .digest(),
  )
  return Buffer.concat(rounds).subarray(0, length)
}

const xor = (one: Uint8Array, other: Uint8Array): Buffer =>
  Buffer.from(one.map((byte, i) => byte ^ (other[i] ?? 0)))
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) result = (result * result * (bit === '1' ? base : 1n)) % modulus
  return result
}

function inRsa(padded: Uint8Array, modulus: Uint8Array, exponent: string): Buffer {
  const result = power(numberOf(padded), numberOf(Buffer.from(exponent, 'base64url')), numberOf(modulus))
  return Buffer.from(result.toString(16).padStart(modulus.length * 2, '0'), 'hex')
}

/**
 * Encrypts a CEK to a public RSA key with RSA-OAEP-256 (RFC 8017 §7.1.1). By hand, since not every runtime's
 * node:crypto takes the hash that it is asked to.
 */
export function handOaep(cek: Uint8Array, keyName: string): Buffer {
  const { n = '', e = '' } = createPublicKey(pem(`${keyName}.spki`)).export({ format: 'jwk' })
  const modulus = Buffer.from(n, 'base64url')
  const data = Buffer.alloc(modulus.length - 33)
  data.set(sha256())
  data[data.length - cek.length - 1] = 1
  data.set(cek, data.length - cek.length)
  const seed = randomBytes(32)
  const maskedData = xor(data, mask(seed, data.length))
  const padded = Buffer.concat([Buffer.alloc(1), xor(seed, mask(maskedData, 32)), maskedData])
  return inRsa(padded, modulus, e)
}

/** Signs with PS256 (RFC 8017 §8.1.1), for the same reason. */
export function handPss(input: string, keyName: string, saltLength = 32): Buffer {
  const { n = '', d = '' } = createPrivateKey(pem(`${keyName}.pkcs8`)).export({ format: 'jwk' })
  const modulus = Buffer.from(n, 'base64url')
  const salt = randomBytes(saltLength)
  const hash = sha256(Buffer.alloc(8), sha256(Buffer.from(input)), salt)
  const data = Buffer.alloc(modulus.length - 33)
  data[data.length - salt.length - 1] = 1
  data.set(salt, data.length - salt.length)
  const padded = Buffer.concat([xor(data, mask(hash, data.length)), hash, Buffer.of(0xbc)])
  // A modulus that fills its bytes leaves the number one bit less (§9.1.1 step 11).
  padded[0] = (padded[0] ?? 0) & 0x7f
  return inRsa(padded, modulus, d)
}
