import { Buffer } from 'node:buffer'
import { type CipherGCMTypes, createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { chain, chainOrRecover, type MaybePromise } from '../../maybe-promise.js'
import { contentEncryptionAlgorithms } from '../algorithms.js'
import type { JweParts, KeyOperations } from '../engine.js'
import { checkedBytes, encodeBase64url, randomBytes } from './bytes.js'
import { contentKeyBytes, decryptContent, encryptContent } from './content-encryption.js'

/** RFC 3394 §2.2.3.1 */
const defaultIv = Buffer.alloc(8, 0xa6)

/** Wraps a CEK with AES Key Wrap (RFC 3394). */
export function wrapKey(wrappingKey: KeyObject | Buffer, bits: number, cek: Buffer): Buffer {
  return createCipheriv(`id-aes${bits}-wrap`, wrappingKey, defaultIv).update(cek)
}

/** Unwraps a CEK. Throws if the wrapping key is wrong. */
export function unwrapKey(wrappingKey: KeyObject | Buffer, bits: number, encryptedKey: Uint8Array): Buffer {
  return createDecipheriv(`id-aes${bits}-wrap`, wrappingKey, defaultIv).update(encryptedKey)
}

/** The unwrapping time depends on the size of the wrapping key, not on the key. */
export function keyWrappingDecoys(wrappingKey: KeyObject | Buffer, bits: number): Decoys {
  const good = wrapKey(wrappingKey, bits, randomBytes(32))
  const bad = withOneBitWrong(good)
  return {
    good: () => unwrapKey(wrappingKey, bits, good),
    bad: () => unwrapKey(wrappingKey, bits, bad),
  }
}

const withOneBitWrong = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)))

const bitsOf = (key: KeyObject): number => (key.symmetricKeySize ?? 0) * 8

/** RFC 7518 §4.4 */
export function aesKeyWrapping(key: KeyObject): KeyOperations {
  const bits = bitsOf(key)
  const decoys = keyWrappingDecoys(key, bits)
  return {
    encrypt(plaintext, header) {
      const cek = randomBytes(contentKeyBytes(header))
      return encryptContent(plaintext, header, cek, wrapKey(key, bits, cek))
    },
    decrypt: (parts) => decryptWrapped(parts, () => unwrapKey(key, bits, parts.encryptedKey), decoys),
  }
}

/** A CEK wrapped with AES GCM, and its header parameters. */
interface GcmWrapped {
  readonly encryptedKey: Uint8Array
  readonly iv: Buffer
  readonly tag: Buffer
}

/** RFC 7518 §4.7 */
export function aesGcmKeyWrapping(key: KeyObject): KeyOperations {
  // The caller accepts only keys of these three sizes.
  const cipher = `aes-${bitsOf(key)}-gcm` as CipherGCMTypes
  const wrap = (cek: Buffer): GcmWrapped => {
    const iv = randomBytes(12)
    const wrapping = createCipheriv(cipher, key, iv)
    const encryptedKey = wrapping.update(cek)
    wrapping.final()
    return { encryptedKey, iv, tag: wrapping.getAuthTag() }
  }
  const unwrap = ({ encryptedKey, iv, tag }: GcmWrapped): Buffer => {
    const unwrapping = createDecipheriv(cipher, key, iv, { authTagLength: 16 })
    unwrapping.setAuthTag(tag)
    const cek = unwrapping.update(encryptedKey)
    unwrapping.final()
    return cek
  }
  const good = wrap(randomBytes(32))
  const bad = { ...good, tag: withOneBitWrong(good.tag) }
  const decoys = { good: () => unwrap(good), bad: () => unwrap(bad) }
  return {
    encrypt(plaintext, header) {
      const cek = randomBytes(contentKeyBytes(header))
      const { encryptedKey, iv, tag } = wrap(cek)
      const parameters = { iv: encodeBase64url(iv), tag: encodeBase64url(tag) }
      return encryptContent(plaintext, { ...header, ...parameters }, cek, encryptedKey)
    },
    decrypt(parts) {
      const { encryptedKey, protectedHeader } = parts
      const iv = checkedBytes(protectedHeader['iv'])
      const tag = checkedBytes(protectedHeader['tag'])
      return decryptWrapped(parts, () => unwrap({ encryptedKey, iv, tag }), decoys)
    },
  }
}

/** Returns the CEK. Throws if the encrypted key is invalid. */
export type Unwrap = () => MaybePromise<Buffer>

/** Dummy unwrapping, to spend the time that a failing token skipped. */
export interface Decoys {
  /** Succeeds. */
  readonly good: Unwrap
  /** Fails. */
  readonly bad: Unwrap
}

/** A random CEK by length, for content whose own CEK is unavailable. The token is rejected in any case. */
const spares = new Map<number, Buffer>(
  Object.values(contentEncryptionAlgorithms).map(({ keyBytes }) => [keyBytes, randomBytes(keyBytes)]),
)

/**
 * Decrypts a JWE whose CEK is wrapped. If unwrapping fails, or returns a CEK of another length, the content is
 * decrypted under a random one, so that the token fails by its tag, as late as one with a wrong tag (RFC 7516
 * §11.5). Then the unwrapping that the token skipped is made up for, succeeding or failing: throwing takes as
 * long as unwrapping.
 */
export function decryptWrapped(parts: JweParts, unwrap: Unwrap, decoys: Decoys): MaybePromise<Uint8Array> {
  const { keyBytes } = contentEncryptionAlgorithms[parts.contentEncryption]
  return chain(attempt(unwrap), (cek) => {
    const isUsable = cek?.length === keyBytes
    const plaintext = decryptUnder(isUsable ? cek : spares.get(keyBytes), parts)
    if (isUsable && plaintext !== undefined) return plaintext
    return chain(attempt(cek === undefined ? decoys.good : decoys.bad), () => {
      throw new Error('decryption failed')
    })
  })
}

const attempt = (unwrap: Unwrap): MaybePromise<Buffer | undefined> =>
  chainOrRecover<Buffer, Buffer | undefined>(
    unwrap,
    (cek) => cek,
    () => undefined,
  )

/** `undefined` if the tag is wrong. */
function decryptUnder(cek: Buffer | undefined, parts: JweParts): Uint8Array | undefined {
  if (cek === undefined) return undefined
  try {
    return decryptContent(parts, cek)
  } catch {
    return undefined
  }
}
