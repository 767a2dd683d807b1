import type { JWK } from 'jose'
import { engine } from '#crypto'
import {
  type Algorithm,
  algorithms,
  type Curve,
  contentEncryptionAlgorithms,
  coordinateBytes,
  isSignatureAlgorithm,
  keyManagementAlgorithms,
  signatureAlgorithms,
} from '../crypto/algorithms.js'
import type { JweParts, KeyOperations } from '../crypto/engine.js'
import { decryptContent } from '../crypto/web/content-decryption.js'
import { SealbearerError } from '../errors.js'
import type { MaybePromise } from '../maybe-promise.js'
import { bytesOf, checkMembers, timeoutOption } from '../options.js'
import { type Duration, withinTime } from '../time.js'
import { importKey } from './import.js'
import { isPrivateJwk } from './jwk.js'
import { createKey, type Key, keyMaterial } from './key.js'

/** A private key that stays outside this process: in a KMS, an HSM, another process. */
export interface ExternalKeyOptions {
  /** The only algorithm that the key is for. */
  readonly alg: Algorithm
  /** Key ID, added to tokens and used to select keys. @default that of `publicJwk` */
  readonly kid?: string
  /** The public half, used locally to verify or encrypt. */
  readonly publicJwk: JWK
  /**
   * Signs the JWS Signing Input (RFC 7515 §5.1): the complete input, which `alg` hashes. An ECDSA signature may be
   * in JOSE format or in DER, which most KMS return.
   *
   * @default the key does not sign
   */
  readonly sign?: (signingInput: Uint8Array) => MaybePromise<Uint8Array>
  /**
   * For the RSA-OAEP family: decrypts the Encrypted Key and returns the content encryption key.
   *
   * @default the key does not decrypt
   */
  readonly unwrapKey?: (encryptedKey: Uint8Array) => MaybePromise<Uint8Array>
  /**
   * For any other key management: decrypts the whole JWE and returns the plaintext. Throws if it cannot.
   *
   * @default the key does not decrypt
   */
  readonly decrypt?: (parts: JweParts) => MaybePromise<Uint8Array>
  /** Time limit of one call, after which it fails with `SB_KEYS_UNAVAILABLE`. @default '5s' */
  readonly timeout?: Duration
}

const optionNames = [
  'alg',
  'kid',
  'publicJwk',
  'sign',
  'unwrapKey',
  'decrypt',
  'timeout',
] as const satisfies readonly (keyof ExternalKeyOptions)[]

const isLate = (): Error => new SealbearerError('SB_KEYS_UNAVAILABLE', 'external key: timeout')

/** Limits the time of an application function. A late result is ignored. */
const inTime =
  <A, T>(ask: (argument: A) => MaybePromise<T>, seconds: number): ((argument: A) => Promise<T>) =>
  (argument) =>
    withinTime(seconds, isLate, () => ask(argument))

/** A failure of the function is reported as an outage; the function itself can log the cause. */
async function asked<T>(ask: () => MaybePromise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof SealbearerError && error.code === 'SB_KEYS_UNAVAILABLE'
      ? error
      : new SealbearerError('SB_KEYS_UNAVAILABLE', 'external key: failed')
  }
}

/**
 * Creates a key whose private operations are performed by a function, for keys that cannot be exported. It
 * verifies or encrypts with `publicJwk` in this process.
 *
 * The first signature is verified with `publicJwk`: if it is invalid, because the function signs with another key or
 * hash, issuing rejects with a TypeError. A failing `sign` results in `SB_KEYS_UNAVAILABLE`; a failing `unwrapKey` or
 * `decrypt` means an invalid token, unless it throws `new SealbearerError('SB_KEYS_UNAVAILABLE')` for an outage.
 *
 * @throws {TypeError} for options that are missing or invalid, or do not match `alg`.
 * @example
 * const key = await createExternalKey({ alg: 'ES256', kid: 'kms-1', publicJwk, sign: (input) => kms.sign(input) })
 */
export async function createExternalKey(options: ExternalKeyOptions): Promise<Key> {
  checkMembers('createExternalKey', options, optionNames)
  const { alg, kid, publicJwk } = options
  if (typeof publicJwk !== 'object' || publicJwk === null) throw new TypeError('publicJwk: must be a JWK')
  if (isPrivateJwk(publicJwk) || publicJwk.kty === 'oct') {
    throw new TypeError(
      'publicJwk: must contain public members only; use importKey for a private key in memory',
    )
  }
  const key = await importKey(publicJwk, { alg, ...(kid !== undefined && { kid }) })
  const { operations, publicJwk: published } = keyMaterial(key)
  return createKey(
    { ...key, type: 'private' },
    {
      operations: { ...operations, ...privateOperations(options, operations, key.crv) },
      publicJwk: published,
      exportableJwk: undefined,
    },
  )
}

function privateOperations(
  options: ExternalKeyOptions,
  { verify }: KeyOperations,
  crv: Curve | undefined,
): KeyOperations {
  const { alg, sign, unwrapKey, decrypt } = options
  const seconds = timeoutOption(options.timeout)
  const isRsaOaep = !isSignatureAlgorithm(alg) && keyManagementAlgorithms[alg].mode === 'RSA-OAEP'
  const allowed = isSignatureAlgorithm(alg) ? ['sign'] : isRsaOaep ? ['unwrapKey', 'decrypt'] : ['decrypt']
  const given = Object.entries({ sign, unwrapKey, decrypt }).filter(([, value]) => value !== undefined)
  const [[name, value] = []] = given
  if (given.length !== 1 || !allowed.includes(String(name)) || typeof value !== 'function') {
    throw new TypeError(
      `createExternalKey: ${alg} (${algorithms[alg].kty.join(' or ')}) requires one function, ${allowed.join(' or ')}`,
    )
  }
  if (sign !== undefined && isSignatureAlgorithm(alg)) {
    const isEcdsa = signatureAlgorithms[alg].webCrypto === 'ECDSA'
    return {
      sign: externalSign(
        inTime(sign, seconds),
        verify,
        isEcdsa && crv !== undefined ? coordinateBytes[crv] : undefined,
      ),
    }
  }
  if (unwrapKey !== undefined) {
    const unwrapInTime = inTime(unwrapKey, seconds)
    return { decrypt: (parts) => openUnwrapped(unwrapInTime, parts) }
  }
  if (decrypt === undefined) return {}
  const decryptInTime = inTime(decrypt, seconds)
  return { decrypt: async (parts) => plaintextOf(await decryptInTime(parts)) }
}

/** The result of an application function can be anything; passing a number on would allocate that many bytes. */
function plaintextOf(plaintext: unknown): Uint8Array {
  const bytes = bytesOf(plaintext)
  if (bytes === undefined) throw new Error('not bytes')
  return bytes
}

/** RFC 7516 §11.5: an invalid encrypted key fails like an invalid tag, under a random CEK. */
async function openUnwrapped(
  unwrapKey: NonNullable<ExternalKeyOptions['unwrapKey']>,
  parts: JweParts,
): Promise<Uint8Array> {
  const { keyBytes } = contentEncryptionAlgorithms[parts.contentEncryption]
  const cek = await unwrapped(unwrapKey, parts.encryptedKey)
  const isUsable = cek?.length === keyBytes
  const used = isUsable ? cek : crypto.getRandomValues(new Uint8Array(keyBytes))
  const plaintext = await decryptContent(used, parts)
  if (!isUsable) throw new Error('decryption failed')
  return plaintext
}

async function unwrapped(
  unwrapKey: NonNullable<ExternalKeyOptions['unwrapKey']>,
  encryptedKey: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    return bytesOf(await unwrapKey(encryptedKey))
  } catch (error) {
    if (error instanceof SealbearerError && error.code === 'SB_KEYS_UNAVAILABLE') throw error
    return undefined
  }
}

function externalSign(
  sign: NonNullable<ExternalKeyOptions['sign']>,
  verify: KeyOperations['verify'],
  ecdsaBytes: number | undefined,
): NonNullable<KeyOperations['sign']> {
  const encoder = new TextEncoder()
  let isProven = false
  return async (signingInput) => {
    const made = bytesOf(await asked(() => sign(encoder.encode(signingInput))))
    if (made === undefined) throw new TypeError('createExternalKey: sign() must return bytes (Uint8Array)')
    const raw = ecdsaBytes === undefined ? made : rawEcdsaSignature(made, ecdsaBytes)
    const signature = engine.encodeBase64url(raw)
    if (!isProven && !(await verify?.(signingInput, signature))) {
      throw new TypeError(
        'createExternalKey: the result of sign() does not verify with publicJwk; check the key and the alg',
      )
    }
    isProven = true
    return signature
  }
}

/**
 * Converts an ECDSA signature to the form of RFC 7518 §3.4, two numbers of fixed length. A signature that already
 * has that length is returned unchanged; anything else is parsed as DER (RFC 3279 §2.2.3), and returned unchanged
 * if that fails.
 */
export function rawEcdsaSignature(signature: Uint8Array, coordinateBytes: number): Uint8Array {
  if (signature.length === 2 * coordinateBytes || signature[0] !== 0x30) return signature
  // Only the sequence around P-521's two numbers is long enough to need a second length byte.
  const start = signature[1] === 0x81 ? 3 : 2
  const r = readInteger(signature, start, coordinateBytes)
  const s = r && readInteger(signature, r.end, coordinateBytes)
  if (r === undefined || s?.end !== signature.length) return signature
  const raw = new Uint8Array(2 * coordinateBytes)
  raw.set(r.bytes, coordinateBytes - r.bytes.length)
  raw.set(s.bytes, 2 * coordinateBytes - s.bytes.length)
  return raw
}

function readInteger(
  der: Uint8Array,
  offset: number,
  maxBytes: number,
): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  const length = der[offset + 1]
  if (der[offset] !== 0x02 || length === undefined) return undefined
  const start = offset + 2
  const end = start + length
  const first = der.subarray(start, end).findIndex((byte) => byte !== 0)
  const bytes = first === -1 ? new Uint8Array() : der.subarray(start + first, end)
  return end <= der.length && bytes.length <= maxBytes ? { bytes, end } : undefined
}
