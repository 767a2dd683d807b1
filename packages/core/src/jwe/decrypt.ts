import { engine } from '#crypto'
import { type ProtectedHeader, readProtectedHeader } from '../compact/protected-header.js'
import { checkTokenSize, defaultMaxTokenSize, splitJwe } from '../compact/segments.js'
import {
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
  pinnedAlgorithms,
} from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import type { KeySet, Keys } from '../keys/key-selection.js'
import { keysOption, trustedOperation } from '../keys/trusted-keys.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, countOption } from '../options.js'
import { checkKeyManagementParameters } from './key-management-parameters.js'

/** Which envelopes are opened, and with what. */
export interface DecryptionPolicy<A extends KeyManagementAlgorithm = KeyManagementAlgorithm> {
  /** The `alg` values accepted. */
  readonly keyManagement: readonly A[]
  /** The `enc` values accepted. */
  readonly contentEncryption: readonly ContentEncryptionAlgorithm[]
  /** Private keys, or shared secrets. */
  readonly keys: Keys
}

/** A decryption policy, checked. */
export interface PinnedDecryptionPolicy {
  readonly keyManagement: ReadonlySet<KeyManagementAlgorithm>
  readonly contentEncryption: ReadonlySet<ContentEncryptionAlgorithm>
  readonly keys: KeySet
}

/** An opened envelope. With a public key anybody can have made it. */
export interface DecryptedJwe {
  readonly plaintext: Uint8Array
  readonly protectedHeader: ProtectedHeader
}

/** Checks a decryption policy. @throws {TypeError} */
export function decryptionPolicy(option: string, policy: DecryptionPolicy): PinnedDecryptionPolicy {
  const prefix = option === '' ? '' : `${option}.`
  const keyManagement = pinnedAlgorithms(
    `${prefix}keyManagement`,
    policy.keyManagement,
    isKeyManagementAlgorithm,
    keyManagementAlgorithms,
  )
  const contentEncryption = pinnedAlgorithms(
    `${prefix}contentEncryption`,
    policy.contentEncryption,
    isContentEncryptionAlgorithm,
    contentEncryptionAlgorithms,
  )
  const keys = keysOption(policy.keys, {
    option: `${prefix}keys`,
    operation: 'decrypt',
    algorithms: keyManagement,
    wayOut: 'give the private key (or the shared secret), imported for one of them',
  })
  return { keyManagement, contentEncryption, keys }
}

/** Where the CEK is agreed on or shared beforehand, the token carries none (RFC 7516 §5.2 step 10). */
const carriesKey = (alg: KeyManagementAlgorithm): boolean => {
  const { mode, wrappingBytes } = keyManagementAlgorithms[alg]
  return mode !== 'direct' && (mode !== 'ECDH-ES' || wrappingBytes !== undefined)
}

function pinned(
  header: ProtectedHeader,
  policy: PinnedDecryptionPolicy,
): {
  alg: KeyManagementAlgorithm
  enc: ContentEncryptionAlgorithm
} {
  const { alg, enc } = header
  if (!isKeyManagementAlgorithm(alg) || !policy.keyManagement.has(alg)) {
    throw new SealbearerError('SB_ALG_NOT_ALLOWED')
  }
  if (!isContentEncryptionAlgorithm(enc) || !policy.contentEncryption.has(enc)) {
    throw new SealbearerError('SB_ENC_NOT_ALLOWED')
  }
  return { alg, enc }
}

/**
 * Opens a JWE in Compact Serialization. `checkHeader` runs before the key is chosen. Whatever is wrong from
 * the key on, encrypted key, IV, ciphertext, tag or padding, is one failure (RFC 7516 §11.5).
 *
 * @throws {SealbearerError}
 */
export function decryptCompactJwe(
  token: string,
  policy: PinnedDecryptionPolicy,
  checkHeader: (header: ProtectedHeader) => void = () => {},
): MaybePromise<DecryptedJwe> {
  const [protectedSegment, ...segments] = splitJwe(token)
  const protectedHeader = readProtectedHeader(protectedSegment)
  const { alg, enc } = pinned(protectedHeader, policy)
  checkKeyManagementParameters(protectedHeader, alg)
  checkHeader(protectedHeader)
  const [encryptedKey, iv, ciphertext, tag] = segments.map((segment) => engine.decodeBase64url(segment))
  const { ivBytes, tagBytes } = contentEncryptionAlgorithms[enc]
  const selector = { alg, enc, kid: protectedHeader.kid }
  return chain(trustedOperation(policy.keys, selector, 'decrypt'), (decrypt) => {
    if (
      encryptedKey === undefined ||
      encryptedKey.length > 0 !== carriesKey(alg) ||
      iv?.length !== ivBytes ||
      ciphertext === undefined ||
      tag?.length !== tagBytes
    ) {
      throw new SealbearerError('SB_INTEGRITY_FAILED')
    }
    const parts = {
      protectedHeader,
      protectedSegment,
      contentEncryption: enc,
      encryptedKey,
      iv,
      ciphertext,
      tag,
    }
    return chainOrRecover(
      () => decrypt(parts),
      (plaintext) => ({ plaintext, protectedHeader }),
      () => {
        throw new SealbearerError('SB_INTEGRITY_FAILED')
      },
    )
  })
}

/** What {@link decryptJwe} is told beside the token. */
export interface DecryptJweOptions extends DecryptionPolicy {
  /** Characters of the longest token that is looked at. @default 16384 */
  readonly maxTokenSize?: number
}

/**
 * Opens a JWE in Compact Serialization and gives its octets.
 *
 * Checks that nobody changed it since it was made, and nothing else. Under a public key anybody can make
 * one, so it says nothing about who did; for tokens that prove something use `createVerifier`.
 *
 * @throws {SealbearerError} `SB_TOKEN_TOO_LARGE`, `SB_TOKEN_MALFORMED`, `SB_FORM_MISMATCH`, `SB_HEADER_INVALID`,
 * `SB_CRIT_UNSUPPORTED`, `SB_ALG_NOT_ALLOWED`, `SB_ENC_NOT_ALLOWED`, `SB_KEY_NOT_FOUND`, `SB_KEYS_UNAVAILABLE`,
 * `SB_INTEGRITY_FAILED`
 * @throws {TypeError} for bad options.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-5.2 RFC 7516 §5.2}
 */
export async function decryptJwe(token: string, options: DecryptJweOptions): Promise<DecryptedJwe> {
  checkMembers('decryptJwe', options, ['keyManagement', 'contentEncryption', 'keys', 'maxTokenSize'])
  const policy = decryptionPolicy('', options)
  checkTokenSize(token, countOption('maxTokenSize', options.maxTokenSize ?? defaultMaxTokenSize, 1))
  return decryptCompactJwe(token, policy)
}
