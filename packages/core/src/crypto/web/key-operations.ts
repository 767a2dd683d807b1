import { base64url, CompactEncrypt, type CryptoKey, flattenedDecrypt } from 'jose'
import { type KeyManagementAlgorithm, type SignatureAlgorithm, signatureAlgorithms } from '../algorithms.js'
import type { JoseHeader, JweParts } from '../engine.js'

/**
 * Whether an RSA signature or encrypted key is as long as the modulus; true for other keys. Some WebCrypto
 * implementations use OpenSSL, which accepts them without leading zeros, against RFC 8017 §7.1.2 and §8.1.2.
 */
const isAsLongAsModulus = ({ length }: Uint8Array, { algorithm }: CryptoKey): boolean =>
  !('modulusLength' in algorithm) || length === Math.ceil(Number(algorithm.modulusLength) / 8)

interface SignatureParameters {
  readonly name: string
  readonly hash?: string
  readonly saltLength?: number
}

/** The parameters that WebCrypto needs for each call. */
export function signatureParameters(alg: SignatureAlgorithm): SignatureParameters {
  const { webCrypto: name, hash, saltBytes: saltLength } = signatureAlgorithms[alg]
  return { name, ...(hash && { hash }), ...(saltLength && { saltLength }) }
}

const encoder = new TextEncoder()

/** Signs with WebCrypto, whose ECDSA already uses the form of RFC 7518 §3.4. */
export async function webSign(
  key: CryptoKey,
  alg: SignatureAlgorithm,
  signingInput: string,
): Promise<string> {
  const signature = await crypto.subtle.sign(signatureParameters(alg), key, encoder.encode(signingInput))
  return base64url.encode(new Uint8Array(signature))
}

export async function webVerify(
  key: CryptoKey,
  alg: SignatureAlgorithm,
  signingInput: string,
  signature: Uint8Array | undefined,
): Promise<boolean> {
  if (signature === undefined || !isAsLongAsModulus(signature, key)) return false
  // Copied, because WebCrypto's types do not accept shared memory.
  const bytes = new Uint8Array(signature)
  return crypto.subtle.verify(signatureParameters(alg), key, bytes, encoder.encode(signingInput))
}

/** Encrypts with jose. The header has been built and checked by the caller. */
export function webEncrypt(
  key: CryptoKey | Uint8Array,
  plaintext: Uint8Array,
  protectedHeader: JoseHeader,
): Promise<string> {
  return (
    new CompactEncrypt(plaintext)
      // The caller sets alg and enc, which jose's type requires and a general header's type cannot express.
      .setProtectedHeader(protectedHeader as { alg: string; enc: string })
      .encrypt(key)
  )
}

/** Decrypts with jose, which checks the algorithms again. */
export async function webDecrypt(
  key: CryptoKey | Uint8Array,
  alg: KeyManagementAlgorithm,
  parts: JweParts,
): Promise<Uint8Array> {
  if ('algorithm' in key && !isAsLongAsModulus(parts.encryptedKey, key)) throw new Error('wrong length')
  const { plaintext } = await flattenedDecrypt(
    {
      protected: parts.protectedSegment,
      ...(parts.encryptedKey.length > 0 && { encrypted_key: base64url.encode(parts.encryptedKey) }),
      iv: base64url.encode(parts.iv),
      ciphertext: base64url.encode(parts.ciphertext),
      tag: base64url.encode(parts.tag),
    },
    key,
    { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [parts.contentEncryption] },
  )
  return plaintext
}
