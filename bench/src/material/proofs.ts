import { createHash, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto'
import { claimsOf, secondsNow, subjectOf } from './claims.js'
import { parties } from './parties.js'
import { type KeyPair, pairOf, pem } from './pem-pair.js'
import { signedToken } from './sign.js'
import type { SignatureKey } from './signature-key.js'

/** What a client sends: a bound token and a proof for it. */
export interface ProofItem {
  readonly token: string
  readonly proof: string
  /** The public key in the proof. */
  readonly jwk: JsonWebKey
}

/** A header value as Node's parser makes it: one flat string, while a template is flattened at its first use. */
export const received = (value: string): string => Buffer.from(value, 'latin1').toString('latin1')

/** The request that proofs are for. */
export const proofTarget = { method: 'GET', path: '/orders' } as const

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** A client's key on P-256. */
export interface ClientKey extends KeyPair {
  readonly jwk: JsonWebKey
}

export function clientKey(): ClientKey {
  const pair = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem }))
  const { crv = '', kty = '', x = '', y = '' } = pair.publicKey.export({ format: 'jwk' })
  return { ...pair, jwk: { crv, kty, x, y } }
}

/** An access token that is bound to the key. */
export const boundToken = (issuer: SignatureKey, { jwk }: ClientKey, index: number): string =>
  signedToken(claimsOf(subjectOf(index), { cnf: { jkt: hash(JSON.stringify(jwk)) } }), issuer)

/** Signs a proof, whatever is in it. */
export function signedProof(
  { jwk, privateKey }: ClientKey,
  token: string,
  claims: Readonly<Record<string, unknown>> = {},
): string {
  const { method, path } = proofTarget
  const header = segment({ typ: 'dpop+jwt', alg: 'ES256', jwk })
  const payload = segment({
    jti: randomUUID(),
    htm: method,
    htu: parties.audience + path,
    iat: secondsNow(),
    ath: hash(token),
    ...claims,
  })
  const input = `${header}.${payload}`
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}
