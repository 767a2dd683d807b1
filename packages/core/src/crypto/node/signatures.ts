import { Buffer } from 'node:buffer'
import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto'
import type { MaybePromise } from '../../maybe-promise.js'
import type { SignatureRow } from '../algorithms.js'
import type { KeyOperations } from '../engine.js'
import { withAsciiOctets } from './codec.js'
import { fromDer, toDer } from './ecdsa-encoding.js'
import { hashName } from './hash-name.js'
import type { KeyPair } from './key-pair.js'
import { pssKey } from './pss-key.js'
import { isNode22OrLater } from './release.js'
import { runWithoutHoldup } from './turn.js'

type SigningKey = KeyObject | SignKeyObjectInput

/** RFC 7518 §3.5: the salt is as long as the hash. */
const saltLengthOf = ({ hash }: SignatureRow): number => Number(hash?.slice('SHA-'.length)) / 8

/** A bare key is quicker than one with options. */
function withPadding(key: KeyObject, row: SignatureRow): SigningKey {
  if (row.webCrypto !== 'RSA-PSS') return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltLengthOf(row) }
}

/** Newer releases take half as long again with options; older ones a little longer without. */
const verifyingKeyOf = (key: KeyObject, row: SignatureRow): SigningKey =>
  row.webCrypto === 'RSA-PSS' && isNode22OrLater
    ? pssKey(key, hashName(row), saltLengthOf(row))
    : withPadding(key, row)

function signWithRsa(hash: string, key: SigningKey): (signingInput: string) => MaybePromise<Uint8Array> {
  return (signingInput) =>
    runWithoutHoldup(
      () => withAsciiOctets(signingInput, (octets) => sign(hash, octets, key)),
      () =>
        new Promise((resolve, reject) => {
          const octets = Buffer.from(signingInput, 'latin1')
          sign(hash, octets, key, (error, signature) => (error ? reject(error) : resolve(signature)))
        }),
    )
}

/** RSA, ECDSA and Ed25519 signatures (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1). Verifying is always quick enough to do on the spot. */
export function signatureOperations({ publicKey, privateKey }: KeyPair, row: SignatureRow): KeyOperations {
  const { webCrypto, signatureBytes = 0 } = row
  if (webCrypto === 'ECDSA') {
    const hash = hashName(row)
    return {
      ...(privateKey && {
        sign: (signingInput) =>
          withAsciiOctets(signingInput, (octets) => fromDer(sign(hash, octets, privateKey), signatureBytes)),
      }),
      ...(publicKey && {
        verify: (signingInput, signature) =>
          signature.length === signatureBytes &&
          withAsciiOctets(signingInput, (octets) => verify(hash, octets, publicKey, toDer(signature))),
      }),
    }
  }
  if (webCrypto === 'Ed25519') {
    return {
      ...(privateKey && {
        sign: (signingInput) => withAsciiOctets(signingInput, (octets) => sign(null, octets, privateKey)),
      }),
      ...(publicKey && {
        verify: (signingInput, signature) =>
          withAsciiOctets(signingInput, (octets) => verify(null, octets, publicKey, signature)),
      }),
    }
  }
  const hash = hashName(row)
  const verifyingKey = publicKey && verifyingKeyOf(publicKey, row)
  return {
    ...(privateKey && { sign: signWithRsa(hash, withPadding(privateKey, row)) }),
    ...(verifyingKey && {
      verify: (signingInput, signature) =>
        withAsciiOctets(signingInput, (octets) => verify(hash, octets, verifyingKey, signature)),
    }),
  }
}
