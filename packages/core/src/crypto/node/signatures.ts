import { Buffer } from 'node:buffer'
import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto'
import type { MaybePromise } from '../../maybe-promise.js'
import type { SignatureRow } from '../algorithms.js'
import type { KeyOperations } from '../engine.js'
import { fromDer, toDer } from './ecdsa-encoding.js'
import { hashName } from './hash-name.js'
import type { KeyPair } from './key-pair.js'
import { runWithoutHoldup } from './turn.js'

type SigningKey = KeyObject | SignKeyObjectInput

const octetsOf = (signingInput: string): Buffer => Buffer.from(signingInput, 'latin1')

/** RFC 7518 §3.5: the salt is as long as the hash. A bare key is quicker than one with options. */
function withPadding(key: KeyObject, { webCrypto, hash }: SignatureRow): SigningKey {
  if (webCrypto !== 'RSA-PSS') return key
  const saltLength = Number(hash?.slice('SHA-'.length)) / 8
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
}

function signWithRsa(hash: string, key: SigningKey): (signingInput: string) => MaybePromise<Uint8Array> {
  return (signingInput) => {
    const octets = octetsOf(signingInput)
    return runWithoutHoldup(
      () => sign(hash, octets, key),
      () =>
        new Promise((resolve, reject) => {
          sign(hash, octets, key, (error, signature) => (error ? reject(error) : resolve(signature)))
        }),
    )
  }
}

/** RSA, ECDSA and Ed25519 signatures (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1). Verifying is always quick enough to do on the spot. */
export function signatureOperations({ publicKey, privateKey }: KeyPair, row: SignatureRow): KeyOperations {
  const { webCrypto, signatureBytes = 0 } = row
  if (webCrypto === 'ECDSA') {
    const hash = hashName(row)
    return {
      ...(privateKey && {
        sign: (signingInput) => fromDer(sign(hash, octetsOf(signingInput), privateKey), signatureBytes),
      }),
      ...(publicKey && {
        verify: (signingInput, signature) =>
          signature.length === signatureBytes &&
          verify(hash, octetsOf(signingInput), publicKey, toDer(signature)),
      }),
    }
  }
  if (webCrypto === 'Ed25519') {
    return {
      ...(privateKey && { sign: (signingInput) => sign(null, octetsOf(signingInput), privateKey) }),
      ...(publicKey && {
        verify: (signingInput, signature) => verify(null, octetsOf(signingInput), publicKey, signature),
      }),
    }
  }
  const hash = hashName(row)
  const verifyingKey = publicKey && withPadding(publicKey, row)
  return {
    ...(privateKey && { sign: signWithRsa(hash, withPadding(privateKey, row)) }),
    ...(verifyingKey && {
      verify: (signingInput, signature) => verify(hash, octetsOf(signingInput), verifyingKey, signature),
    }),
  }
}
