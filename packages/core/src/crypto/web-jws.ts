import type { CryptoKey } from 'jose'
import { type SignatureAlgorithm, signatureAlgorithms } from './algorithms.js'

interface SignatureParameters {
  readonly name: string
  readonly hash?: string
  readonly saltLength?: number
}

/** What WebCrypto wants to hear with each call; RFC 7518 §3.5 makes the PSS salt as long as the hash. */
export function signatureParameters(alg: SignatureAlgorithm): SignatureParameters {
  const { webCrypto: name, hash } = signatureAlgorithms[alg]
  if (hash === undefined) return { name }
  return name === 'RSA-PSS'
    ? { name, hash, saltLength: Number(hash.slice('SHA-'.length)) / 8 }
    : { name, hash }
}

const encoder = new TextEncoder()

/** Signs with WebCrypto, whose ECDSA already speaks the form of RFC 7518 §3.4. */
export async function webSign(
  key: CryptoKey,
  alg: SignatureAlgorithm,
  signingInput: string,
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(signatureParameters(alg), key, encoder.encode(signingInput)))
}

export async function webVerify(
  key: CryptoKey,
  alg: SignatureAlgorithm,
  signingInput: string,
  signature: Uint8Array,
): Promise<boolean> {
  return crypto.subtle.verify(
    signatureParameters(alg),
    key,
    Uint8Array.from(signature),
    encoder.encode(signingInput),
  )
}
