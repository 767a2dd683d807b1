import { createPublicKey, diffieHellman } from 'node:crypto'
import type { Agreement } from './agreement.js'
import { generateEphemeral } from './ephemeral-key.js'
import type { KeyPair } from './key-pair.js'

/** Agreement on X25519 (RFC 8037 §3.2). OpenSSL refuses points of low order, whose secret is all zeros. */
export function x25519Agreement({ publicKey, privateKey }: KeyPair): Agreement {
  return {
    send:
      publicKey &&
      (() => {
        const ephemeral = generateEphemeral('x25519')
        const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
        return { epk: ephemeral.publicKey, secret }
      }),
    receive:
      privateKey &&
      (({ crv, x }) => {
        if (crv !== 'X25519' || typeof x !== 'string') throw new Error('another curve')
        const sender = createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
        return diffieHellman({ privateKey, publicKey: sender })
      }),
  }
}
