import { getCipherInfo } from 'node:crypto'
import { type Algorithm, isSignatureAlgorithm, keyManagementAlgorithms } from './algorithms.js'
import type { CryptoEngine } from './engine.js'
import { decodeBase64url, decodeBase64urlText, decodeUtf8, encodeBase64url, hash } from './node/codec.js'
import { importKeyPair, importSecret } from './node/import.js'
import { engine as web } from './web.js'

const native = { importSecret, importKeyPair }

/** BoringSSL, which Bun and Electron have in OpenSSL's place, gives node:crypto no AES Key Wrap (RFC 3394). */
const lacksKeyWrap: boolean = getCipherInfo('id-aes128-wrap') === undefined

function wrapsWithAes(alg: Algorithm): boolean {
  if (isSignatureAlgorithm(alg)) return false
  const { mode, wrappingBytes } = keyManagementAlgorithms[alg]
  return wrappingBytes !== undefined && mode !== 'AES-GCM'
}

/** What prepares the keys of an algorithm: WebCrypto does what the runtime's own crypto lacks. */
export const importerFor = (
  alg: Algorithm,
  withoutKeyWrap: boolean = lacksKeyWrap,
): Pick<CryptoEngine, 'importSecret' | 'importKeyPair'> =>
  withoutKeyWrap && wrapsWithAes(alg) ? web : native

/**
 * The implementation on node:crypto, which does most primitives in less time than a trip to WebCrypto's
 * thread pool takes. This file and the folder `node/` are the only ones that know Node.
 */
export const engine: CryptoEngine = {
  importSecret: (secret, alg) => importerFor(alg).importSecret(secret, alg),
  importKeyPair: (material, alg) => importerFor(alg).importKeyPair(material, alg),
  decodeBase64url,
  decodeBase64urlText,
  encodeBase64url,
  hash,
  decodeUtf8,
}
