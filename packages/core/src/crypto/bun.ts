import { Buffer } from 'node:buffer'
import { isSignatureAlgorithm, signatureAlgorithms } from './algorithms.js'
import type { CryptoEngine, KeyOperations } from './engine.js'
import { decodeBase64url } from './node/codec.js'
import { engine as node } from './node.js'
import { signatureParameters } from './web/key-operations.js'
import { asCryptoKey } from './web.js'

type Verify = NonNullable<KeyOperations['verify']>

/** Of signatures verified at once, one in so many is verified on this thread, which has the others to hand out. */
const share = 3

/** How many were asked for since other code ran. */
let askedTogether = 0

const endOfRun = (): void => {
  askedTogether = 0
}

/** One alone is verified on the spot; of several at once, most are verified on other threads. */
const spread =
  (onTheSpot: Verify, onThreads: Verify): Verify =>
  (signingInput, signature) => {
    if (askedTogether === 0) queueMicrotask(endOfRun)
    const verify = askedTogether++ % share === 0 ? onTheSpot : onThreads
    return verify(signingInput, signature)
  }

/**
 * The implementation for Bun. Its node:crypto takes the least time for one operation, but uses one thread for
 * all; its WebCrypto has several, which is worth it for signatures on elliptic curves.
 */
export const engine: CryptoEngine = {
  ...node,
  async importKeyPair(material, alg) {
    const operations = await node.importKeyPair(material, alg)
    const { verify } = operations
    const { publicKey } = material
    if (verify === undefined || publicKey === undefined) return operations
    if (!isSignatureAlgorithm(alg) || signatureAlgorithms[alg].curves === undefined) return operations
    const key = await asCryptoKey(publicKey, alg)
    const parameters = signatureParameters(alg)
    const onThreads: Verify = (signingInput, signature) => {
      const decoded = decodeBase64url(signature)
      if (decoded === undefined) return false
      return crypto.subtle.verify(
        parameters,
        key,
        new Uint8Array(decoded),
        Buffer.from(signingInput, 'latin1'),
      )
    }
    return { ...operations, verify: spread(verify, onThreads) }
  },
}
