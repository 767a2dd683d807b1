import { Buffer } from 'node:buffer'
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  KeyObject,
  type webcrypto,
} from 'node:crypto'
import type { CryptoKey, JWK } from 'jose'
import {
  type Algorithm,
  akpKeyBytes,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from '../algorithms.js'
import { isCryptoKey, type KeyOperations, type KeyPairMaterial } from '../engine.js'
import { decryptContent, encryptContent } from './content-encryption.js'
import { hmacOperations } from './hmac.js'
import { keyAgreement } from './key-agreement.js'
import { aesGcmKeyWrapping, aesKeyWrapping } from './key-wrapping.js'
import { rsaOaep } from './rsa-oaep.js'
import { signatureOperations } from './signatures.js'

/** A shared secret used as the CEK itself (RFC 7518 §4.5). */
function directEncryption(key: KeyObject): KeyOperations {
  return {
    encrypt: (plaintext, header) => encryptContent(plaintext, header, key, ''),
    decrypt: (parts) => decryptContent(parts, key),
  }
}

/** Node's own type of the key that jose describes structurally. */
const fromCryptoKey = (key: CryptoKey): KeyObject => KeyObject.from(key as webcrypto.CryptoKey)

export function importSecret(secret: Uint8Array | CryptoKey, alg: Algorithm): KeyOperations {
  const key = isCryptoKey(secret) ? fromCryptoKey(secret) : createSecretKey(secret)
  if (isSignatureAlgorithm(alg)) return hmacOperations(key, signatureAlgorithms[alg])
  switch (keyManagementAlgorithms[alg].mode) {
    case 'AES-KW':
      return aesKeyWrapping(key)
    case 'AES-GCM':
      return aesGcmKeyWrapping(key)
    default:
      return directEncryption(key)
  }
}

export async function importKeyPair(
  { publicKey, privateKey }: KeyPairMaterial,
  alg: Algorithm,
): Promise<KeyOperations> {
  const pair = {
    publicKey: publicKey && asKeyObject(publicKey, createPublicKey),
    privateKey: privateKey && asKeyObject(privateKey, createPrivateKey),
  }
  if (isSignatureAlgorithm(alg)) return signatureOperations(pair, signatureAlgorithms[alg])
  const row = keyManagementAlgorithms[alg]
  return row.mode === 'RSA-OAEP' ? rsaOaep(pair, row) : keyAgreement(pair, alg, row)
}

/** Any bytes of the right length are a public key for ML-DSA (FIPS 204 §7.2). */
export function supports(alg: Algorithm): boolean {
  const length = akpKeyBytes(alg)
  if (length === undefined) return true
  try {
    const pub = Buffer.alloc(length).toString('base64url')
    // Node's type of a JWK does not have these members yet.
    createPublicKey({ key: { kty: 'AKP', alg, pub } as JsonWebKey, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

function asKeyObject(
  material: JWK | CryptoKey,
  create: typeof createPublicKey | typeof createPrivateKey,
): KeyObject {
  if (isCryptoKey(material)) return fromCryptoKey(material)
  // jose's type and Node's describe the same object; unknown members are `unknown` here and optional there.
  return create({ key: material as JsonWebKey, format: 'jwk' })
}
