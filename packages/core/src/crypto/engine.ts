import type { CryptoKey, JWK } from 'jose'
import type { MaybePromise } from '../maybe-promise.js'
import type { Algorithm, ContentEncryptionAlgorithm } from './algorithms.js'

/** JOSE Header parameters; the members that this library reads have been checked for their type. */
export type JoseHeader = Readonly<Record<string, unknown>>

/** A JWE taken apart (RFC 7516 §7.1), its lengths already checked against `enc` and `alg`. */
export interface JweParts {
  readonly protectedHeader: JoseHeader
  /** The header's own segment, which is the additional authenticated data too. */
  readonly protectedSegment: string
  readonly contentEncryption: ContentEncryptionAlgorithm
  readonly encryptedKey: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/**
 * What one key can do, prepared once at import. A key for signatures has `sign`, `verify` or both, one for
 * encryption `encrypt`, `decrypt` or both: whatever its material and its `key_ops` allow.
 */
export interface KeyOperations {
  /** Signs the JWS Signing Input (RFC 7515 §5.1); the signature is in base64url, as a token has it. */
  readonly sign?: (signingInput: string) => MaybePromise<string>
  /** `false` too for a signature that is not in canonical base64url. */
  readonly verify?: (signingInput: string, signature: string) => MaybePromise<boolean>
  /** Encrypts into a JWE in Compact Serialization; adds `epk`, `iv` and `tag` to the header where `alg` has them. */
  readonly encrypt?: (plaintext: Uint8Array, protectedHeader: JoseHeader) => MaybePromise<string>
  /** Throws, whatever is wrong; callers say nothing about why. */
  readonly decrypt?: (parts: JweParts) => MaybePromise<Uint8Array>
}

/** Asymmetric key material, in either spelling. A private JWK has the public members too. */
export interface KeyPairMaterial {
  readonly publicKey: JWK | CryptoKey | undefined
  readonly privateKey: JWK | CryptoKey | undefined
}

/** Whether material is a CryptoKey, and not a JWK, a KeyObject or bytes. */
export const isCryptoKey = (material: object): material is CryptoKey =>
  'algorithm' in material && 'usages' in material && 'extractable' in material

/**
 * The seam between JOSE and the runtime: `web.ts` runs anywhere on jose and WebCrypto, `node.ts`
 * on node:crypto. Nothing above this folder knows which of them runs.
 */
export interface CryptoEngine {
  /** Prepares a shared secret; its length has been checked. */
  importSecret(secret: Uint8Array | CryptoKey, alg: Algorithm): KeyOperations
  /** Prepares asymmetric keys; type, curve and size have been checked. */
  importKeyPair(material: KeyPairMaterial, alg: Algorithm): Promise<KeyOperations>
  /** Decodes base64url without padding; `undefined` for anything that is not its one canonical spelling (RFC 4648 §3.5). */
  decodeBase64url(text: string): Uint8Array | undefined
  /** Decodes base64url without padding and, in it, UTF-8; `undefined` as for the two by themselves. */
  decodeBase64urlText(text: string): string | undefined
  /** Encodes bytes, or the UTF-8 bytes of text. */
  encodeBase64url(bytes: Uint8Array | string): string
  /** SHA-256 of bytes, or of the UTF-8 bytes of text, in base64url. */
  hash(data: Uint8Array | string): MaybePromise<string>
  /** Decodes UTF-8; `undefined` where it is invalid. Keeps a byte order mark, which no JSON text may have. */
  decodeUtf8(bytes: Uint8Array): string | undefined
}
