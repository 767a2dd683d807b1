import { constants, createHmac, type KeyObject, sign } from 'node:crypto'
import type { SignatureAlgorithm, SignatureKey } from '../../material/signature-key.js'

/** ECDSA as DER: turning it into what JWS writes is left to libraries. */
const primitives: Readonly<Record<SignatureAlgorithm, (key: KeyObject) => (input: Buffer) => Buffer>> = {
  HS256: (key) => (input) => createHmac('sha256', key).update(input).digest(),
  RS256: (key) => (input) => sign('sha256', input, key),
  PS256: (key) => {
    const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    return (input) => sign('sha256', input, options)
  },
  ES256: (key) => (input) => sign('sha256', input, key),
  EdDSA: (key) => (input) => sign(null, input, key),
}

/** The bare making of a signature. */
export const rawSign = ({ alg, signing }: SignatureKey): ((input: Buffer) => Buffer) =>
  primitives[alg](signing)
