import { Buffer } from 'node:buffer'
import {
  constants,
  createPublicKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
  verify,
} from 'node:crypto'
import type { SignatureRow } from '../algorithms.js'
import type { KeyOperations } from '../engine.js'
import { decodeBase64url, encodeBase64url, hashName, withAsciiBytes } from './bytes.js'
import { type KeyPair, modulusBytes } from './key-pair.js'
import { isNode22OrLater, runWithoutBlocking } from './runtime.js'

const tags = { integer: 0x02, bitString: 0x03, null: 0x05, oid: 0x06, sequence: 0x30 } as const

/** Last arc of each hash's OID under 2.16.840.1.101.3.4.2 (RFC 8017 §A.2.1). */
const hashArcs: Readonly<Record<string, number>> = { sha256: 1, sha384: 2, sha512: 3 }

const rsassaPss = '2a864886f70d01010a'
const mgf1 = '2a864886f70d010108'
const hashes = '6086480165030402'

/** A DER value of less than 128 bytes, or of 256 bytes to 64 KiB: keys of at least 2048 bits have none in between. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const oid = (hex: string): Buffer => der(tags.oid, Buffer.from(hex, 'hex'))
const explicit = (number: number, content: Buffer): Buffer => der(0xa0 + number, content)

/** RSASSA-PSS-params (RFC 8017 §A.2.3). */
function pssParameters(hash: string, saltLength: number): Buffer {
  const hashOid = der(tags.oid, Buffer.from(hashes, 'hex'), Buffer.of(hashArcs[hash] ?? 0))
  const hashAlgorithm = der(tags.sequence, hashOid, der(tags.null))
  return der(
    tags.sequence,
    explicit(0, hashAlgorithm),
    explicit(1, der(tags.sequence, oid(mgf1), hashAlgorithm)),
    explicit(2, der(tags.integer, Buffer.of(saltLength))),
  )
}

/**
 * Marks an RSA key as one for RSASSA-PSS with only this hash and salt length (RFC 4055 §1.2), so that no call
 * needs options.
 */
export function pssKey(publicKey: KeyObject, hash: string, saltLength: number): KeyObject {
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' })
  const algorithm = der(tags.sequence, oid(rsassaPss), pssParameters(hash, saltLength))
  const spki = der(tags.sequence, algorithm, der(tags.bitString, Buffer.of(0), pkcs1))
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}

type SigningKey = KeyObject | SignKeyObjectInput

/** A bare key is faster than one with options. */
const withPadding = (key: KeyObject, { saltBytes }: SignatureRow): SigningKey =>
  saltBytes === undefined ? key : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes }

/** Newer releases take 50 % longer with options; older ones slightly longer without. */
const verifyingKeyOf = (key: KeyObject, row: SignatureRow, isNewer: boolean): SigningKey =>
  row.saltBytes !== undefined && isNewer ? pssKey(key, hashName(row), row.saltBytes) : withPadding(key, row)

const signAtOnce = (hash: string | null, key: SigningKey): NonNullable<KeyOperations['sign']> =>
  signWith((bytes) => sign(hash, bytes, key))

/** For algorithms whose signatures take a millisecond or more. */
function signWithoutBlocking(hash: string | null, key: SigningKey): NonNullable<KeyOperations['sign']> {
  const synchronous = signAtOnce(hash, key)
  const onPool = (signingInput: string): Promise<string> =>
    new Promise((resolve, reject) => {
      sign(hash, Buffer.from(signingInput, 'latin1'), key, (error, signature) => {
        if (error) reject(error)
        else resolve(encodeBase64url(signature))
      })
    })
  return (signingInput) =>
    runWithoutBlocking(
      () => synchronous(signingInput),
      () => onPool(signingInput),
    )
}

type Verify = (bytes: Buffer, signature: Buffer) => boolean

/** Verification is always fast enough to run synchronously. */
const verifyWith =
  (check: Verify): NonNullable<KeyOperations['verify']> =>
  (signingInput, signature) => {
    const decoded = decodeBase64url(signature)
    return decoded !== undefined && withAsciiBytes(signingInput, (bytes) => check(bytes, decoded))
  }

const signWith =
  (sign: (bytes: Buffer) => Uint8Array): NonNullable<KeyOperations['sign']> =>
  (signingInput) =>
    encodeBase64url(withAsciiBytes(signingInput, sign))

function verifyWithRsa(
  hash: string,
  publicKey: KeyObject,
  row: SignatureRow,
  isNewer: boolean,
): NonNullable<KeyOperations['verify']> {
  const key = verifyingKeyOf(publicKey, row, isNewer)
  // OpenSSL accepts PSS signatures without leading zeros, against RFC 8017 §8.1.2.
  const length = modulusBytes(publicKey)
  return verifyWith((bytes, signature) => signature.length === length && verify(hash, bytes, key, signature))
}

/**
 * RSA, ECDSA, Ed25519 and ML-DSA signatures (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1, RFC 9964 §5).
 *
 * @param isNewer Selects the faster implementation for the release; both return the same results.
 */
export function signatureOperations(
  { publicKey, privateKey }: KeyPair,
  row: SignatureRow,
  isNewer: boolean = isNode22OrLater,
): KeyOperations {
  const { webCrypto, signatureBytes = 0 } = row
  if (webCrypto === 'ECDSA') {
    const hash = hashName(row)
    return {
      ...(privateKey && {
        sign: signWith((bytes) => fromDer(sign(hash, bytes, privateKey), signatureBytes)),
      }),
      ...(publicKey && {
        verify: verifyWith(
          (bytes, signature) =>
            signature.length === signatureBytes && verify(hash, bytes, publicKey, toDer(signature)),
        ),
      }),
    }
  }
  if (webCrypto === 'Ed25519' || row.publicKeyBytes !== undefined) {
    return {
      ...(privateKey && {
        sign:
          row.publicKeyBytes === undefined
            ? signAtOnce(null, privateKey)
            : signWithoutBlocking(null, privateKey),
      }),
      ...(publicKey && {
        verify: verifyWith((bytes, signature) => verify(null, bytes, publicKey, signature)),
      }),
    }
  }
  const hash = hashName(row)
  return {
    ...(privateKey && { sign: signWithoutBlocking(hash, withPadding(privateKey, row)) }),
    ...(publicKey && { verify: verifyWithRsa(hash, publicKey, row, isNewer) }),
  }
}

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
