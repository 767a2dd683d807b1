import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { pairOf, pem } from './pem-pair.js'

/** How the content encryption key is determined. */
export const encryptions = {
  dir: { alg: 'dir' },
  A256KW: { alg: 'A256KW' },
  'RSA-OAEP-256': { alg: 'RSA-OAEP-256' },
  'ECDH-ES (P-256)': { alg: 'ECDH-ES' },
  'ECDH-ES (X25519)': { alg: 'ECDH-ES' },
} as const

export type EncryptionName = keyof typeof encryptions

// The keys of the table above, and nothing else is in it.
export const encryptionNames = Object.keys(encryptions) as readonly EncryptionName[]

/** Whether a shared secret authenticates the sender, so that the claims need no signature. */
export const isSymmetric = (encryption: EncryptionName): encryption is 'dir' | 'A256KW' =>
  encryption === 'dir' || encryption === 'A256KW'

/** A recipient's key. */
export interface EncryptionKey {
  readonly encryption: EncryptionName
  readonly alg: (typeof encryptions)[EncryptionName]['alg']
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

export function encryptionKey(encryption: EncryptionName): EncryptionKey {
  const { alg } = encryptions[encryption]
  const kid = `${alg}-1`
  if (isSymmetric(encryption)) {
    const secret = createSecretKey(randomBytes(32))
    return { encryption, alg, kid, opening: secret, sealing: secret }
  }
  const { privateKey, publicKey } = pairOf(pairs[encryption]())
  return { encryption, alg, kid, opening: privateKey, sealing: publicKey }
}
