import { createPublicKey, type KeyObject } from 'node:crypto'

/** A DER value of less than 64 KiB. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** An INTEGER without leading zeros, but with one where the first bit would make it negative. */
function integer(bytes: Buffer): Buffer {
  const start = Math.min(
    bytes.findIndex((byte) => byte !== 0),
    bytes.length - 1,
  )
  const digits = bytes.subarray(Math.max(start, 0))
  return der(0x02, (digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits)
}

/** An ECDSA signature as OpenSSL takes it, from the two halves that JWS writes (RFC 7518 §3.4). */
export function derSignature(signature: Buffer): Buffer {
  const half = signature.length / 2
  return der(0x30, integer(signature.subarray(0, half)), integer(signature.subarray(half)))
}

const rsassaPss = Buffer.from('06092a864886f70d01010a', 'hex')

/** The same RSA key, labelled id-RSASSA-PSS, so that PSS needs no options. */
export function pssLabelled(publicKey: KeyObject): KeyObject {
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' })
  const spki = der(0x30, der(0x30, rsassaPss), der(0x03, Buffer.of(0), pkcs1))
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}
