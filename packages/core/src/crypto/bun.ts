import { Buffer } from 'node:buffer'
import { isSignatureAlgorithm, signatureAlgorithms } from './algorithms.js'
import type { CryptoEngine, KeyOperations } from './engine.js'
import { decodeBase64url } from './node/bytes.js'
import { engine as node } from './node.js'
import { asCryptoKey, signatureParameters } from './web.js'

type Verify = NonNullable<KeyOperations['verify']>

/** Of so many concurrent verifications, one runs on this thread, which also dispatches the others. */
const share = 3

/** Number of verifications requested in the current task. */
let isConcurrent = 0

const endOfRun = (): void => {
  isConcurrent = 0
}

/** A single verification runs synchronously; most of several concurrent ones run on other threads. */
const spread =
  (synchronous: Verify, onThreads: Verify): Verify =>
  (signingInput, signature) => {
    if (isConcurrent === 0) queueMicrotask(endOfRun)
    const verify = isConcurrent++ % share === 0 ? synchronous : onThreads
    return verify(signingInput, signature)
  }

/**
 * The implementation for Bun. Its node:crypto is fastest for a single operation, but single-threaded; its
 * WebCrypto is multi-threaded, which pays off for elliptic-curve signatures.
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
