import { Buffer } from 'node:buffer'
import { createPublicKey, type KeyObject } from 'node:crypto'

const tags = { integer: 0x02, bitString: 0x03, null: 0x05, oid: 0x06, sequence: 0x30 } as const

/** Last arc of each hash's OID under 2.16.840.1.101.3.4.2 (RFC 8017 §A.2.1). */
const hashArcs: Readonly<Record<string, number>> = { sha256: 1, sha384: 2, sha512: 3 }

const rsassaPss = '2a864886f70d01010a'
const mgf1 = '2a864886f70d010108'
const hashes = '6086480165030402'

/** A DER value of less than 128 octets, or of 256 to 64 KiB: in keys of 2048 bits and more there is none between. */
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
 * Labels an RSA key as one for RSASSA-PSS under this hash and with this salt alone (RFC 4055 §1.2), so that
 * nothing about it has to be said at each call.
 */
export function pssKey(publicKey: KeyObject, hash: string, saltLength: number): KeyObject {
  const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'der' })
  const algorithm = der(tags.sequence, oid(rsassaPss), pssParameters(hash, saltLength))
  const spki = der(tags.sequence, algorithm, der(tags.bitString, Buffer.of(0), pkcs1))
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}
