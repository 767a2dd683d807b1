import type { CryptoEngine } from './engine.js'
import { decodeBase64url, decodeBase64urlText, decodeUtf8, encodeBase64url } from './node/codec.js'
import { importKeyPair, importSecret } from './node/import.js'

/**
 * The implementation on node:crypto, which does most primitives in less time than a trip to WebCrypto's
 * thread pool takes. This file and the folder `node/` are the only ones that know Node.
 */
export const engine: CryptoEngine = {
  importSecret,
  importKeyPair,
  decodeBase64url,
  decodeBase64urlText,
  encodeBase64url,
  decodeUtf8,
}
