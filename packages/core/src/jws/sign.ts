import { engine } from '#crypto'
import { extraHeaderOption, writeProtectedHeader } from '../compact/protected-header.js'
import {
  algorithmOption,
  isSignatureAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import type { JoseHeader } from '../crypto/engine.js'
import { type Key, type Keys, keyMaterial } from '../keys/key.js'
import { issuingKey, keysOption } from '../keys/trusted-keys.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { bytesOf, checkMembers } from '../options.js'

/**
 * Creates the protected header segments of one kind of token. `alg` and `kid` precede the other parameters; a
 * segment is serialized once per key.
 */
export function headerWriter(parameters: JoseHeader): (key: Key) => string {
  let latestKey: Key | undefined
  let latestSegment = ''
  return (key) => {
    if (key !== latestKey) {
      const { alg, kid } = key
      latestSegment = writeProtectedHeader({ alg, ...(kid !== undefined && { kid }), ...parameters })
      latestKey = key
    }
    return latestSegment
  }
}

/** Signs bytes, or the UTF-8 bytes of text, with a key selected by {@link issuingKey}. */
export function signCompactJws(
  payload: Uint8Array | string,
  key: Key,
  headerSegment: string,
): MaybePromise<string> {
  const { sign } = keyMaterial(key).operations
  if (sign === undefined) throw new TypeError('key: cannot sign; pass a private key or an HMAC secret')
  const signingInput = `${headerSegment}.${engine.encodeBase64url(payload)}`
  return chain(sign(signingInput), (signature) => `${signingInput}.${signature}`)
}

/** Options of {@link signJws}. */
export interface SignJwsOptions {
  /** `alg` (RFC 7518 §3). */
  readonly algorithm: SignatureAlgorithm
  /** A private key, or a secret for HMAC. Of several, the first suitable one. */
  readonly key: Keys
  /**
   * Additional header parameters. `alg` comes from the key, and so does `kid` unless given here.
   *
   * @default none
   */
  readonly protectedHeader?: JoseHeader
}

/**
 * Signs bytes as a JWS in Compact Serialization. Adds no claims; for JSON Web Tokens use `createIssuer`.
 *
 * @throws {TypeError} for invalid options, or a key that cannot sign with the algorithm.
 * @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` for a key set without such a key.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.1 RFC 7515 §5.1}
 */
export async function signJws(payload: Uint8Array, options: SignJwsOptions): Promise<string> {
  checkMembers('signJws', options, ['algorithm', 'key', 'protectedHeader'])
  const bytes = bytesOf(payload)
  if (bytes === undefined) throw new TypeError('payload: must be bytes (Uint8Array)')
  const alg = algorithmOption('algorithm', options.algorithm, isSignatureAlgorithm, signatureAlgorithms)
  const header = extraHeaderOption('protectedHeader', options.protectedHeader)
  const keys = signingKeys('key', options.key, alg)
  const key = await issuingKey(keys, { alg }, 'sign')
  return signCompactJws(bytes, key, headerWriter(header)(key))
}

/** Reads an option with signing keys. @throws {TypeError} */
export function signingKeys(
  option: string,
  keys: Keys,
  alg: SignatureAlgorithm,
): ReturnType<typeof keysOption> {
  return keysOption(keys, {
    option,
    operation: 'sign',
    algorithms: new Set([alg]),
    wayOut: 'pass a private key (or an HMAC secret) imported for this algorithm',
  })
}
