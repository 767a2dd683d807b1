import { getCipherInfo } from 'node:crypto'
import { type Algorithm, isSignatureAlgorithm, keyManagementAlgorithms } from './algorithms.js'
import type { CryptoEngine } from './engine.js'
import { decodeBase64url, decodeBase64urlText, decodeUtf8, encodeBase64url, hash } from './node/codec.js'
import { importKeyPair, importSecret, supports } from './node/import.js'
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
