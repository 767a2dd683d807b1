import type { JWK } from 'jose'
import { engine } from '#crypto'
import { bytesOf } from '../bytes.js'
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
import { checkMembers, timeoutOption } from '../options.js'
import { type Duration, withinTime } from '../time.js'
import { rawEcdsaSignature } from './ecdsa-der.js'
import { importKey } from './import.js'
import { createKey, type Key, keyMaterial } from './key.js'

/** A private key that stays where it is: in a KMS, an HSM, another process. */
export interface ExternalKeyOptions {
  readonly alg: Algorithm
  /** Default: the `kid` of `publicJwk`, else none. */
  readonly kid?: string
  /** The public half, with which tokens are verified or encrypted here. */
  readonly publicJwk: JWK
  /**
   * Signs the JWS Signing Input (RFC 7515 §5.1): the whole text, which `alg` hashes. An ECDSA signature may
   * come as JOSE has it or in DER, which is what most KMS return.
   */
  readonly sign?: (signingInput: Uint8Array) => MaybePromise<Uint8Array>
  /** For the RSA-OAEP family: decrypts the Encrypted Key and returns the content encryption key. */
  readonly unwrapKey?: (encryptedKey: Uint8Array) => MaybePromise<Uint8Array>
  /** For any other key management: decrypts the whole JWE and returns the plaintext. Throws when it cannot. */
  readonly decrypt?: (parts: JweParts) => MaybePromise<Uint8Array>
  /** The longest that one call of the function may take; then the answer is `SB_KEYS_UNAVAILABLE`. @default '5s' */
  readonly timeout?: Duration
}

const optionNames = ['alg', 'kid', 'publicJwk', 'sign', 'unwrapKey', 'decrypt', 'timeout']

const isLate = (): Error => new SealbearerError('SB_KEYS_UNAVAILABLE', 'external key: timeout')

/** Limits the time of a function of the application's own. What it does when it is late, nobody waits for. */
const inTime =
  <A, T>(ask: (argument: A) => MaybePromise<T>, seconds: number): ((argument: A) => Promise<T>) =>
  (argument) =>
    withinTime(seconds, isLate, () => ask(argument))

/** A failure of the function is an outage; which one, the function itself can log. */
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
 * Makes a key whose private half is a function, for keys that cannot be exported. It verifies or encrypts with
 * `publicJwk` in this process.
 *
 * The first signature is verified once, so that a function that signs with another key or hash is found at
 * the first token. A failing `sign` is `SB_KEYS_UNAVAILABLE`; a failing `unwrapKey` or `decrypt` means a bad
 * token, unless it throws `new SealbearerError('SB_KEYS_UNAVAILABLE')` for an outage.
 *
 * @throws {TypeError} for options that do not fit `alg`, and when a signature is first seen not to fit `publicJwk`.
 * @example
 * const key = await createExternalKey({ alg: 'ES256', kid: 'kms-1', publicJwk, sign: (input) => kms.sign(input) })
 */
export async function createExternalKey(options: ExternalKeyOptions): Promise<Key> {
  checkMembers('createExternalKey', options, optionNames)
  const { alg, kid, publicJwk } = options
  if (typeof publicJwk !== 'object' || publicJwk === null) throw new TypeError('publicJwk: must be a JWK')
  if (publicJwk.d !== undefined || publicJwk.kty === 'oct') {
    throw new TypeError('publicJwk: must hold public members only; a key that is at hand goes to importKey')
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
      `createExternalKey: ${alg} (${algorithms[alg].kty.join(' or ')}) takes one function, ${allowed.join(' or ')}`,
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

/** What a function of the application returns can be anything; of a number, memory would be made. */
function plaintextOf(plaintext: unknown): Uint8Array {
  const bytes = bytesOf(plaintext)
  if (bytes === undefined) throw new Error('not bytes')
  return bytes
}

/** RFC 7516 §11.5: a bad encrypted key fails where a bad tag does, under a random CEK. */
async function openUnwrapped(
  unwrapKey: NonNullable<ExternalKeyOptions['unwrapKey']>,
  parts: JweParts,
): Promise<Uint8Array> {
  const { keyBytes } = contentEncryptionAlgorithms[parts.contentEncryption]
  const cek = await unwrapped(unwrapKey, parts.encryptedKey)
  const isUsable = cek?.length === keyBytes
  const used = isUsable ? cek : crypto.getRandomValues(new Uint8Array(keyBytes))
  const plaintext = await decryptContent(used, parts)
  if (!isUsable) throw new Error('cannot be opened')
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
        'createExternalKey: what sign() returns does not verify with publicJwk; is it that key, that alg?',
      )
    }
    isProven = true
    return signature
  }
}
