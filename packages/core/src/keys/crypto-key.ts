import type { CryptoKey } from 'jose'
import {
  type Algorithm,
  algorithmRow,
  type ContentEncryptionAlgorithm,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { checkModulusBits } from './jwk.js'
import { checkSecretLength } from './secret-strength.js'

/** What WebCrypto says of a key's algorithm; which members are there depends on `name`. */
interface CryptoKeyAlgorithm {
  readonly name: string
  readonly hash?: { readonly name: string }
  readonly length?: number
  readonly modulusLength?: number
  readonly namedCurve?: string
}

export const isCryptoKey = (material: object): material is CryptoKey =>
  'algorithm' in material && 'usages' in material && 'extractable' in material

/** The WebCrypto name of keys for an algorithm, and the hash where keys are bound to one. */
function expected(alg: Algorithm, curve: string | undefined): { name: string; hash?: string | undefined } {
  if (isSignatureAlgorithm(alg)) {
    const { webCrypto: name, hash } = signatureAlgorithms[alg]
    return name === 'ECDSA' ? { name } : { name, hash }
  }
  const { mode, hash } = keyManagementAlgorithms[alg]
  if (mode === 'ECDH-ES') return { name: curve === undefined ? 'X25519' : 'ECDH' }
  return { name: mode === 'direct' ? 'AES-GCM' : mode, hash }
}

/**
 * Checks a CryptoKey against the algorithm it is to serve. WebCrypto binds keys to a name and a hash, so
 * that a wrong one would fail, but only at the first token.
 *
 * @throws {TypeError}
 */
export function checkCryptoKey(
  key: CryptoKey,
  alg: Algorithm,
  enc: ContentEncryptionAlgorithm | undefined,
): void {
  const algorithm: CryptoKeyAlgorithm = key.algorithm
  const { name, hash } = expected(alg, algorithm.namedCurve)
  if (algorithm.name !== name || (hash !== undefined && algorithm.hash?.name !== hash)) {
    throw new TypeError(`key: ${alg} needs a CryptoKey for ${name}${hash ? ` with ${hash}` : ''}`)
  }
  const { curves = [] } = algorithmRow(alg)
  if (algorithm.namedCurve !== undefined && !curves.some((curve) => curve === algorithm.namedCurve)) {
    throw new TypeError(`key: ${alg} needs a key on ${curves.join(', ')}`)
  }
  if (algorithm.modulusLength !== undefined) checkModulusBits(algorithm.modulusLength)
  if (key.type === 'secret') checkSecretLength((algorithm.length ?? 0) / 8, alg, enc)
}
