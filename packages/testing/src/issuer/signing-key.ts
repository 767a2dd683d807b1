import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { JWK } from '@sealbearer/core'

/** Algorithms that a test issuer signs with. */
export type TestSignatureAlgorithm = 'ES256' | 'RS256' | 'PS256' | 'EdDSA'

interface SigningKeyKind {
  generate(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  sign(input: Buffer, key: KeyObject): Buffer
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

const kinds: Readonly<Record<TestSignatureAlgorithm, SigningKeyKind>> = {
  ES256: { generate: p256, sign: (input, key) => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }) },
  RS256: { generate: rsa, sign: (input, key) => sign('sha256', input, key) },
  PS256: {
    generate: rsa,
    sign: (input, key) =>
      sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  },
  EdDSA: {
    generate: () => generateKeyPairSync('ed25519'),
    sign: (input, key) => sign(null, input, key),
  },
}

export const testSignatureAlgorithms: readonly string[] = Object.keys(kinds)

/** A key pair that signs any text: libraries refuse to create most invalid tokens. */
export interface SigningKey {
  readonly alg: TestSignatureAlgorithm
  readonly kid: string
  readonly publicKey: KeyObject
  readonly publicJwk: JWK
  sign(input: string): string
}

/** Generates a key pair. @param kid By default the beginning of a hash of the public key. */
export function generateSigningKey(alg: TestSignatureAlgorithm, kid?: string): SigningKey {
  const { generate, sign } = kinds[alg]
  const { privateKey, publicKey } = generate()
  const jwk = publicKey.export({ format: 'jwk' })
  const id = kid ?? createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 12)
  return {
    alg,
    kid: id,
    publicKey,
    publicJwk: { ...jwk, alg, kid: id, use: 'sig' } as JWK,
    sign: (input) => sign(Buffer.from(input), privateKey).toString('base64url'),
  }
}
