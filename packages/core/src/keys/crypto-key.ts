import type { CryptoKey } from 'jose'
import {
  type Algorithm,
  algorithms,
  type ContentEncryptionAlgorithm,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { checkModulusBits } from './jwk.js'
import { checkSecretLength } from './secret.js'

/** WebCrypto's description of a key's algorithm; the members depend on `name`. */
interface CryptoKeyAlgorithm {
  readonly name: string
  readonly hash?: { readonly name: string }
  readonly length?: number
  readonly modulusLength?: number
  readonly namedCurve?: string
}

/** The WebCrypto name of keys for an algorithm, and the hash if keys are bound to one. */
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
 * Checks a CryptoKey against its intended algorithm. WebCrypto binds keys to a name and a hash, so a mismatch
 * would fail, but only at the first token.
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
  if (key.type === 'secret' && !key.extractable && alg === 'dir' && enc?.endsWith('GCM') === false) {
    throw new TypeError(`key: ${enc} needs an extractable CryptoKey, or the bytes of its secret`)
  }
  const { curves = [] } = algorithms[alg]
  if (algorithm.namedCurve !== undefined && !curves.some((curve) => curve === algorithm.namedCurve)) {
    throw new TypeError(`key: ${alg} needs a key on ${curves.join(', ')}`)
  }
  if (algorithm.modulusLength !== undefined) checkModulusBits(algorithm.modulusLength)
  if (key.type === 'secret') checkSecretLength((algorithm.length ?? 0) / 8, alg, enc)
}

type Usages = Readonly<Record<keyof KeyOperations, CryptoKey['usages'][number] | undefined>>

const sameName: Usages = { sign: 'sign', verify: 'verify', encrypt: 'encrypt', decrypt: 'decrypt' }
/** The recipient's public key needs no usage for key agreement. */
const agreement: Usages = { ...sameName, encrypt: undefined, decrypt: 'deriveBits' }

/** The WebCrypto usage that each operation needs, if it is not named like the operation. */
const neededUsages: Readonly<Record<string, Usages>> = {
  'AES-KW': { ...sameName, encrypt: 'wrapKey', decrypt: 'unwrapKey' },
  ECDH: agreement,
  X25519: agreement,
}

const halfOf: Readonly<Record<string, readonly string[]>> = {
  secret: ['sign', 'verify', 'encrypt', 'decrypt'],
  private: ['sign', 'decrypt'],
  public: ['verify', 'encrypt'],
}

/**
 * Restricts the operations of a key to the usages of its CryptoKey. The other half of a pair, imported as a JWK,
 * is not restricted.
 *
 * @throws {TypeError} if no operation of its own remains.
 */
export function usableOperations(operations: KeyOperations, key: CryptoKey): KeyOperations {
  const needed = neededUsages[key.algorithm.name] ?? sameName
  const own = Object.keys(operations).filter((name) => halfOf[key.type]?.includes(name))
  const refused = own.filter((name) => {
    // One of the operations' own names.
    const usage = needed[name as keyof KeyOperations]
    return usage !== undefined && !key.usages.includes(usage)
  })
  if (refused.length === own.length) {
    const usages = own.map((name) => `"${needed[name as keyof KeyOperations]}"`).join(' or ')
    throw new TypeError(`key: the CryptoKey's usages must have ${usages}`)
  }
  return Object.fromEntries(Object.entries(operations).filter(([name]) => !refused.includes(name)))
}
