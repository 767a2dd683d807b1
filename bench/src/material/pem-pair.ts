import { createPrivateKey, createPublicKey, type ED25519KeyPairOptions, type KeyObject } from 'node:crypto'

/**
 * Pairs leave `generateKeyPairSync` as text: exporting a KeyObject that was just generated can hang Node 20
 * for good.
 */
export const pem: ED25519KeyPairOptions<'pem', 'pem'> = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}

/** The two halves of a pair. */
export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export const pairOf = (text: { readonly privateKey: string; readonly publicKey: string }): KeyPair => ({
  privateKey: createPrivateKey(text.privateKey),
  publicKey: createPublicKey(text.publicKey),
})
