import { engine } from '#crypto'
import { type ProtectedHeader, readProtectedHeader } from '../compact/protected-header.js'
import { checkTokenSize, type JweSegments, maxTokenSizeOption, splitJwe } from '../compact/segments.js'
import {
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
} from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { integrityFailed } from '../crypto/integrity.js'
import { SealbearerError } from '../errors.js'
import { HeaderMemory } from '../keys/header-memory.js'
import { PreparedPolicies } from '../keys/prepared-policies.js'
import { trustedOperation } from '../keys/trusted-operation.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { checkKeyManagementParameters, isSharedByTokens } from './key-management-parameters.js'
import { type DecryptionPolicy, decryptionPolicy, type PinnedDecryptionPolicy } from './policy.js'

/** An opened envelope. With a public key anybody can have made it. */
export interface DecryptedJwe {
  readonly plaintext: Uint8Array
  readonly protectedHeader: ProtectedHeader
}

/** Where the CEK is agreed on or shared beforehand, the token carries none (RFC 7516 §5.2 step 10). */
const carriesKey = (alg: KeyManagementAlgorithm): boolean => {
  const { mode, wrappingBytes } = keyManagementAlgorithms[alg]
  return mode !== 'direct' && (mode !== 'ECDH-ES' || wrappingBytes !== undefined)
}

/** What a policy made of a protected header: the key that opens the token is chosen. */
interface Choice {
  readonly protectedHeader: ProtectedHeader
  readonly enc: ContentEncryptionAlgorithm
  readonly carriesKey: boolean
  readonly decrypt: NonNullable<KeyOperations['decrypt']>
}

/**
 * Makes the opening of envelopes under one policy. `checkHeader` runs before a key is chosen, once for equal
 * headers. Whatever is wrong from the key on, encrypted key, IV, ciphertext, tag or padding, is one failure
 * (RFC 7516 §11.5).
 *
 * @returns A function that throws or rejects with {@link SealbearerError}.
 */
export function jweDecrypter(
  { keyManagement, contentEncryption, keys }: PinnedDecryptionPolicy,
  checkHeader: (header: ProtectedHeader) => void = () => {},
): (token: string) => MaybePromise<DecryptedJwe> {
  const memory = new HeaderMemory<Choice>(keys)

  const choose = (segment: string): MaybePromise<Choice> => {
    const protectedHeader = readProtectedHeader(segment)
    const { alg, enc, kid } = protectedHeader
    if (!isKeyManagementAlgorithm(alg) || !keyManagement.has(alg)) {
      throw new SealbearerError('SB_ALG_NOT_ALLOWED')
    }
    if (!isContentEncryptionAlgorithm(enc) || !contentEncryption.has(enc)) {
      throw new SealbearerError('SB_ENC_NOT_ALLOWED')
    }
    checkKeyManagementParameters(protectedHeader, alg)
    checkHeader(protectedHeader)
    const asked = { header: { alg, enc, kid }, operation: 'decrypt', algorithms: keyManagement } as const
    return chain(trustedOperation(keys, asked), (decrypt) => ({
      protectedHeader,
      enc,
      carriesKey: carriesKey(alg),
      decrypt,
    }))
  }

  return (token) => {
    const segments = splitJwe(token)
    const remembered = memory.get(segments.protectedHeader)
    if (remembered !== undefined) return open(segments, remembered)
    const { generation } = keys
    return chain(choose(segments.protectedHeader), (choice) =>
      chain(open(segments, choice), (opened) => {
        if (isSharedByTokens(choice.protectedHeader)) {
          memory.keep(segments.protectedHeader, choice, generation)
        }
        return opened
      }),
    )
  }
}

const none = new Uint8Array()

function open(segments: JweSegments, choice: Choice): MaybePromise<DecryptedJwe> {
  const { protectedHeader, enc, decrypt } = choice
  const encryptedKey = segments.encryptedKey === '' ? none : engine.decodeBase64url(segments.encryptedKey)
  const iv = engine.decodeBase64url(segments.iv)
  const ciphertext = engine.decodeBase64url(segments.ciphertext)
  const tag = engine.decodeBase64url(segments.tag)
  const { ivBytes, tagBytes } = contentEncryptionAlgorithms[enc]
  if (
    encryptedKey === undefined ||
    encryptedKey.length > 0 !== choice.carriesKey ||
    iv?.length !== ivBytes ||
    ciphertext === undefined ||
    tag?.length !== tagBytes
  ) {
    return integrityFailed()
  }
  const parts = {
    protectedHeader,
    protectedSegment: segments.protectedHeader,
    contentEncryption: enc,
    encryptedKey,
    iv,
    ciphertext,
    tag,
  }
  return chainOrRecover(
    () => decrypt(parts),
    (plaintext) => ({ plaintext, protectedHeader }),
    integrityFailed,
  )
}

const prepared = new PreparedPolicies<ReturnType<typeof jweDecrypter>>()

/** What {@link decryptJwe} is told beside the token. */
export interface DecryptJweOptions extends DecryptionPolicy {
  /** Characters of the longest token that is looked at. @default 16384 */
  readonly maxTokenSize?: number
}

/**
 * Opens a JWE in Compact Serialization and gives its bytes.
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
  const { keyManagement, contentEncryption, keys } = options
  const decrypt = prepared.get(keys, [keyManagement, contentEncryption], () =>
    jweDecrypter(decryptionPolicy('', options)),
  )
  checkTokenSize(token, maxTokenSizeOption(options.maxTokenSize))
  const { plaintext, protectedHeader } = await decrypt(token)
  // A copy, because what an engine gives can be a part of memory that other tokens use.
  return { plaintext: new Uint8Array(plaintext), protectedHeader }
}
