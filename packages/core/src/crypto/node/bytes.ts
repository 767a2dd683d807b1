import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { hash as hashOnce, randomFillSync } from 'node:crypto'

/** Last characters whose unused bits are zero, by text length modulo 4. */
const canonicalEnds = [undefined, undefined, 'AQgw', 'AEIMQUYcgkosw048']

/**
 * Whether a text is the canonical encoding of as many bytes as Buffer's decoder found in it. The decoder skips
 * characters outside base64url, which makes its result too short; also accepts `+` and `/`; reads only the low
 * byte of each character; and drops unused bits.
 */
function isCanonical(text: string, bytes: number): boolean {
  const { length } = text
  const rest = length & 3
  return (
    bytes === (length * 3) >> 2 &&
    (rest === 0 || canonicalEnds[rest]?.includes(text.charAt(length - 1)) === true) &&
    !text.includes('+') &&
    !text.includes('/') &&
    Buffer.byteLength(text) === length
  )
}

export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return isCanonical(text, bytes.length) ? bytes : undefined
}

/** A shared buffer for intermediate bytes that are decoded to text. */
const scratch = Buffer.alloc(16_384)

export function decodeBase64urlText(text: string): string | undefined {
  if (text.length > scratch.length) {
    const bytes = decodeBase64url(text)
    return bytes && decodeUtf8(bytes)
  }
  const length = scratch.write(text, 'base64url')
  return isCanonical(text, length) ? decodeUtf8(scratch.subarray(0, length)) : undefined
}

/** Runs synchronous work on the bytes of ASCII text; the bytes are only valid during the call. */
export function withAsciiBytes<T>(text: string, work: (bytes: Buffer) => T): T {
  if (text.length > scratch.length) return work(Buffer.from(text, 'latin1'))
  return work(scratch.subarray(0, scratch.write(text, 'latin1')))
}

/** Bytes of a header or JWK member whose type and encoding have been checked. Throws if they are invalid. */
export function checkedBytes(value: unknown): Buffer {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (bytes === undefined) throw new Error('not base64url')
  return bytes
}

export function encodeBase64url(bytes: Uint8Array | string): string {
  if (typeof bytes !== 'string') return asBuffer(bytes).toString('base64url')
  // A UTF-16 code unit takes up to three bytes in UTF-8.
  if (bytes.length * 3 > scratch.length) return Buffer.from(bytes).toString('base64url')
  return scratch.toString('base64url', 0, scratch.write(bytes))
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  // Nearly all JSON in tokens is ASCII, for which Latin-1 decoding is equivalent and faster.
  if (isAscii(bytes)) return asBuffer(bytes).toString('latin1')
  return isUtf8(bytes) ? asBuffer(bytes).toString() : undefined
}

/** In one call, which takes less than half the time of a Hash object. */
export const hash = (data: Uint8Array | string): string => hashOnce('sha256', data, 'base64url')

/** Returns a Buffer over the same memory. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Maps a WebCrypto hash name to OpenSSL's. */
export function hashName({ hash }: { readonly hash?: string }): string {
  return (hash ?? '').replace('-', '').toLowerCase()
}

const pool = Buffer.alloc(4096)
let used = pool.length

/** Random bytes, copied from a pool because asking the system for a few costs as much as asking for many. */
export function randomBytes(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + length))
  // The bytes may become a CEK, so they must not stay in the pool.
  pool.fill(0, used, used + length)
  used += length
  return bytes
}
