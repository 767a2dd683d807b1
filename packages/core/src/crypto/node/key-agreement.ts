import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import { chain } from '../../maybe-promise.js'
import type { KeyManagementAlgorithm, KeyManagementRow } from '../algorithms.js'
import type { JoseHeader, KeyOperations } from '../engine.js'
import { checkedBytes, randomBytes } from './bytes.js'
import { contentKeyBytes, decryptContent, encryptContent } from './content-encryption.js'
import { type Agreement, type EphemeralKey, ecAgreement, x25519Agreement } from './ecdh.js'
import type { KeyPair } from './key-pair.js'
import { decryptWrapped, keyWrappingDecoys, unwrapKey, wrapKey } from './key-wrapping.js'

const hashBytes = 32
const counterBytes = 4

function withLength(bytes: Uint8Array): Buffer {
  const prefixed = Buffer.alloc(4 + bytes.length)
  prefixed.writeUInt32BE(bytes.length)
  prefixed.set(bytes, 4)
  return prefixed
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The purpose of the derived key, which is part of its derivation (RFC 7518 §4.6.2). */
export function otherInfo(algorithmId: string, apu: Uint8Array, apv: Uint8Array, keyBytes: number): Buffer {
  return Buffer.concat([
    withLength(Buffer.from(algorithmId, 'latin1')),
    withLength(apu),
    withLength(apv),
    uint32(keyBytes * 8),
  ])
}

/** Concat KDF with SHA-256 (NIST SP 800-56A §5.8.1). */
export function concatKdf(secret: Uint8Array, info: Uint8Array, keyBytes: number): Buffer {
  const input = Buffer.allocUnsafe(counterBytes + secret.length + info.length)
  input.set(secret, counterBytes)
  input.set(info, counterBytes + secret.length)
  const rounds = Math.ceil(keyBytes / hashBytes)
  const derived = Buffer.alloc(rounds * hashBytes)
  for (let round = 1; round <= rounds; round++) {
    input.writeUInt32BE(round)
    // A one-shot hash with text output takes half the time of a Hash object.
    derived.write(hash('sha256', input, 'binary'), (round - 1) * hashBytes, 'latin1')
  }
  input.fill(0)
  return derived.subarray(0, keyBytes)
}

function agreementOf(pair: KeyPair): Agreement {
  const { crv } = (pair.publicKey ?? pair.privateKey)?.export({ format: 'jwk' }) ?? {}
  // The caller has checked that it is one of four.
  return crv === 'P-256' || crv === 'P-384' || crv === 'P-521'
    ? ecAgreement(pair, crv)
    : x25519Agreement(pair)
}

/** ECDH-ES and its key-wrapping forms (RFC 7518 §4.6). */
export function keyAgreement(
  pair: KeyPair,
  alg: KeyManagementAlgorithm,
  { wrappingBytes }: KeyManagementRow,
): KeyOperations {
  const { send, receive } = agreementOf(pair)
  /** By purpose, for tokens without `apu` and `apv`: nearly all. */
  const infoOfUnnamed = new Map<string, Buffer>()
  const infoFor = (purpose: string, bytes: number, { apu = '', apv = '' }: JoseHeader): Buffer => {
    const isUnnamed = apu === '' && apv === ''
    const known = isUnnamed && infoOfUnnamed.get(purpose)
    if (known) return known
    const info = otherInfo(purpose, checkedBytes(apu), checkedBytes(apv), bytes)
    if (isUnnamed) infoOfUnnamed.set(purpose, info)
    return info
  }
  const decoys = wrappingBytes && keyWrappingDecoys(randomBytes(wrappingBytes), wrappingBytes * 8)
  const deriveKey = (secret: Buffer, header: JoseHeader): Buffer => {
    const bytes = wrappingBytes ?? contentKeyBytes(header)
    const purpose = wrappingBytes === undefined ? String(header['enc']) : alg
    return concatKdf(secret, infoFor(purpose, bytes, header), bytes)
  }
  return {
    ...(send && {
      encrypt(plaintext, header) {
        const { epk, secret } = send()
        const agreed = deriveKey(secret, header)
        const withEpk = { ...header, epk }
        if (wrappingBytes === undefined) return encryptContent(plaintext, withEpk, agreed, '')
        const cek = randomBytes(contentKeyBytes(header))
        return encryptContent(plaintext, withEpk, cek, wrapKey(agreed, wrappingBytes * 8, cek))
      },
    }),
    ...(receive && {
      decrypt(parts) {
        const { protectedHeader, encryptedKey } = parts
        // The caller has checked that it is one.
        return chain(receive(protectedHeader['epk'] as EphemeralKey), (secret) => {
          const agreed = deriveKey(secret, protectedHeader)
          if (!wrappingBytes || !decoys) return decryptContent(parts, agreed)
          return decryptWrapped(parts, () => unwrapKey(agreed, wrappingBytes * 8, encryptedKey), decoys)
        })
      },
    }),
  }
}
