import { createPublicKey, type KeyObject } from 'node:crypto'
import { checkedOctets } from './codec.js'

/** The halves of an asymmetric key that are at hand. */
export interface KeyPair {
  readonly publicKey: KeyObject | undefined
  readonly privateKey: KeyObject | undefined
}

/** Octets of the modulus of an RSA key, and so of all that it signs and encrypts (RFC 8017 §7.1.1, §8.1.1). */
export function modulusBytes(key: KeyObject): number {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return checkedOctets(publicKey.export({ format: 'jwk' }).n).length
}
