import {
  constants,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  type JsonWebKey,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'
import type { EncryptionKey, EncryptionName } from '../../material/encryption-key.js'
import type { Prepare } from '../../measure/per-item.js'
import { agreedKey, contentKey } from './content-key.js'

interface SealedParts {
  readonly header: { readonly epk?: JsonWebKey }
  readonly encryptedKey: Buffer
}

type KeyStep = (key: KeyObject) => (parts: SealedParts) => () => Buffer | KeyObject

export const keyWrapIv: Buffer = Buffer.alloc(8, 0xa6)
export const oaep: { readonly padding: number; readonly oaepHash: string } = {
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
}

/** The sender's ephemeral key is imported beforehand: this is the agreement alone. */
const agree: KeyStep =
  (privateKey) =>
  ({ header: { epk = {} } }) => {
    const publicKey = createPublicKey({ key: epk, format: 'jwk' })
    return () => agreedKey(diffieHellman({ privateKey, publicKey }))
  }

const keySteps: Readonly<Record<EncryptionName, KeyStep>> = {
  dir: (key) => () => () => key,
  A256KW:
    (key) =>
    ({ encryptedKey }) =>
    () => {
      const unwrap = createDecipheriv('id-aes256-wrap', key, keyWrapIv)
      return contentKey(Buffer.concat([unwrap.update(encryptedKey), unwrap.final()]))
    },
  'RSA-OAEP-256': (key) => {
    const options = { key, ...oaep }
    return ({ encryptedKey }) =>
      () =>
        contentKey(privateDecrypt(options, encryptedKey))
  },
  'ECDH-ES (P-256)': agree,
  'ECDH-ES (X25519)': agree,
}

/** Bare decryption of an A256GCM token. */
export function rawOpen({ encryption, opening }: EncryptionKey): Prepare<string, Buffer> {
  const keyStep = keySteps[encryption](opening)
  return (token) => {
    const [protectedSegment = '', ...segments] = token.split('.')
    const [encryptedKey, iv, ciphertext, tag] = segments.map((segment) => Buffer.from(segment, 'base64url'))
    if (!encryptedKey || !iv || !ciphertext || !tag) throw new TypeError('not a JWE')
    const aad = Buffer.from(protectedSegment)
    const header = JSON.parse(Buffer.from(protectedSegment, 'base64url').toString())
    const keyOf = keyStep({ header, encryptedKey })
    return () => {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(), iv, { authTagLength: 16 })
      decipher.setAAD(aad).setAuthTag(tag)
      const plaintext = decipher.update(ciphertext)
      decipher.final()
      return plaintext
    }
  }
}
