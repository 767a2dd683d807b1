import { Buffer } from 'node:buffer'

/**
 * node:crypto uses DER by default, and its fixed-length form of RFC 7518 §3.4 takes up to twice as long on
 * some releases. This file converts between the two.
 */

const sequence = 0x30
const integer = 0x02
/** The length follows in one byte of its own. */
const longLength = 0x81
const longHeader = 3

/** Index in `bytes` of the number without leading zeros; at least one byte remains. */
function significant(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end - 1 && bytes[i] === 0) i++
  return i
}

/** Writes one half of a signature as a DER INTEGER, with a leading zero if needed to keep it positive. Returns its end. */
function writeInteger(target: Buffer, offset: number, bytes: Uint8Array, start: number, end: number): number {
  const first = significant(bytes, start, end)
  const padding = (bytes[first] ?? 0) >= 0x80 ? 1 : 0
  target[offset] = integer
  target[offset + 1] = end - first + padding
  let at = offset + 2
  if (padding === 1) target[at++] = 0
  // Copying so few bytes one by one is faster than creating a view.
  for (let i = first; i < end; i++) target[at++] = bytes[i] ?? 0
  return at
}

/** Converts `R || S` to DER. */
export function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const der = Buffer.allocUnsafe(longHeader + 2 * (half + longHeader))
  const end = writeInteger(der, writeInteger(der, longHeader, signature, 0, half), signature, half, 2 * half)
  const length = end - longHeader
  // OpenSSL accepts only the shortest encoding of a length; two numbers of P-521 usually need the long one.
  const start = length > 127 ? 0 : 1
  der[1] = longLength
  der[start] = sequence
  der[longHeader - 1] = length
  return der.subarray(start, end)
}

/** Converts OpenSSL's DER to `R || S`. */
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
