import { Buffer } from 'node:buffer'
import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  type RsaPrivateKey,
  webcrypto,
} from 'node:crypto'
import { availableParallelism } from 'node:os'
import type { MaybePromise } from '../../maybe-promise.js'
import type { KeyManagementRow } from '../algorithms.js'
import type { KeyOperations } from '../engine.js'
import { hashName, randomBytes } from './bytes.js'
import { contentKeyBytes, encryptContent } from './content-encryption.js'
import { type KeyPair, modulusBytes } from './key-pair.js'
import { type Decoys, decryptWrapped } from './key-wrapping.js'
import { runWithoutBlocking } from './runtime.js'

/** RFC 7518 §4.3 */
export function rsaOaep({ publicKey, privateKey }: KeyPair, row: KeyManagementRow): KeyOperations {
  const parameters = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hashName(row) }
  const recipient = publicKey && { key: publicKey, ...parameters }
  const unwrap = privateKey && unwrapWith(privateKey, { key: privateKey, ...parameters }, row)
  return {
    ...(recipient && {
      encrypt(plaintext, header) {
        const cek = randomBytes(contentKeyBytes(header))
        return encryptContent(plaintext, header, cek, publicEncrypt(recipient, cek))
      },
    }),
    ...(unwrap && {
      decrypt: (parts) => decryptWrapped(parts, () => unwrap(parts.encryptedKey), decoys),
    }),
  }
}

/**
 * A second private-key operation would double the cost of rejecting a token. The only timing difference of a
 * failure is OpenSSL's creation of an error for a wrong padding, which AES unwrapping can cause as well.
 */
const decoys = paddingDecoys()

export function paddingDecoys(): Decoys {
  const key = randomBytes(16)
  const iv = randomBytes(16)
  const encrypt = (padded: Buffer): Buffer =>
    createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(padded)
  const decrypt = (ciphertext: Buffer): Buffer => {
    const decryption = createDecipheriv('aes-128-cbc', key, iv)
    decryption.update(ciphertext)
    return decryption.final()
  }
  const good = encrypt(Buffer.alloc(16, 16))
  const bad = encrypt(Buffer.alloc(16, 17))
  return { good: () => decrypt(good), bad: () => decrypt(bad) }
}

/** The default size of the thread pool. */
const poolSize = Math.min(availableParallelism(), 4)

/**
 * `privateDecrypt` cannot run on the thread pool; WebCrypto always does. Operations with one imported key wait
 * for each other there, so the key is imported once per thread.
 */
function unwrapWith(
  key: KeyObject,
  synchronous: RsaPrivateKey,
  { hash = 'SHA-1' }: KeyManagementRow,
): (encryptedKey: Uint8Array) => MaybePromise<Buffer> {
  const importAgain = (): Promise<webcrypto.CryptoKey> => {
    const pkcs8 = key.export({ format: 'der', type: 'pkcs8' })
    return webcrypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash }, false, ['decrypt'])
  }
  const imported: Promise<webcrypto.CryptoKey>[] = []
  let latest = 0
  const onPool = async (encryptedKey: Uint8Array): Promise<Buffer> => {
    latest = (latest + 1) % poolSize
    const own = imported[latest] ?? importAgain()
    imported[latest] = own
    return Buffer.from(await webcrypto.subtle.decrypt('RSA-OAEP', await own, encryptedKey))
  }
  const length = modulusBytes(key)
  return (encryptedKey) => {
    // OpenSSL accepts ciphertexts without leading zeros, against RFC 8017 §7.1.2.
    if (encryptedKey.length !== length) throw new Error('wrong length')
    return runWithoutBlocking(
      () => privateDecrypt(synchronous, encryptedKey),
      () => onPool(encryptedKey),
    )
  }
}
