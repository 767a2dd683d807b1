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
import { hashName } from './codec.js'
import { contentKeyBytes, writeEnvelope } from './content-encryption.js'
import { type KeyPair, modulusBytes } from './key-pair.js'
import { randomBytes } from './random.js'
import { runWithoutHoldup } from './turn.js'
import { type Decoys, openWrapped } from './wrapped-key.js'

/** RFC 7518 §4.3 */
export function rsaOaep({ publicKey, privateKey }: KeyPair, row: KeyManagementRow): KeyOperations {
  const parameters = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hashName(row) }
  const recipient = publicKey && { key: publicKey, ...parameters }
  const unwrap = privateKey && unwrapWith(privateKey, { key: privateKey, ...parameters }, row)
  return {
    ...(recipient && {
      encrypt(plaintext, header) {
        const cek = randomBytes(contentKeyBytes(header))
        return writeEnvelope(plaintext, header, cek, publicEncrypt(recipient, cek))
      },
    }),
    ...(unwrap && {
      decrypt: (parts) => openWrapped(parts, () => unwrap(parts.encryptedKey), decoys),
    }),
  }
}

/**
 * A second private-key operation would make refusing a token twice as dear. What a failing one takes longer
 * than another is the error that OpenSSL makes of a wrong padding, which AES can have as well.
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

/** The thread pool has four threads unless told otherwise. */
const mostAtOnce = Math.min(availableParallelism(), 4)

/**
 * `privateDecrypt` has no form that runs on the thread pool; WebCrypto has no other. There, operations with one
 * imported key wait for each other, so the key is imported as often as operations can run at once.
 */
function unwrapWith(
  key: KeyObject,
  onTheSpot: RsaPrivateKey,
  { hash = 'SHA-1' }: KeyManagementRow,
): (encryptedKey: Uint8Array) => MaybePromise<Buffer> {
  const importAgain = (): Promise<webcrypto.CryptoKey> => {
    const pkcs8 = key.export({ format: 'der', type: 'pkcs8' })
    return webcrypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash }, false, ['decrypt'])
  }
  const imported: Promise<webcrypto.CryptoKey>[] = []
  let latest = 0
  const onThePool = async (encryptedKey: Uint8Array): Promise<Buffer> => {
    latest = (latest + 1) % mostAtOnce
    const own = imported[latest] ?? importAgain()
    imported[latest] = own
    return Buffer.from(await webcrypto.subtle.decrypt('RSA-OAEP', await own, encryptedKey))
  }
  const length = modulusBytes(key)
  return (encryptedKey) => {
    // OpenSSL takes one without its leading zeros, against RFC 8017 §7.1.2.
    if (encryptedKey.length !== length) throw new Error('another length')
    return runWithoutHoldup(
      () => privateDecrypt(onTheSpot, encryptedKey),
      () => onThePool(encryptedKey),
    )
  }
}
