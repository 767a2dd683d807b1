import { Buffer, isAscii, isUtf8 } from 'node:buffer'

/** Last characters whose unused bits are zero, by the length of the text modulo 4. */
const canonicalEnds = [undefined, undefined, 'AQgw', 'AEIMQUYcgkosw048']

/**
 * Tells the canonical spelling of as many octets as Buffer's decoder found in a text. The decoder skips what
 * is not base64url, which makes its result too short; reads `+` and `/` too; looks only at the low octet of
 * each character; and drops unused bits.
 */
function isCanonical(text: string, octets: number): boolean {
  const { length } = text
  const rest = length & 3
  return (
    octets === (length * 3) >> 2 &&
    (rest === 0 || canonicalEnds[rest]?.includes(text.charAt(length - 1)) === true) &&
    !text.includes('+') &&
    !text.includes('/') &&
    Buffer.byteLength(text) === length
  )
}

export function decodeBase64url(text: string): Buffer | undefined {
  const octets = Buffer.from(text, 'base64url')
  return isCanonical(text, octets.length) ? octets : undefined
}

/** What is decoded on the way to text needs no memory of its own. */
const scratch = Buffer.alloc(16_384)

export function decodeBase64urlText(text: string): string | undefined {
  if (text.length > scratch.length) {
    const octets = decodeBase64url(text)
    return octets && decodeUtf8(octets)
  }
  const length = scratch.write(text, 'base64url')
  return isCanonical(text, length) ? decodeUtf8(scratch.subarray(0, length)) : undefined
}

/** Runs synchronous work on the octets of ASCII text, which are gone afterwards. */
export function withAsciiOctets<T>(text: string, work: (octets: Buffer) => T): T {
  if (text.length > scratch.length) return work(Buffer.from(text, 'latin1'))
  return work(scratch.subarray(0, scratch.write(text, 'latin1')))
}

/** Octets of a header or JWK member, whose type and spelling have been checked. Throws where they have not. */
export function checkedOctets(value: unknown): Buffer {
  const octets = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (octets === undefined) throw new Error('not base64url')
  return octets
}

export function encodeBase64url(octets: Uint8Array | string): string {
  if (typeof octets !== 'string') return asBuffer(octets).toString('base64url')
  // UTF-8 takes up to three octets for each unit of a string.
  if (octets.length * 3 > scratch.length) return Buffer.from(octets).toString('base64url')
  return scratch.toString('base64url', 0, scratch.write(octets))
}

export function decodeUtf8(octets: Uint8Array): string | undefined {
  // Nearly all JSON in tokens is ASCII, which Latin-1 says as well, without a decoder.
  if (isAscii(octets)) return asBuffer(octets).toString('latin1')
  return isUtf8(octets) ? asBuffer(octets).toString() : undefined
}

/** The same memory as a Buffer. */
function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
}

/** OpenSSL's name for a hash of WebCrypto's. */
export function hashName({ hash }: { readonly hash?: string }): string {
  return (hash ?? '').replace('-', '').toLowerCase()
}
