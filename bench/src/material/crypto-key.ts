import type { webcrypto } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import type { EncryptionKey } from './encryption-key.js'
import type { SignatureKey } from './signature-key.js'

type KeyObject = SignatureKey['signing']

/** What WebCrypto is told about a secret, by the `alg` that is for it. */
const secrets: Readonly<
  Record<
    string,
    readonly [
      algorithm: webcrypto.AlgorithmIdentifier | webcrypto.HmacImportParams,
      usages: readonly webcrypto.KeyUsage[],
    ]
  >
> = {
  HS256: [{ name: 'HMAC', hash: 'SHA-256' }, ['sign', 'verify']],
  dir: ['AES-GCM', ['encrypt', 'decrypt']],
  A256KW: ['AES-KW', ['wrapKey', 'unwrapKey']],
}

/** The form of a key that WebCrypto works with, made once. */
export async function cryptoKey(key: KeyObject, { alg }: SignatureKey | EncryptionKey): Promise<CryptoKey> {
  const secret = secrets[alg]
  if (secret !== undefined) {
    const [algorithm, usages] = secret
    return crypto.subtle.importKey('raw', key.export(), algorithm, false, [...usages])
  }
  // Node's type of a JWK says less than jose's.
  const imported = await importJWK({ ...(key.export({ format: 'jwk' }) as JWK), alg }, alg)
  if (imported instanceof Uint8Array) throw new TypeError('a secret that the table does not know')
  return imported
}
