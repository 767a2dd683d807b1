import {
  type Algorithm,
  algorithmRow,
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
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
  throw new TypeError(`alg: ${alg} takes no secret but a key of type ${algorithmRow(alg).kty.join(' or ')}`)
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

/**
 * Checks the `enc` option of a key: `dir` needs it, because it sets the length of the secret; other key
 * management may be narrowed to one; a key for signatures has none.
 */
export function keyEncOption(alg: Algorithm, enc: unknown): ContentEncryptionAlgorithm | undefined {
  if (enc === undefined) {
    if (alg !== 'dir') return undefined
    throw new TypeError(
      `enc: required with dir, one of ${Object.keys(contentEncryptionAlgorithms).join(', ')}`,
    )
  }
  if (isSignatureAlgorithm(alg)) throw new TypeError(`enc: leave it out, ${alg} signs`)
  if (!isContentEncryptionAlgorithm(enc)) {
    throw new TypeError(`enc: must be one of ${Object.keys(contentEncryptionAlgorithms).join(', ')}`)
  }
  return enc
}
