import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { pairOf, pem } from './pem-pair.js'

/** How an envelope's content encryption key comes about. */
export const envelopes = {
  dir: { alg: 'dir' },
  A256KW: { alg: 'A256KW' },
  'RSA-OAEP-256': { alg: 'RSA-OAEP-256' },
  'ECDH-ES (P-256)': { alg: 'ECDH-ES' },
  'ECDH-ES (X25519)': { alg: 'ECDH-ES' },
} as const

export type Envelope = keyof typeof envelopes

// The keys of the table above, and nothing else is in it.
export const envelopeNames = Object.keys(envelopes) as readonly Envelope[]

/** Whether a shared secret vouches for the sender, so that claims may stand in the envelope unsigned. */
export const isSymmetric = (envelope: Envelope): envelope is 'dir' | 'A256KW' =>
  envelope === 'dir' || envelope === 'A256KW'

/** A recipient's key. */
export interface EnvelopeKey {
  readonly envelope: Envelope
  readonly alg: (typeof envelopes)[Envelope]['alg']
  readonly kid: string
  /** Opens; the secret where both share one. */
  readonly opening: KeyObject
  /** Seals; the secret where both share one. */
  readonly sealing: KeyObject
}

const pairs = {
  'RSA-OAEP-256': () => generateKeyPairSync('rsa', { modulusLength: 2048, ...pem }),
  'ECDH-ES (P-256)': () => generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem }),
  'ECDH-ES (X25519)': () => generateKeyPairSync('x25519', pem),
}

export function envelopeKey(envelope: Envelope): EnvelopeKey {
  const { alg } = envelopes[envelope]
  const kid = `${alg}-1`
  if (isSymmetric(envelope)) {
    const secret = createSecretKey(randomBytes(32))
    return { envelope, alg, kid, opening: secret, sealing: secret }
  }
  const { privateKey, publicKey } = pairOf(pairs[envelope]())
  return { envelope, alg, kid, opening: privateKey, sealing: publicKey }
}
