import { engine } from '#crypto'

/** A format in which keys are encoded. */
type KeyEncoding = 'PEM' | 'a JWK' | 'OpenSSH' | 'XML' | 'DER'

/** Patterns that texts with a key contain anywhere, so that surrounding text cannot hide it. */
const textPatterns: readonly (readonly [encoding: KeyEncoding, pattern: RegExp])[] = [
  ['PEM', /-{4,5} ?BEGIN /],
  ['a JWK', /"kty"/],
  ['OpenSSH', /ssh-(?:rsa|dss|ed25519) |ecdsa-sha2-/],
  ['XML', /<Modulus>/],
]

/** In hexadecimal: the object identifiers of RSA, EC, its curves, X25519 and Ed25519, and the start of PKCS#1. */
const der = /2a864886f70d0101|2a8648ce3d|06052b810400|06032b65(?:6e|70)|3082.{4}(?:020100)?0282.{4}00/

/** Longer than any key; more bytes cannot be spread into one call. */
const longestKey = 32_768

/** One character per byte. */
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, longestKey))

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, longestKey), (byte) => byte.toString(16).padStart(2, '0')).join('')

function encodingIn(bytes: Uint8Array): KeyEncoding | undefined {
  if (der.test(hexOf(bytes))) return 'DER'
  // UTF-16 has a zero byte beside each letter.
  const text = textOf(bytes).replaceAll('\0', '')
  return textPatterns.find(([, pattern]) => pattern.test(text))?.[0]
}

/** Decodes base64 of either alphabet, with or without padding, over any number of lines. */
function decodeBase64(text: string): Uint8Array {
  const letters = text.replaceAll(/[^\w+/-]/g, '')
  return engine.decodeBase64url(letters.replaceAll('+', '-').replaceAll('/', '_')) ?? new Uint8Array()
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
  throw new TypeError(`secret: this is ${encoding}, and a public key is not a secret; use importKey`)
}
