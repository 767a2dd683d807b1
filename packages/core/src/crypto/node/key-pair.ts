import { createPublicKey, type KeyObject } from 'node:crypto'
import { checkedBytes } from './codec.js'

/** The halves of an asymmetric key that are at hand. */
export interface KeyPair {
  readonly publicKey: KeyObject | undefined
  readonly privateKey: KeyObject | undefined
}

/** Bytes of the modulus of an RSA key, and so of all that it signs and encrypts (RFC 8017 §7.1.1, §8.1.1). */
export function modulusBytes(key: KeyObject): number {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return checkedBytes(publicKey.export({ format: 'jwk' }).n).length
}
