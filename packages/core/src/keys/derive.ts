import type { Algorithm, ContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { bytesOf, checkMembers } from '../options.js'
import type { Key } from './key.js'
import { keyDescription } from './key-description.js'
import { checkIsNoKey, keyFromBytes, secretLength } from './secret.js'

/** Options of {@link deriveKey}. */
export interface DeriveKeyOptions {
  /** The only algorithm that the key is for. */
  readonly alg: Algorithm
  /** Content encryption, required with `dir`. @default none */
  readonly enc?: ContentEncryptionAlgorithm
  /** The purpose of the key, such as `'session cookie v1'`. Use a different one for each purpose: equal inputs derive equal keys. */
  readonly info: string | Uint8Array
  /** Need not be secret or unique. @default none */
  readonly salt?: string | Uint8Array
  /** Key ID, added to tokens and used to select keys. @default none */
  readonly kid?: string
}

const minSecretBytes = 32
/** WebCrypto's own limit. */
const maxInfoBytes = 1024

const copyOf = (value: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof value === 'string' ? new TextEncoder().encode(value) : Uint8Array.from(value)

/**
 * Derives a key for one purpose from one strong secret, with HKDF-SHA-256 (RFC 5869).
 *
 * Not a password hash: it is fast, so a guessable secret stays guessable. The secret must have at least 32 bytes of
 * real randomness; only the length is checked.
 *
 * @throws {TypeError} for a secret that is too short or is an encoded key, and for invalid options.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5869 RFC 5869}
 */
export async function deriveKey(secret: string | Uint8Array, options: DeriveKeyOptions): Promise<Key> {
  checkMembers('deriveKey', options, ['alg', 'enc', 'info', 'salt', 'kid'])
  const { info, salt = '', ...rest } = options
  const { alg, enc } = keyDescription(rest)
  if (typeof secret !== 'string' && bytesOf(secret) === undefined) {
    throw new TypeError('secret: must be text or bytes')
  }
  for (const [option, value] of Object.entries({ info, salt })) {
    if (typeof value !== 'string' && bytesOf(value) === undefined) {
      throw new TypeError(`${option}: must be text or bytes, such as 'session cookie v1'`)
    }
  }
  if (info.length === 0)
    throw new TypeError("info: is empty; describe the purpose of the key, such as 'session cookie v1'")
  if (copyOf(info).length > maxInfoBytes) throw new TypeError(`info: at most ${maxInfoBytes} bytes`)
  const bytesOfSecret = copyOf(secret)
  if (bytesOfSecret.length < minSecretBytes) {
    throw new TypeError(
      `secret: needs at least ${minSecretBytes} bytes; HKDF does not make it stronger; use random bytes`,
    )
  }
  checkIsNoKey(bytesOfSecret)
  const { bytes } = secretLength(alg, enc)
  const parameters = { name: 'HKDF', hash: 'SHA-256', info: copyOf(info), salt: copyOf(salt) }
  const base = await crypto.subtle.importKey('raw', bytesOfSecret, 'HKDF', false, ['deriveBits'])
  return keyFromBytes(new Uint8Array(await crypto.subtle.deriveBits(parameters, base, bytes * 8)), rest)
}
