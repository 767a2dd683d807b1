import { base64url, CompactEncrypt, type CryptoKey, flattenedDecrypt, importJWK, type JWK } from 'jose'
import {
  type Algorithm,
  akpKeyBytes,
  isSignatureAlgorithm,
  type KeyManagementAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from './algorithms.js'
import {
  type CryptoEngine,
  isCryptoKey,
  type JoseHeader,
  type JweParts,
  type KeyOperations,
  type KeyPairMaterial,
} from './engine.js'

/** A single pattern for the whole text would backtrack for each group, and overflow on long texts. */
const otherCharacter = /[^\w-]/
/** Last characters whose unused bits are zero, by text length modulo 4. */
const canonicalEnds = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048']

const isCanonical = (text: string): boolean =>
  !otherCharacter.test(text) &&
  canonicalEnds[text.length & 3]?.includes(text.charAt(text.length - 1)) !== false

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The form of an asymmetric key that WebCrypto and jose use. */
export async function asCryptoKey(material: JWK | CryptoKey, alg: Algorithm): Promise<CryptoKey> {
  if (isCryptoKey(material)) return material
  // An asymmetric JWK always becomes a CryptoKey; only "oct" becomes bytes.
  return (await importJWK(material, alg, { extractable: false })) as CryptoKey
}

function encryptionOperations(
  publicKey: CryptoKey | Uint8Array | undefined,
  privateKey: CryptoKey | Uint8Array | undefined,
  alg: KeyManagementAlgorithm,
): KeyOperations {
  return {
    ...(publicKey && { encrypt: (plaintext, header) => webEncrypt(publicKey, plaintext, header) }),
    ...(privateKey && { decrypt: (parts) => webDecrypt(privateKey, alg, parts) }),
  }
}

/** The portable implementation: jose for JWE, direct WebCrypto calls for JWS. */
export const engine: CryptoEngine = {
  importSecret(secret, alg) {
    if (!isSignatureAlgorithm(alg)) return encryptionOperations(secret, secret, alg)
    let imported: Promise<CryptoKey> | undefined
    const hmacKey = (): Promise<CryptoKey> => {
      imported ??= isCryptoKey(secret)
        ? Promise.resolve(secret)
        : crypto.subtle.importKey('raw', Uint8Array.from(secret), signatureParameters(alg), false, [
            'sign',
            'verify',
          ])
      return imported
    }
    return {
      sign: async (input) => webSign(await hmacKey(), alg, input),
      verify: async (input, signature) =>
        webVerify(await hmacKey(), alg, input, engine.decodeBase64url(signature)),
    }
  },

  async importKeyPair(material: KeyPairMaterial, alg: Algorithm) {
    const publicKey = material.publicKey && (await asCryptoKey(material.publicKey, alg))
    const privateKey = material.privateKey && (await asCryptoKey(material.privateKey, alg))
    if (!isSignatureAlgorithm(alg)) return encryptionOperations(publicKey, privateKey, alg)
    return {
      ...(privateKey && { sign: (input: string) => webSign(privateKey, alg, input) }),
      ...(publicKey && {
        verify: (input: string, signature: string) =>
          webVerify(publicKey, alg, input, engine.decodeBase64url(signature)),
      }),
    }
  },

  async supports(alg) {
    const length = akpKeyBytes(alg)
    if (length === undefined) return true
    try {
      // Any bytes of the right length are a public key for ML-DSA (FIPS 204 §7.2).
      const pub = base64url.encode(new Uint8Array(length))
      await asCryptoKey({ kty: 'AKP', alg, pub }, alg)
      return true
    } catch {
      return false
    }
  },

  decodeBase64url: (text) => (isCanonical(text) ? base64url.decode(text) : undefined),

  decodeBase64urlText(text) {
    const bytes = engine.decodeBase64url(text)
    return bytes && engine.decodeUtf8(bytes)
  },

  encodeBase64url: (bytes) => base64url.encode(bytes),

  async hash(data) {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data)
    const digest = await crypto.subtle.digest('SHA-256', bytes)
    return base64url.encode(new Uint8Array(digest))
  },

  decodeUtf8(bytes) {
    try {
      return utf8.decode(bytes)
    } catch {
      return undefined
    }
  },
}

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
async function webSign(key: CryptoKey, alg: SignatureAlgorithm, signingInput: string): Promise<string> {
  const signature = await crypto.subtle.sign(signatureParameters(alg), key, encoder.encode(signingInput))
  return base64url.encode(new Uint8Array(signature))
}

async function webVerify(
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
function webEncrypt(
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
async function webDecrypt(
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
