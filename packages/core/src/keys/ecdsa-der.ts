/**
 * Converts an ECDSA signature to the form of RFC 7518 §3.4, two numbers of fixed length. A signature that already
 * has that length is returned unchanged; anything else is parsed as DER (RFC 3279 §2.2.3), and returned unchanged
 * if that fails.
 */
export function rawEcdsaSignature(signature: Uint8Array, coordinateBytes: number): Uint8Array {
  if (signature.length === 2 * coordinateBytes || signature[0] !== 0x30) return signature
  // Only the sequence around P-521's two numbers is long enough to need a second length byte.
  const start = signature[1] === 0x81 ? 3 : 2
  const r = readInteger(signature, start, coordinateBytes)
  const s = r && readInteger(signature, r.end, coordinateBytes)
  if (r === undefined || s?.end !== signature.length) return signature
  const raw = new Uint8Array(2 * coordinateBytes)
  raw.set(r.bytes, coordinateBytes - r.bytes.length)
  raw.set(s.bytes, 2 * coordinateBytes - s.bytes.length)
  return raw
}

function readInteger(
  der: Uint8Array,
  offset: number,
  mostBytes: number,
): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  const length = der[offset + 1]
  if (der[offset] !== 0x02 || length === undefined) return undefined
  const start = offset + 2
  const end = start + length
  const first = der.subarray(start, end).findIndex((byte) => byte !== 0)
  const bytes = first === -1 ? new Uint8Array() : der.subarray(start + first, end)
  return end <= der.length && bytes.length <= mostBytes ? { bytes, end } : undefined
}
