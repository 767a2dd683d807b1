import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { JWK } from 'jose'
import { pairOf, pem } from './pem-pair.js'

export const signatureAlgorithms = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] as const

export type SignatureAlgorithm = (typeof signatureAlgorithms)[number]

/** A key in the form that every contender can make its own of. */
export interface SignatureKey<A extends SignatureAlgorithm = SignatureAlgorithm> {
  readonly alg: A
  readonly kid: string
  /** Signs; the secret for HMAC. */
  readonly signing: KeyObject
  /** Verifies; the secret for HMAC. */
  readonly verifying: KeyObject
}

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048, ...pem }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048, ...pem }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem }),
  EdDSA: () => generateKeyPairSync('ed25519', pem),
}

export function signatureKey<A extends SignatureAlgorithm>(
  alg: A,
  kid: string = `${alg}-1`,
): SignatureKey<A> {
  if (alg === 'HS256') {
    // Random, and text: some libraries take nothing else.
    const secret = createSecretKey(Buffer.from(randomBytes(32).toString('base64url')))
    return { alg, kid, signing: secret, verifying: secret }
  }
  const { privateKey, publicKey } = pairOf(pairs[alg satisfies string as Exclude<A, 'HS256'>]())
  return { alg, kid, signing: privateKey, verifying: publicKey }
}

export const verifyingJwk = ({ verifying, alg, kid }: SignatureKey): JWK => ({
  // Node's type of a JWK says less than jose's.
  ...(verifying.export({ format: 'jwk' }) as JWK),
  alg,
  kid,
  use: 'sig',
})

const isSecret = (key: KeyObject): boolean => key.type === 'secret'

/** PEM, or the bytes of a secret: what libraries take that do not know KeyObjects. */
export const verifyingText = (key: KeyObject): string | Buffer =>
  isSecret(key) ? key.export() : key.export({ type: 'spki', format: 'pem' })

export const signingText = (key: KeyObject): string | Buffer =>
  isSecret(key) ? key.export() : key.export({ type: 'pkcs8', format: 'pem' })

/** A key that can be sent to another process. */
export interface PortableKey<A extends SignatureAlgorithm = SignatureAlgorithm> {
  readonly alg: A
  readonly kid: string
  /** PEM, or base64url of a secret. */
  readonly text: string
}

export const portable = <A extends SignatureAlgorithm>({
  alg,
  kid,
  signing,
}: SignatureKey<A>): PortableKey<A> => {
  const text = signingText(signing)
  return { alg, kid, text: typeof text === 'string' ? text : text.toString('base64url') }
}

export function fromPortable<A extends SignatureAlgorithm>({
  alg,
  kid,
  text,
}: PortableKey<A>): SignatureKey<A> {
  if (alg === 'HS256') {
    const secret = createSecretKey(text, 'base64url')
    return { alg, kid, signing: secret, verifying: secret }
  }
  return { alg, kid, signing: createPrivateKey(text), verifying: createPublicKey(text) }
}
