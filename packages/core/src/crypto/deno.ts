import { chainOrRecover } from '../maybe-promise.js'
import { type Algorithm, algorithms, isSignatureAlgorithm } from './algorithms.js'
import type { CryptoEngine, KeyOperations } from './engine.js'
import { engine as node } from './node.js'
import { spread } from './spread.js'
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

/** A single RSA signature is verified sooner by node:crypto; WebCrypto makes signatures in half the time. */
function rsaOperations({ verify }: KeyOperations, portable: KeyOperations): KeyOperations {
  const { verify: onThreads } = portable
  return {
    ...portable,
    ...(verify && onThreads && { verify: spread(verify, onThreads, Number.POSITIVE_INFINITY) }),
  }
}

/** ECDSA is faster in WebCrypto, and decryption with RSA as fast, on other threads. */
const isForWebCrypto = (alg: Algorithm): boolean =>
  algorithms[alg].kty.includes(isSignatureAlgorithm(alg) ? 'EC' : 'RSA')

/** What remains: ECDH-ES, and signatures with RSA and Ed25519. */
function chosenOperations(native: KeyOperations, portable: KeyOperations, alg: Algorithm): KeyOperations {
  if (!isSignatureAlgorithm(alg)) return encryptionOperations(native, portable)
  return algorithms[alg].kty.includes('RSA') ? rsaOperations(native, portable) : native
}

/**
 * The implementation for Deno. Its node:crypto is fastest for most single operations, but single-threaded, and
 * incomplete; its WebCrypto is multi-threaded, and takes tens of microseconds to start an operation.
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
    const portable = await web.importKeyPair(material, alg)
    if (isForWebCrypto(alg)) return portable
    return chainOrRecover<KeyOperations, KeyOperations>(
      () => node.importKeyPair(material, alg),
      (native) => chosenOperations(native, portable, alg),
      // It has neither ML-DSA nor RSA exponents of more than 33 bits.
      () => portable,
    )
  },
}
