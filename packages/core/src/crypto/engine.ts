import type { CryptoKey, JWK } from 'jose'
import type { MaybePromise } from '../maybe-promise.js'
import type { Algorithm, ContentEncryptionAlgorithm } from './algorithms.js'

/** JOSE Header parameters; those that this library reads have been type-checked. */
export type JoseHeader = Readonly<Record<string, unknown>>

/** The segments of a JWE (RFC 7516 §7.1), with lengths already checked against `enc` and `alg`. */
export interface JweParts {
  readonly protectedHeader: JoseHeader
  /** The header's own segment, which is also the additional authenticated data. */
  readonly protectedSegment: string
  readonly contentEncryption: ContentEncryptionAlgorithm
  readonly encryptedKey: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/**
 * The operations of one key, prepared once at import. A signature key has `sign`, `verify` or both, an
 * encryption key `encrypt`, `decrypt` or both, depending on its material and its `key_ops`.
 */
export interface KeyOperations {
  /** Signs the JWS Signing Input (RFC 7515 §5.1). Returns the signature in base64url, as in a token. */
  readonly sign?: (signingInput: string) => MaybePromise<string>
  /** Also returns `false` for a signature that is not canonical base64url. */
  readonly verify?: (signingInput: string, signature: string) => MaybePromise<boolean>
  /** Encrypts into a JWE in Compact Serialization; adds `epk`, `iv` and `tag` to the header if `alg` has them. */
  readonly encrypt?: (plaintext: Uint8Array, protectedHeader: JoseHeader) => MaybePromise<string>
  /** Throws for every failure; callers do not report the cause. */
  readonly decrypt?: (parts: JweParts) => MaybePromise<Uint8Array>
}

/** Asymmetric key material in either form. A private JWK also contains the public members. */
export interface KeyPairMaterial {
  readonly publicKey: JWK | CryptoKey | undefined
  readonly privateKey: JWK | CryptoKey | undefined
}

/** Whether material is a CryptoKey, and not a JWK, a KeyObject or bytes. */
export const isCryptoKey = (material: object): material is CryptoKey =>
  'algorithm' in material && 'usages' in material && 'extractable' in material

/**
 * The interface between JOSE and the runtime: `web.ts` is portable, built on jose and WebCrypto; `node.ts` is
 * built on node:crypto. Nothing above this folder knows which one is used.
 */
export interface CryptoEngine {
  /** Prepares a shared secret whose length has been checked. */
  importSecret(secret: Uint8Array | CryptoKey, alg: Algorithm): KeyOperations
  /** Prepares asymmetric keys whose type, curve and size have been checked. Throws or rejects for invalid ones. */
  importKeyPair(material: KeyPairMaterial, alg: Algorithm): MaybePromise<KeyOperations>
  /** Whether the runtime has an algorithm; not every one has those for keys of type AKP. */
  supports(alg: Algorithm): MaybePromise<boolean>
  /** Decodes unpadded base64url; `undefined` for anything but its one canonical encoding (RFC 4648 §3.5). */
  decodeBase64url(text: string): Uint8Array | undefined
  /** Decodes unpadded base64url that contains UTF-8; `undefined` if either encoding is invalid. */
  decodeBase64urlText(text: string): string | undefined
  /** Encodes bytes, or the UTF-8 bytes of text. */
  encodeBase64url(bytes: Uint8Array | string): string
  /** SHA-256 of bytes, or of the UTF-8 bytes of text, in base64url. */
  hash(data: Uint8Array | string): MaybePromise<string>
  /** Decodes UTF-8; `undefined` if it is invalid. Keeps a byte order mark, which JSON text must not have. */
  decodeUtf8(bytes: Uint8Array): string | undefined
}
