import { algorithms, isSignatureAlgorithm } from './algorithms.js'
import type { CryptoEngine, KeyOperations } from './engine.js'
import { engine as node } from './node.js'
import { engine as web } from './web.js'

/** AES with keys of 192 bits is only in WebCrypto. */
const usesAes192 = (name: unknown): boolean => typeof name === 'string' && name.startsWith('A192')

function encryptionOperations(native: KeyOperations, portable: KeyOperations): KeyOperations {
  const { encrypt, decrypt } = native
  const { encrypt: encrypt192, decrypt: decrypt192 } = portable
  return {
    ...(encrypt &&
      encrypt192 && {
        encrypt: (plaintext, header) =>
          usesAes192(header['enc']) ? encrypt192(plaintext, header) : encrypt(plaintext, header),
      }),
    ...(decrypt &&
      decrypt192 && {
        decrypt: (parts) => (usesAes192(parts.contentEncryption) ? decrypt192(parts) : decrypt(parts)),
      }),
  }
}

/**
 * The implementation for Deno. Its node:crypto is fastest, but single-threaded, and incomplete; its WebCrypto is
 * multi-threaded, which pays off for RSA and ECDSA, and takes tens of microseconds to start an operation.
 */
export const engine: CryptoEngine = {
  ...node,
  supports: web.supports,
  importSecret(secret, alg) {
    if (isSignatureAlgorithm(alg)) return node.importSecret(secret, alg)
    const portable = web.importSecret(secret, alg)
    return usesAes192(alg) ? portable : encryptionOperations(node.importSecret(secret, alg), portable)
  },
  async importKeyPair(material, alg) {
    const { kty } = algorithms[alg]
    // ML-DSA is only in WebCrypto.
    if (isSignatureAlgorithm(alg)) return (kty.includes('OKP') ? node : web).importKeyPair(material, alg)
    if (kty.includes('RSA')) return web.importKeyPair(material, alg)
    return encryptionOperations(
      await node.importKeyPair(material, alg),
      await web.importKeyPair(material, alg),
    )
  },
}
