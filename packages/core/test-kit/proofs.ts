import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { JWK } from 'jose'
import { segment } from './hand-made.js'
import { nowSeconds } from './parties.js'

/** A client's key pair. */
interface ProofPair {
  readonly privateKey: KeyObject
  readonly jwk: JWK
  readonly jkt: string
}

/** Generates a key on P-256. */
export function proofPair(): ProofPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const { crv, kty, x, y } = jwk
  return { privateKey, jwk, jkt: hash(JSON.stringify({ crv, kty, x, y })) }
}

/** SHA-256 in base64url. */
export const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Overrides for members of a proof; `undefined` removes a member. */
export interface ProofChange {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

/** Signs a proof with ES256, without checks. */
export function proof(pair: ProofPair, token: string, { header, claims }: ProofChange = {}): string {
  const input = [
    segment({ typ: 'dpop+jwt', alg: 'ES256', jwk: pair.jwk, ...header }),
    segment({
      jti: randomUUID(),
      htm: 'GET',
      htu: 'https://api.example.com/orders',
      iat: nowSeconds,
      ath: hash(token),
      ...claims,
    }),
  ].join('.')
  const signature = sign('sha256', Buffer.from(input), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
