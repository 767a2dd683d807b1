import type { Buffer } from 'node:buffer'
import type { KeyManagementAlgorithm, KeyManagementRow } from '../algorithms.js'
import type { JoseHeader, KeyOperations } from '../engine.js'
import type { Agreement, EphemeralKey } from './agreement.js'
import { checkedOctets } from './codec.js'
import { concatKdf, otherInfo } from './concat-kdf.js'
import { ecAgreement } from './ec-agreement.js'
import { contentKeyBytes, openEnvelope, writeEnvelope } from './envelope.js'
import type { KeyPair } from './key-pair.js'
import { keyWrappingDecoys, unwrapKey, wrapKey } from './key-wrapping.js'
import { randomOctets } from './random.js'
import { openWrapped } from './wrapped-key.js'
import { x25519Agreement } from './x25519-agreement.js'

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
  /** By purpose, for envelopes that name neither party: nearly all. */
  const infoOfUnnamed = new Map<string, Buffer>()
  const infoFor = (purpose: string, bytes: number, { apu = '', apv = '' }: JoseHeader): Buffer => {
    const isUnnamed = apu === '' && apv === ''
    const known = isUnnamed && infoOfUnnamed.get(purpose)
    if (known) return known
    const info = otherInfo(purpose, checkedOctets(apu), checkedOctets(apv), bytes)
    if (isUnnamed) infoOfUnnamed.set(purpose, info)
    return info
  }
  const decoys = wrappingBytes && keyWrappingDecoys(randomOctets(wrappingBytes), wrappingBytes * 8)
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
        if (wrappingBytes === undefined) return writeEnvelope(plaintext, withEpk, agreed, '')
        const cek = randomOctets(contentKeyBytes(header))
        return writeEnvelope(plaintext, withEpk, cek, wrapKey(agreed, wrappingBytes * 8, cek))
      },
    }),
    ...(receive && {
      decrypt(parts) {
        const { protectedHeader, encryptedKey } = parts
        // The caller has checked that it is one.
        const agreed = deriveKey(receive(protectedHeader['epk'] as EphemeralKey), protectedHeader)
        if (!wrappingBytes || !decoys) return openEnvelope(parts, agreed)
        return openWrapped(parts, () => unwrapKey(agreed, wrappingBytes * 8, encryptedKey), decoys)
      },
    }),
  }
}
