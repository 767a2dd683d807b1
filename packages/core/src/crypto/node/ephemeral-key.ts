import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { EphemeralKey } from './agreement.js'

/** A fresh key pair whose public half is already written as an `epk`. */
export interface EphemeralPair {
  readonly publicKey: EphemeralKey
  readonly privateKey: KeyObject
}

/**
 * Generates an ephemeral key. The generation itself encodes the public half: on Node 20, exporting a fresh
 * key as a JWK in a step of its own hangs the process for good, once in some thousand times.
 */
export function generateEphemeral(type: 'x25519'): EphemeralPair
export function generateEphemeral(type: 'ec', namedCurve: string): EphemeralPair
export function generateEphemeral(type: 'x25519' | 'ec', namedCurve?: string): EphemeralPair {
  // Node's types know neither this encoding, which Node has since 15.12, nor a pair of which one half is encoded.
  const generate = generateKeyPairSync as unknown as (type: string, options: object) => EphemeralPair
  return generate(type, { publicKeyEncoding: { format: 'jwk' }, ...(namedCurve && { namedCurve }) })
}
