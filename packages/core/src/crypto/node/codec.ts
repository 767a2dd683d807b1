import { Buffer, isUtf8 } from 'node:buffer'

/** Last characters whose unused bits are zero, by the length of the text modulo 4. */
const canonicalEnds = ['', '', 'AQgw', 'AEIMQUYcgkosw048']

/**
 * Buffer's decoder skips what is not base64url, reads `+` and `/` too, and looks only at the low octet of
 * each character. What it skips makes the result too short, and the rest is looked for here.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const { length } = text
  const rest = length & 3
  const octets = Buffer.from(text, 'base64url')
  if (octets.length !== (length * 3) >> 2 || rest === 1) return undefined
  if (rest !== 0 && !canonicalEnds[rest]?.includes(text.charAt(length - 1))) return undefined
  if (text.includes('+') || text.includes('/') || Buffer.byteLength(text) !== length) return undefined
  return octets
}

/** Octets of a header or JWK member, whose type and spelling have been checked. Throws where they have not. */
export function checkedOctets(value: unknown): Buffer {
  const octets = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (octets === undefined) throw new Error('not base64url')
  return octets
}

export const encodeBase64url = (octets: Uint8Array | string): string => asBuffer(octets).toString('base64url')

export function decodeUtf8(octets: Uint8Array): string | undefined {
  return isUtf8(octets) ? asBuffer(octets).toString() : undefined
}

/** The same memory as a Buffer. */
function asBuffer(octets: Uint8Array | string): Buffer {
  if (typeof octets === 'string') return Buffer.from(octets)
  return Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
}
