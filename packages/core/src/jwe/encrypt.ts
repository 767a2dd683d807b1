import { extraHeaderOption } from '../compact/protected-header.js'
import {
  algorithmOption,
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
} from '../crypto/algorithms.js'
import type { JoseHeader } from '../crypto/engine.js'
import { type Key, type Keys, keyMaterial } from '../keys/key.js'
import { issuingKey, keysOption } from '../keys/trusted-keys.js'
import type { MaybePromise } from '../maybe-promise.js'
import { bytesOf, checkMembers } from '../options.js'

/** Encrypts bytes with a key selected by {@link issuingKey}. */
export function encryptCompactJwe(
  plaintext: Uint8Array,
  key: Key,
  enc: ContentEncryptionAlgorithm,
  header: JoseHeader,
): MaybePromise<string> {
  const { encrypt } = keyMaterial(key).operations
  if (encrypt === undefined) throw new TypeError('key: cannot encrypt; pass a public key or a shared secret')
  const { alg, kid } = key
  return encrypt(plaintext, { alg, enc, ...(kid !== undefined && { kid }), ...header })
}

/** Reads an option with the recipient's keys. @throws {TypeError} */
export function recipientKeys(
  option: string,
  keys: Keys,
  { alg, enc }: ReturnType<typeof readEncryptionAlgorithms>,
): ReturnType<typeof keysOption> {
  return keysOption(keys, {
    option,
    operation: 'encrypt',
    algorithms: new Set([alg]),
    contentEncryption: new Set([enc]),
    wayOut: "pass the recipient's public key (or the shared secret), imported for this algorithm",
  })
}

/** Reads the two algorithms of an encryption. @throws {TypeError} */
export function readEncryptionAlgorithms(
  prefix: string,
  options: { readonly keyManagement: unknown; readonly contentEncryption: unknown },
): { alg: KeyManagementAlgorithm; enc: ContentEncryptionAlgorithm } {
  return {
    alg: algorithmOption(
      `${prefix}keyManagement`,
      options.keyManagement,
      isKeyManagementAlgorithm,
      keyManagementAlgorithms,
    ),
    enc: algorithmOption(
      `${prefix}contentEncryption`,
      options.contentEncryption,
      isContentEncryptionAlgorithm,
      contentEncryptionAlgorithms,
    ),
  }
}

/** Options of {@link encryptJwe}. */
export interface EncryptJweOptions {
  /** `alg` (RFC 7518 §4). */
  readonly keyManagement: KeyManagementAlgorithm
  /** `enc` (RFC 7518 §5). */
  readonly contentEncryption: ContentEncryptionAlgorithm
  /** The recipient's public key, or a shared secret. Of several, the first suitable one. */
  readonly key: Keys
  /**
   * Additional header parameters. `alg` and `enc` come from the options, `kid` from the key unless given here.
   *
   * @default none
   */
  readonly protectedHeader?: JoseHeader
}

/**
 * Encrypts bytes as a JWE in Compact Serialization, to the recipient's public key or under a shared secret.
 *
 * Encrypting to a public key does not authenticate the sender. Nothing is compressed. Everything in
 * `protectedHeader` remains readable by anyone.
 *
 * @throws {TypeError} for invalid options, or a key that cannot encrypt with the algorithm.
 * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` for a key set without such a key.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-5.1 RFC 7516 §5.1}
 */
export async function encryptJwe(plaintext: Uint8Array, options: EncryptJweOptions): Promise<string> {
  checkMembers('encryptJwe', options, ['keyManagement', 'contentEncryption', 'key', 'protectedHeader'])
  const bytes = bytesOf(plaintext)
  if (bytes === undefined) throw new TypeError('plaintext: must be bytes (Uint8Array)')
  const { alg, enc } = readEncryptionAlgorithms('', options)
  const header = extraHeaderOption('protectedHeader', options.protectedHeader)
  const keys = recipientKeys('key', options.key, { alg, enc })
  return encryptCompactJwe(bytes, await issuingKey(keys, { alg, enc }, 'encrypt'), enc, header)
}
