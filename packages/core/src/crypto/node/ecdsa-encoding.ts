import { Buffer } from 'node:buffer'

/**
 * node:crypto speaks DER by default, and asked for the fixed-length form of RFC 7518 §3.4 takes up to
 * twice as long on some releases: the two are turned into each other here.
 */

const sequence = 0x30
const integer = 0x02
/** The length follows in one byte of its own. */
const longLength = 0x81
const longHeader = 3

/** Where in `bytes` a number begins without its leading zeros; at least one byte stays. */
function significant(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end - 1 && bytes[i] === 0) i++
  return i
}

/** Writes one half of a signature as a DER INTEGER, which a zero in front keeps positive. Returns where it ends. */
function writeInteger(target: Buffer, offset: number, bytes: Uint8Array, start: number, end: number): number {
  const first = significant(bytes, start, end)
  const padding = (bytes[first] ?? 0) >= 0x80 ? 1 : 0
  target[offset] = integer
  target[offset + 1] = end - first + padding
  let at = offset + 2
  if (padding === 1) target[at++] = 0
  // So few bytes are copied one by one in less time than it takes to make a view of them.
  for (let i = first; i < end; i++) target[at++] = bytes[i] ?? 0
  return at
}

/** Turns `R || S` into DER. */
export function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const der = Buffer.allocUnsafe(longHeader + 2 * (half + longHeader))
  const end = writeInteger(der, writeInteger(der, longHeader, signature, 0, half), signature, half, 2 * half)
  const length = end - longHeader
  // OpenSSL takes only the shortest spelling of a length; two numbers of P-521 mostly need the long one.
  const start = length > 127 ? 0 : 1
  der[1] = longLength
  der[start] = sequence
  der[longHeader - 1] = length
  return der.subarray(start, end)
}

/** Turns the DER that OpenSSL made into `R || S`. */
export function fromDer(der: Uint8Array, signatureBytes: number): Uint8Array {
  const half = signatureBytes / 2
  const signature = Buffer.allocUnsafe(signatureBytes)
  let offset = der[1] === longLength ? 3 : 2
  for (const place of [0, half]) {
    const start = offset + 2
    const end = start + (der[offset + 1] ?? 0)
    for (let i = 0, from = end - half; i < half; i++, from++) {
      signature[place + i] = from < start ? 0 : (der[from] ?? 0)
    }
    offset = end
  }
  return signature
}
