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
import { decodeBase64url, encodeBase64url, hashName, withAsciiBytes } from './codec.js'
import { fromDer, toDer } from './ecdsa-encoding.js'
import { type KeyPair, modulusBytes } from './key-pair.js'
import { isNode22OrLater } from './release.js'
import { runWithoutBlocking } from './turn.js'

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
