import { createPublicKey, type KeyObject } from 'node:crypto'
import { checkedBytes } from './bytes.js'

/** The available halves of an asymmetric key. */
export interface KeyPair {
  readonly publicKey: KeyObject | undefined
  readonly privateKey: KeyObject | undefined
}

/** RSA modulus length in bytes, which is also the length of its signatures and ciphertexts (RFC 8017 §7.1.1, §8.1.1). */
export function modulusBytes(key: KeyObject): number {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return checkedBytes(publicKey.export({ format: 'jwk' }).n).length
}
