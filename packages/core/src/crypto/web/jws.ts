import { base64url, type CryptoKey } from 'jose'
import { type SignatureAlgorithm, signatureAlgorithms } from '../algorithms.js'
import { isAsLongAsModulus } from './modulus.js'

interface SignatureParameters {
  readonly name: string
  readonly hash?: string
  readonly saltLength?: number
}

/** What WebCrypto wants to hear with each call. */
export function signatureParameters(alg: SignatureAlgorithm): SignatureParameters {
  const { webCrypto: name, hash, saltBytes: saltLength } = signatureAlgorithms[alg]
  return { name, ...(hash && { hash }), ...(saltLength && { saltLength }) }
}

const encoder = new TextEncoder()

/** Signs with WebCrypto, whose ECDSA already speaks the form of RFC 7518 §3.4. */
export async function webSign(
  key: CryptoKey,
  alg: SignatureAlgorithm,
  signingInput: string,
): Promise<string> {
  const signature = await crypto.subtle.sign(signatureParameters(alg), key, encoder.encode(signingInput))
  return base64url.encode(new Uint8Array(signature))
}

export async function webVerify(
  key: CryptoKey,
  alg: SignatureAlgorithm,
  signingInput: string,
  signature: Uint8Array | undefined,
): Promise<boolean> {
  if (signature === undefined || !isAsLongAsModulus(signature, key)) return false
  // Copied, because WebCrypto's types take no memory that may be shared.
  const octets = Uint8Array.from(signature)
  return crypto.subtle.verify(signatureParameters(alg), key, octets, encoder.encode(signingInput))
}
