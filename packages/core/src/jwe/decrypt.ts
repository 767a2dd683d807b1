import { engine } from '#crypto'
import { isJsonObject, type JsonObject } from '../compact/json.js'
import { type ProtectedHeader, readProtectedHeader } from '../compact/protected-header.js'
import { checkTokenSize, type JweSegments, maxTokenSizeOption, splitJwe } from '../compact/segments.js'
import {
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  coordinateBytes,
  isContentEncryptionAlgorithm,
  isKeyManagementAlgorithm,
  type KeyManagementAlgorithm,
  keyManagementAlgorithms,
} from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { SealbearerError } from '../errors.js'
import { hasPrivateMembers } from '../keys/jwk.js'
import {
  HeaderMemory,
  integrityFailed,
  PreparedPolicies,
  trustedOperation,
} from '../keys/trusted-operation.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { type DecryptionPolicy, decryptionPolicy, type PinnedDecryptionPolicy } from './policy.js'

/** A decrypted JWE. If it was encrypted to a public key, its sender is unknown. */
export interface DecryptedJwe {
  readonly plaintext: Uint8Array
  readonly protectedHeader: ProtectedHeader
}

/** With direct encryption or direct key agreement, the token has no encrypted key (RFC 7516 §5.2 step 10). */
const carriesKey = (alg: KeyManagementAlgorithm): boolean => {
  const { mode, wrappingBytes } = keyManagementAlgorithms[alg]
  return mode !== 'direct' && (mode !== 'ECDH-ES' || wrappingBytes !== undefined)
}

/** The result of applying a policy to a protected header: the selected decryption key. */
interface Choice {
  readonly protectedHeader: ProtectedHeader
  readonly enc: ContentEncryptionAlgorithm
  readonly carriesKey: boolean
  readonly decrypt: NonNullable<KeyOperations['decrypt']>
}

/**
 * Creates the decryption function for one policy. `checkHeader` runs before a key is selected, once for equal
 * headers. Every failure from the key onwards (encrypted key, IV, ciphertext, tag or padding) is reported as the
 * same error (RFC 7516 §11.5).
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
      chain(open(segments, choice), (decrypted) => {
        if (isSharedByTokens(choice.protectedHeader)) {
          memory.keep(segments.protectedHeader, choice, generation)
        }
        return decrypted
      }),
    )
  }
}

const noKey = new Uint8Array()

function open(segments: JweSegments, choice: Choice): MaybePromise<DecryptedJwe> {
  const { protectedHeader, enc, decrypt } = choice
  const encryptedKey = segments.encryptedKey === '' ? noKey : engine.decodeBase64url(segments.encryptedKey)
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

/** Options of {@link decryptJwe}. */
export interface DecryptJweOptions extends DecryptionPolicy {
  /** Maximum token length in characters. @default 16384 */
  readonly maxTokenSize?: number
}

/**
 * Decrypts a JWE in Compact Serialization and returns the plaintext bytes.
 *
 * Checks only that the token has not been modified. Anyone can encrypt to a public key, so this does not
 * authenticate the sender; use `createVerifier` for tokens that must.
 *
 * @throws {SealbearerError} `SB_TOKEN_TOO_LARGE`, `SB_TOKEN_MALFORMED`, `SB_FORM_MISMATCH`, `SB_HEADER_INVALID`,
 * `SB_CRIT_UNSUPPORTED`, `SB_ALG_NOT_ALLOWED`, `SB_ENC_NOT_ALLOWED`, `SB_KEY_NOT_FOUND`, `SB_KEYS_UNAVAILABLE`,
 * `SB_INTEGRITY_FAILED`
 * @throws {TypeError} for invalid options.
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
  // A copy, because an engine's result can be a view of memory shared with other tokens.
  return { plaintext: new Uint8Array(plaintext), protectedHeader }
}

const isBytes = (value: unknown, length?: number): boolean => {
  const bytes = typeof value === 'string' ? engine.decodeBase64url(value) : undefined
  return bytes !== undefined && (length === undefined || bytes.length === length)
}

/**
 * JWK members for which WebCrypto rejects a key, and which node:crypto ignores. The values that WebCrypto
 * exports are accepted.
 */
const isUnrestricted = ({ key_ops: operations, ext }: JsonObject): boolean =>
  (operations === undefined || (Array.isArray(operations) && operations.length === 0)) &&
  (ext === undefined || typeof ext === 'boolean')

/** RFC 7518 §4.6.1.1, RFC 8037 §3.2. The key agreement checks whether the point is on the curve. */
function isEphemeralKey(epk: unknown): boolean {
  if (!isJsonObject(epk) || !isUnrestricted(epk)) return false
  // Not every implementation checks this.
  if (hasPrivateMembers(epk)) return false
  switch (epk['crv']) {
    case 'P-256':
    case 'P-384':
    case 'P-521': {
      const length = coordinateBytes[epk['crv']]
      return epk['kty'] === 'EC' && isBytes(epk['x'], length) && isBytes(epk['y'], length)
    }
    case 'X25519':
      return epk['kty'] === 'OKP' && isBytes(epk['x'], coordinateBytes.X25519)
    default:
      return false
  }
}

type ParameterCheck = (value: unknown) => boolean

const optionalBytes: ParameterCheck = (value) => value === undefined || isBytes(value)

/** Header parameters read by each key management algorithm (RFC 7518 §4.6.1, §4.7.1). */
const parameterChecks: Readonly<Record<string, Readonly<Record<string, ParameterCheck>>>> = {
  'ECDH-ES': { epk: isEphemeralKey, apu: optionalBytes, apv: optionalBytes },
  'AES-GCM': { iv: (value) => isBytes(value, 12), tag: (value) => isBytes(value, 16) },
}

/**
 * Checks the protected header parameters read by the key management, so that no implementation receives one of
 * the wrong type or length.
 *
 * @throws {SealbearerError} `SB_HEADER_INVALID`
 */
function checkKeyManagementParameters(header: ProtectedHeader, alg: KeyManagementAlgorithm): void {
  const checks = parameterChecks[keyManagementAlgorithms[alg].mode] ?? {}
  for (const [name, isValid] of Object.entries(checks)) {
    if (!isValid(header[name])) throw new SealbearerError('SB_HEADER_INVALID', name)
  }
}

/** Distinguishes a header shared by many tokens from one with per-token parameters. */
const isSharedByTokens = (header: ProtectedHeader): boolean =>
  header['epk'] === undefined && header['iv'] === undefined
