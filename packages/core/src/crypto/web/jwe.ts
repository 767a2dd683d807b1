import { base64url, CompactEncrypt, type CryptoKey, flattenedDecrypt } from 'jose'
import type { KeyManagementAlgorithm } from '../algorithms.js'
import type { JoseHeader, JweParts } from '../engine.js'
import { isAsLongAsModulus } from './modulus.js'

/** Encrypts with jose. The header has been built and checked by the caller. */
export function webEncrypt(
  key: CryptoKey | Uint8Array,
  plaintext: Uint8Array,
  protectedHeader: JoseHeader,
): Promise<string> {
  return (
    new CompactEncrypt(plaintext)
      // The caller sets alg and enc, which jose's type asks for and a general header's type cannot show.
      .setProtectedHeader(protectedHeader as { alg: string; enc: string })
      .encrypt(key)
  )
}

/** Decrypts with jose, which checks the algorithms once more. */
export async function webDecrypt(
  key: CryptoKey | Uint8Array,
  alg: KeyManagementAlgorithm,
  parts: JweParts,
): Promise<Uint8Array> {
  if ('algorithm' in key && !isAsLongAsModulus(parts.encryptedKey, key)) throw new Error('another length')
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
