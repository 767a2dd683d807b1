import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { SignatureRow } from '../algorithms.js'
import type { KeyOperations } from '../engine.js'
import { hashName } from './hash-name.js'

/** HMAC (RFC 7518 §3.2). */
export function hmacOperations(key: KeyObject, row: SignatureRow): KeyOperations {
  const hash = hashName(row)
  const sign = (signingInput: string): Uint8Array =>
    createHmac(hash, key).update(signingInput, 'latin1').digest()
  return {
    sign,
    verify(signingInput, signature) {
      const expected = sign(signingInput)
      return signature.length === expected.length && timingSafeEqual(signature, expected)
    },
  }
}
