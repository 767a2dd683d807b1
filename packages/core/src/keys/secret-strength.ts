import {
  type Algorithm,
  algorithms,
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from '../crypto/algorithms.js'

/** How long a secret must be: exactly (AES), or at least (HMAC). */
export interface SecretLength {
  readonly bytes: number
  readonly exact: boolean
}

/**
 * Says how long a secret for an algorithm must be (RFC 7518 §3.2, §4.4, §4.5, §4.7).
 *
 * @throws {TypeError} for an algorithm without secrets.
 */
export function secretLength(alg: Algorithm, enc: ContentEncryptionAlgorithm | undefined): SecretLength {
  if (isSignatureAlgorithm(alg)) {
    const { smallestSecretBytes } = signatureAlgorithms[alg]
    if (smallestSecretBytes !== undefined) return { bytes: smallestSecretBytes, exact: false }
  } else {
    const { kty, wrappingBytes, mode } = keyManagementAlgorithms[alg]
    if (mode === 'direct' && enc) return { bytes: contentEncryptionAlgorithms[enc].keyBytes, exact: true }
    if (kty.includes('oct') && wrappingBytes) return { bytes: wrappingBytes, exact: true }
  }
  throw new TypeError(`alg: ${alg} takes no secret but a key of type ${algorithms[alg].kty.join(' or ')}`)
}

/** @throws {TypeError} for a secret that is too short, or has not the one length that AES needs. */
export function checkSecretLength(
  octets: number,
  alg: Algorithm,
  enc: ContentEncryptionAlgorithm | undefined,
): void {
  const { bytes, exact } = secretLength(alg, enc)
  if (exact ? octets === bytes : octets >= bytes) return
  const name = enc ? `${alg} with ${enc}` : alg
  throw new TypeError(
    `secret: ${name} needs ${exact ? 'exactly' : 'at least'} ${bytes} octets, not ${octets} (RFC 7518); make one with generateKey or deriveKey`,
  )
}
