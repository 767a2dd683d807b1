import { Buffer } from 'node:buffer'
import { constants, type KeyObject, type SignKeyObjectInput, sign, verify } from 'node:crypto'
import type { SignatureRow } from '../algorithms.js'
import type { KeyOperations } from '../engine.js'
import { decodeBase64url, encodeBase64url, withAsciiOctets } from './codec.js'
import { fromDer, toDer } from './ecdsa-encoding.js'
import { hashName } from './hash-name.js'
import type { KeyPair } from './key-pair.js'
import { modulusBytes } from './modulus.js'
import { pssKey } from './pss-key.js'
import { isNode22OrLater } from './release.js'
import { runWithoutHoldup } from './turn.js'

type SigningKey = KeyObject | SignKeyObjectInput

/** A bare key is quicker than one with options. */
const withPadding = (key: KeyObject, { saltBytes }: SignatureRow): SigningKey =>
  saltBytes === undefined ? key : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes }

/** Newer releases take half as long again with options; older ones a little longer without. */
const verifyingKeyOf = (key: KeyObject, row: SignatureRow, isNewer: boolean): SigningKey =>
  row.saltBytes !== undefined && isNewer ? pssKey(key, hashName(row), row.saltBytes) : withPadding(key, row)

function signWithRsa(hash: string, key: SigningKey): NonNullable<KeyOperations['sign']> {
  const onTheSpot = signWith((octets) => sign(hash, octets, key))
  const onThePool = (signingInput: string): Promise<string> =>
    new Promise((resolve, reject) => {
      sign(hash, Buffer.from(signingInput, 'latin1'), key, (error, signature) => {
        if (error) reject(error)
        else resolve(encodeBase64url(signature))
      })
    })
  return (signingInput) =>
    runWithoutHoldup(
      () => onTheSpot(signingInput),
      () => onThePool(signingInput),
    )
}

type Verify = (octets: Buffer, signature: Buffer) => boolean

/** Verifying is always quick enough to do on the spot. */
const verifyWith =
  (check: Verify): NonNullable<KeyOperations['verify']> =>
  (signingInput, signature) => {
    const decoded = decodeBase64url(signature)
    return decoded !== undefined && withAsciiOctets(signingInput, (octets) => check(octets, decoded))
  }

const signWith =
  (sign: (octets: Buffer) => Uint8Array): NonNullable<KeyOperations['sign']> =>
  (signingInput) =>
    encodeBase64url(withAsciiOctets(signingInput, sign))

function verifyWithRsa(
  hash: string,
  publicKey: KeyObject,
  row: SignatureRow,
  isNewer: boolean,
): NonNullable<KeyOperations['verify']> {
  const key = verifyingKeyOf(publicKey, row, isNewer)
  // OpenSSL takes a PSS signature without its leading zeros, against RFC 8017 §8.1.2.
  const length = modulusBytes(publicKey)
  return verifyWith(
    (octets, signature) => signature.length === length && verify(hash, octets, key, signature),
  )
}

/**
 * RSA, ECDSA and Ed25519 signatures (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1).
 *
 * @param isNewer Chooses what is quicker on such a release; both ways say the same on each.
 */
export function signatureOperations(
  { publicKey, privateKey }: KeyPair,
  row: SignatureRow,
  isNewer: boolean = isNode22OrLater,
): KeyOperations {
  const { webCrypto, signatureBytes = 0 } = row
  if (webCrypto === 'ECDSA') {
    const hash = hashName(row)
    return {
      ...(privateKey && {
        sign: signWith((octets) => fromDer(sign(hash, octets, privateKey), signatureBytes)),
      }),
      ...(publicKey && {
        verify: verifyWith(
          (octets, signature) =>
            signature.length === signatureBytes && verify(hash, octets, publicKey, toDer(signature)),
        ),
      }),
    }
  }
  if (webCrypto === 'Ed25519') {
    return {
      ...(privateKey && { sign: signWith((octets) => sign(null, octets, privateKey)) }),
      ...(publicKey && {
        verify: verifyWith((octets, signature) => verify(null, octets, publicKey, signature)),
      }),
    }
  }
  const hash = hashName(row)
  return {
    ...(privateKey && { sign: signWithRsa(hash, withPadding(privateKey, row)) }),
    ...(publicKey && { verify: verifyWithRsa(hash, publicKey, row, isNewer) }),
  }
}
