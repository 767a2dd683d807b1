import type { JWK } from 'jose'
import { engine } from '#crypto'
import { base64urlOf } from '../compact/base64.js'
import {
  type Algorithm,
  algorithms,
  type ContentEncryptionAlgorithm,
  contentEncryptionAlgorithms,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import { checkMembers, oneOf } from '../options.js'
import { InvalidKeyError } from './invalid-key-error.js'
import { allowedOperations } from './jwk.js'
import { createKey, type Key } from './key.js'
import { type ImportKeyOptions, keyDescription } from './key-description.js'

/** Length of a secret: exact (AES), or a minimum (HMAC). */
interface SecretLength {
  readonly bytes: number
  readonly exact: boolean
}

/**
 * The length of a secret for an algorithm (RFC 7518 §3.2, §4.4, §4.5, §4.7).
 *
 * @throws {TypeError} for an algorithm without secrets.
 */
export function secretLength(alg: Algorithm, enc: ContentEncryptionAlgorithm | undefined): SecretLength {
  if (isSignatureAlgorithm(alg)) {
    const { minSecretBytes } = signatureAlgorithms[alg]
    if (minSecretBytes !== undefined) return { bytes: minSecretBytes, exact: false }
  } else {
    const { kty, wrappingBytes, mode } = keyManagementAlgorithms[alg]
    if (mode === 'direct' && enc) return { bytes: contentEncryptionAlgorithms[enc].keyBytes, exact: true }
    if (kty.includes('oct') && wrappingBytes) return { bytes: wrappingBytes, exact: true }
  }
  throw new TypeError(`alg: ${alg} accepts no secret; use a key of type ${algorithms[alg].kty.join(' or ')}`)
}

/** @throws {TypeError} for a secret that is too short, or does not have the exact length that AES needs. */
export function checkSecretLength(
  size: number,
  alg: Algorithm,
  enc: ContentEncryptionAlgorithm | undefined,
): void {
  const { bytes, exact } = secretLength(alg, enc)
  if (exact ? size === bytes : size >= bytes) return
  const name = enc ? `${alg} with ${enc}` : alg
  throw new InvalidKeyError(
    `secret: ${name} needs ${exact ? 'exactly' : 'at least'} ${bytes} bytes, not ${size} (RFC 7518); create one with generateKey or deriveKey`,
    { isOfOneAlgorithm: true },
  )
}

/** @throws {TypeError} for a single repeated byte: uninitialized memory, or a placeholder. */
function checkIsVaried(secret: Uint8Array): void {
  if (secret.some((byte) => byte !== secret[0])) return
  throw new InvalidKeyError(
    'secret: is a single repeated byte, which anyone can guess; create one with generateKey',
  )
}

/** RFC 7517 §4.4: a secret that is the content encryption key itself has its `enc` as algorithm. */
const nameOf = (alg: Algorithm, enc: ContentEncryptionAlgorithm | undefined): string =>
  alg === 'dir' && enc !== undefined ? enc : alg

/** Creates a key from a secret's bytes. `jwk` is their source, if any. */
export function keyFromBytes(secret: Uint8Array, options: ImportKeyOptions, jwk: JWK = {}): Key {
  const description = keyDescription(options)
  const { alg, kid, use, enc } = description
  checkSecretLength(secret.length, alg, enc)
  checkIsNoKey(secret)
  checkIsVaried(secret)
  // The caller may wipe or reuse its bytes.
  const operations = allowedOperations(engine.importSecret(Uint8Array.from(secret), alg), jwk)
  const exportable = options.extractable === true
  return createKey(
    { ...description, type: 'secret', crv: undefined },
    {
      operations,
      publicJwk: undefined,
      exportableJwk: exportable
        ? {
            kty: 'oct',
            k: engine.encodeBase64url(secret),
            alg: nameOf(alg, enc),
            use,
            ...(kid !== undefined && { kid }),
          }
        : undefined,
    },
  )
}

/** Options of {@link importSecret}. */
export interface ImportSecretOptions {
  /** The only algorithm that the key is for. */
  readonly alg: Algorithm
  /** The encoding of the text. Never guessed: several interpretations of a text can be long enough. */
  readonly encoding: 'utf8' | 'base64url' | 'base64'
  /** Key ID, added to tokens and used to select keys. @default none */
  readonly kid?: string
  /** Content encryption, required with `dir`. @default none */
  readonly enc?: ContentEncryptionAlgorithm
}

/**
 * Creates a key from a text secret, for example from an environment variable.
 *
 * Checks the length, but cannot check randomness: a password that is long enough is accepted, and can be guessed
 * offline from one token. Use `generateKey`, or `deriveKey` with a random secret.
 *
 * @throws {TypeError} for a secret that is shorter than RFC 7518 §3.2 requires, of a length that AES does not support,
 * that is an encoded key of another kind (PEM, DER, a JWK), or that is not valid for `encoding`.
 */
export function importSecret(text: string, options: ImportSecretOptions): Key {
  checkMembers('importSecret', options, ['alg', 'encoding', 'kid', 'enc'])
  const { encoding, ...rest } = options
  const decode = decoders[oneOf('encoding', encoding, ['utf8', 'base64url', 'base64'])]
  if (typeof text !== 'string') throw new TypeError('secret: must be text; bytes go to importKey')
  const secret = decode(text)
  if (secret === undefined) {
    throw new TypeError(
      `secret: not ${encoding === 'base64' ? 'base64 with padding' : 'base64url without padding'}`,
    )
  }
  return keyFromBytes(secret, rest)
}

const decoders: Readonly<Record<ImportSecretOptions['encoding'], (text: string) => Uint8Array | undefined>> =
  {
    utf8: (text) => new TextEncoder().encode(text),
    base64url: (text) => engine.decodeBase64url(text),
    base64(text) {
      // RFC 4648 §4: groups of four, the last one padded; "-" and "_" belong to the other alphabet.
      if (text.length % 4 !== 0 || /[-_]|=[^=]|={3}/.test(text)) return undefined
      return engine.decodeBase64url(base64urlOf(text))
    },
  }

/** A format in which keys are encoded. */
type KeyEncoding = 'PEM' | 'a JWK' | 'OpenSSH' | 'XML' | 'DER'

/** Patterns that texts with a key contain anywhere, so that surrounding text cannot hide it. */
const textPatterns: readonly (readonly [encoding: KeyEncoding, pattern: RegExp])[] = [
  ['PEM', /-{4,5} ?BEGIN /],
  ['a JWK', /"kty"/],
  ['OpenSSH', /ssh-(?:rsa|dss|ed25519) |ecdsa-sha2-/],
  ['XML', /<Modulus>/],
]

/** In hexadecimal: the object identifiers of RSA, EC, its curves, X25519, Ed25519 and ML-DSA, and the start of PKCS#1. */
const der =
  /2a864886f70d0101|2a8648ce3d|06052b810400|06032b65(?:6e|70)|60864801650304031[123]|3082.{4}(?:020100)?0282.{4}00/

/** Longer than any key; more bytes cannot be spread into one call. */
const maxKeyBytes = 32_768

/** One character per byte. */
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, maxKeyBytes))

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, maxKeyBytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

function encodingIn(bytes: Uint8Array): KeyEncoding | undefined {
  if (der.test(hexOf(bytes))) return 'DER'
  // UTF-16 has a zero byte beside each letter.
  const text = textOf(bytes).replaceAll('\0', '')
  return textPatterns.find(([, pattern]) => pattern.test(text))?.[0]
}

/** Decodes base64 of either alphabet, with or without padding, over any number of lines. */
function decodeBase64(text: string): Uint8Array {
  const letters = text.replaceAll(/[^\w+/-]/g, '')
  return engine.decodeBase64url(base64urlOf(letters)) ?? new Uint8Array()
}

/**
 * Detects bytes that are an encoded key, whose public half is known to others, and which therefore cannot be a secret.
 * A verifier whose secret is a public key accepts HS256 tokens from anyone (CVE-2023-48223). Random bytes match each
 * pattern at one in 2⁴⁰ positions.
 *
 * @returns A human-readable name of the format; `undefined` for bytes that can be a secret.
 */
export const keyEncodingOf = (bytes: Uint8Array): KeyEncoding | undefined =>
  encodingIn(bytes) ?? encodingIn(decodeBase64(textOf(bytes)))

/** @throws {TypeError} for bytes that are an encoded key. */
export function checkIsNoKey(bytes: Uint8Array): void {
  const encoding = keyEncodingOf(bytes)
  if (encoding === undefined) return
  throw new InvalidKeyError(`secret: this is ${encoding}, and a public key is not a secret; use importKey`)
}
