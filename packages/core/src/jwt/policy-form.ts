import { isSymmetricKeyManagement, type KeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { TokenForm } from './verified-token.js'

/**
 * Says the form that the presence of `signature` and `encryption` asks for.
 *
 * @throws {TypeError} when neither is there.
 */
export function policyForm(options: {
  readonly signature?: unknown
  readonly encryption?: unknown
}): TokenForm {
  if (options.signature !== undefined) return options.encryption === undefined ? 'signed' : 'nested'
  if (options.encryption !== undefined) return 'encrypted'
  throw new TypeError(
    'signature: give signature for signed tokens, encryption for encrypted ones, both for nested',
  )
}

/**
 * Refuses public-key envelopes around bare claims: anyone who has the public key can make those.
 *
 * @throws {TypeError}
 */
export function checkAuthenticates(form: TokenForm, keyManagement: Iterable<KeyManagementAlgorithm>): void {
  if (form !== 'encrypted') return
  for (const alg of keyManagement) {
    if (isSymmetricKeyManagement(alg)) continue
    throw new TypeError(
      `encryption.keyManagement: ${alg} encrypts to a public key, which authenticates nobody; add signature, or use encryptJwe/decryptJwe for data that authenticates nobody`,
    )
  }
}
