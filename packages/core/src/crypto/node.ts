import { Buffer } from 'node:buffer'
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  getCipherInfo,
  type JsonWebKey,
  KeyObject,
  type webcrypto,
} from 'node:crypto'
import type { CryptoKey, JWK } from 'jose'
import type { MaybePromise } from '../maybe-promise.js'
import {
  type Algorithm,
  akpKeyBytes,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from './algorithms.js'
import { type CryptoEngine, isCryptoKey, type KeyOperations, type KeyPairMaterial } from './engine.js'
import { decodeBase64url, decodeBase64urlText, decodeUtf8, encodeBase64url, hash } from './node/bytes.js'
import { decryptContent, encryptContent } from './node/content-encryption.js'
import { hmacOperations } from './node/hmac.js'
import { keyAgreement } from './node/key-agreement.js'
import { importEcdsaPoint, importPublicKey, type KeyPair } from './node/key-pair.js'
import { aesGcmKeyWrapping, aesKeyWrapping } from './node/key-wrapping.js'
import { rsaOaep } from './node/rsa-oaep.js'
import { isNode22OrLater } from './node/runtime.js'
import { signatureOperations } from './node/signatures.js'
import { engine as web } from './web.js'

const native = { importSecret, importKeyPair }

/** With BoringSSL (Bun, Electron), node:crypto has no AES Key Wrap (RFC 3394). */
const lacksKeyWrap: boolean = getCipherInfo('id-aes128-wrap') === undefined

function wrapsWithAes(alg: Algorithm): boolean {
  if (isSignatureAlgorithm(alg)) return false
  const { mode, wrappingBytes } = keyManagementAlgorithms[alg]
  return wrappingBytes !== undefined && mode !== 'AES-GCM'
}

/** Chooses the implementation for an algorithm: WebCrypto where node:crypto lacks it. */
export const importerFor = (
  alg: Algorithm,
  withoutKeyWrap: boolean = lacksKeyWrap,
): Pick<CryptoEngine, 'importSecret' | 'importKeyPair'> =>
  withoutKeyWrap && wrapsWithAes(alg) ? web : native

/**
 * The implementation on node:crypto, where most primitives take less time than a round trip to WebCrypto's
 * thread pool. Only this file and the folder `node/` depend on Node.
 */
export const engine: CryptoEngine = {
  importSecret: (secret, alg) => importerFor(alg).importSecret(secret, alg),
  importKeyPair: (material, alg) => importerFor(alg).importKeyPair(material, alg),
  supports,
  decodeBase64url,
  decodeBase64urlText,
  encodeBase64url,
  hash,
  decodeUtf8,
}

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

export function importKeyPair(
  material: KeyPairMaterial,
  alg: Algorithm,
  isNewer: boolean = isNode22OrLater,
): MaybePromise<KeyOperations> {
  const { publicKey, privateKey } = material
  if (!isNewer && privateKey === undefined && publicKey !== undefined && isSignatureAlgorithm(alg)) {
    const [crv] = signatureAlgorithms[alg].curves ?? []
    if (!isCryptoKey(publicKey) && publicKey.kty === 'EC' && crv !== undefined) {
      return importEcdsaPoint(publicKey, crv).then((key) => operationsOf({ publicKey: key, privateKey }, alg))
    }
  }
  return operationsOf(
    {
      publicKey: publicKey && asKeyObject(publicKey, importPublicKey),
      privateKey: privateKey && asKeyObject(privateKey, createPrivateKey),
    },
    alg,
  )
}

function operationsOf(pair: KeyPair, alg: Algorithm): KeyOperations {
  if (isSignatureAlgorithm(alg)) return signatureOperations(pair, signatureAlgorithms[alg])
  const row = keyManagementAlgorithms[alg]
  return row.mode === 'RSA-OAEP' ? rsaOaep(pair, row) : keyAgreement(pair, alg, row)
}

/** Any bytes of the right length are a public key for ML-DSA (FIPS 204 §7.2). */
function supports(alg: Algorithm): boolean {
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
  create: typeof importPublicKey | typeof createPrivateKey,
): KeyObject {
  if (isCryptoKey(material)) return fromCryptoKey(material)
  // jose's type and Node's describe the same object; unknown members are `unknown` here and optional there.
  return create({ key: material as JsonWebKey, format: 'jwk' })
}
