import { type CryptoKey, exportJWK, type JWK, type KeyObject } from 'jose'
import { engine } from '#crypto'
import { parseHeaderSegment } from '../compact/protected-header.js'
import { splitJwe } from '../compact/segments.js'
import { type Algorithm, type Curve, coordinateBytes, type SignatureAlgorithm } from '../crypto/algorithms.js'
import { isCryptoKey, type KeyOperations, type KeyPairMaterial } from '../crypto/engine.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { bytesOf, checkMembers } from '../options.js'
import { checkCryptoKey, usableOperations } from './crypto-key.js'
import { InvalidKeyError } from './invalid-key-error.js'
import { allowedOperations, bareJwk, checkJwk, isPrivateJwk, publicMembersOf } from './jwk.js'
import { createKey, type Key } from './key.js'
import { describeDer } from './key-der.js'
import { checkSupported, type ImportKeyOptions, keyDescription } from './key-description.js'
import { importDer, importPem } from './pem.js'
import { isOnCurve } from './public-point.js'
import { keyEncodingOf, keyFromBytes } from './secret.js'

const optionNames = [
  'alg',
  'kid',
  'use',
  'enc',
  'publicJwk',
  'extractable',
] as const satisfies readonly (keyof ImportKeyOptions)[]

/** The part of node:crypto's KeyObject that is used here. */
interface ExportableKeyObject {
  readonly type?: string
  readonly asymmetricKeyType?: string
  export(options: { format: 'jwk' }): JWK
  export(options: { format: 'der'; type: 'pkcs8' | 'spki' }): Uint8Array
}

const isKeyObject = (material: object): material is ExportableKeyObject =>
  'export' in material && typeof material.export === 'function'

/**
 * Imports a key for one algorithm.
 *
 * Accepts PEM text (PKCS#8, SPKI, X.509 certificate; also on one line, with `\\n` as two characters, or additionally
 * base64-encoded), a JWK, a KeyObject, a CryptoKey, or the bytes of a raw secret. From a PEM bundle, the private key
 * is used. For a text secret use `importSecret`. The dates, names and chain of a certificate are not checked, nor is
 * its revocation.
 *
 * @throws {TypeError} for an `alg` that this runtime lacks, and for material that does not match `alg`, is too weak (RFC
 * 7518 §3.2, §3.3, §4.3), or contradicts its own `alg`, `use` or `key_ops`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4 RFC 7517 §4}
 */
export async function importKey(
  material: string | Uint8Array | JWK | KeyObject | CryptoKey,
  options: ImportKeyOptions,
): Promise<Key> {
  checkMembers('importKey', options, optionNames)
  const { alg } = keyDescription(options)
  if (options.publicJwk === null) throw new TypeError('publicJwk: must be a JWK')
  if (typeof material === 'string') return importJwk(await exportJWK(await importPem(material, alg)), options)
  const bytes = bytesOf(material)
  if (bytes !== undefined) {
    checkIsSecret(bytes)
    return keyFromBytes(bytes, options)
  }
  if (typeof material !== 'object' || material === null) {
    throw new TypeError('key: must be PEM text, bytes, a JWK, a KeyObject or a CryptoKey')
  }
  if (isCryptoKey(material)) return importCryptoKey(material, options)
  // Anything else is treated as a JWK, whose members are all checked. A copy, because a getter could return another value
  // after the check.
  return importJwk(
    isKeyObject(material) ? await exportKeyObject(material, alg) : { ...(material as JWK) },
    options,
  )
}

/** @throws {TypeError} for bytes that contain a key in another encoding. The message describes how to convert it. */
function checkIsSecret(bytes: Uint8Array): void {
  const encoding = keyEncodingOf(bytes)
  if (encoding === 'PEM') throw new TypeError('key: these bytes are PEM; pass PEM as a string')
  const found = describeDer(bytes)
  // A secret can start like DER, but does not contain the object identifiers of keys.
  if (found !== undefined && (encoding === 'DER' || found.format === 'PKCS#12')) {
    throw new TypeError(`key: these bytes are ${found.format}; ${found.wayOut}`)
  }
}

/** The PEM label for each type of KeyObject. */
const labels = { private: ['pkcs8', 'PRIVATE KEY'], public: ['spki', 'PUBLIC KEY'] } as const

async function exportKeyObject(key: ExportableKeyObject, alg: Algorithm): Promise<JWK> {
  const { type, asymmetricKeyType } = key
  if ((type === 'private' || type === 'public') && /^(?:rsa-pss|ec)$/.test(asymmetricKeyType ?? '')) {
    const [encoding, label] = labels[type]
    const der = key.export({ format: 'der', type: encoding })
    if (asymmetricKeyType === 'rsa-pss') return exportJWK(await importDer(der, label, alg))
    if (describeDer(der)?.isExplicit === true) await importDer(der, label, alg)
  }
  try {
    const exported = key.export({ format: 'jwk' })
    if (exported.kty === 'AKP') return exported
    // Dropped: workerd writes an `alg` into the JWK of an Ed25519 key.
    const { alg: _, ...jwk } = exported
    return jwk
  } catch {
    throw new TypeError('key: this KeyObject cannot be exported as a JWK')
  }
}

async function importCryptoKey(key: CryptoKey, options: ImportKeyOptions): Promise<Key> {
  const { alg, enc, ...description } = keyDescription(options)
  checkCryptoKey(key, alg, enc)
  if (key.extractable) return importJwk({ ...(await exportJWK(key)), key_ops: [...key.usages] }, options)
  if (key.type === 'secret') {
    const operations = usableOperations(engine.importSecret(key, alg), key)
    return createKey(
      { ...description, alg, enc, type: 'secret', crv: undefined },
      { operations, publicJwk: undefined, exportableJwk: undefined },
    )
  }
  if (options.publicJwk !== undefined) checkJwk(options.publicJwk, alg)
  const publicJwk = options.publicJwk && publicMembersOf(options.publicJwk)
  const material =
    key.type === 'public'
      ? { publicKey: key, privateKey: undefined }
      : { publicKey: publicJwk, privateKey: key }
  return importPair(material, options, publicJwk, {
    restrict: (operations) => usableOperations(operations, key),
    exportableJwk: undefined,
  })
}

async function importJwk(jwk: JWK, options: ImportKeyOptions): Promise<Key> {
  const described = jwk.kid === undefined ? options : { kid: jwk.kid, ...options }
  const { alg, enc } = keyDescription(described)
  checkJwk(jwk, alg, enc)
  await checkSupported(alg)
  if (jwk.kty === 'oct') {
    const secret = typeof jwk.k === 'string' ? engine.decodeBase64url(jwk.k) : undefined
    if (secret === undefined)
      throw new InvalidKeyError('key: "k" of the JWK must be base64url without padding')
    return keyFromBytes(secret, described, jwk)
  }
  const publicJwk = publicMembersOf(jwk)
  const privateKey = isPrivateJwk(jwk) ? bareJwk(jwk) : undefined
  return importPair({ publicKey: publicJwk, privateKey }, described, publicJwk, {
    restrict: (operations) => allowedOperations(operations, jwk),
    exportableJwk: options.extractable === true ? bareJwk(jwk) : undefined,
  })
}

/**
 * Imports only the verification of signatures by a public JWK, with the checks of {@link importKey}: a key that is used
 * once needs no description.
 *
 * @throws {TypeError} like {@link importKey}.
 */
export function importVerification(jwk: JWK, alg: SignatureAlgorithm): MaybePromise<KeyOperations['verify']> {
  checkJwk(jwk, alg)
  const publicKey = publicMembersOf(jwk)
  if (!isOnCurve(publicKey)) throw new InvalidKeyError(`key: not a valid key for ${alg}`)
  return chain(checkSupported(alg), () =>
    chain(
      engine.importKeyPair({ publicKey, privateKey: undefined }, alg),
      (operations) => allowedOperations(operations, jwk).verify,
    ),
  )
}

/** Adds the public half to a private key, so that one key both signs and verifies. */
async function importPair(
  material: KeyPairMaterial,
  options: ImportKeyOptions,
  publicJwk: JWK | undefined,
  {
    restrict,
    exportableJwk,
  }: { restrict(operations: KeyOperations): KeyOperations; exportableJwk: JWK | undefined },
): Promise<Key> {
  const description = keyDescription(options)
  const { alg, kid, use } = description
  const refusal = new InvalidKeyError(`key: not a valid key for ${alg}`)
  if (publicJwk !== undefined && !isOnCurve(publicJwk)) throw refusal
  let operations: KeyOperations
  try {
    operations = await engine.importKeyPair(material, alg)
  } catch {
    // The runtime's own message can quote the material.
    throw refusal
  }
  const crv = curveOf(publicJwk)
  const restricted = restrict(operations)
  await checkHalves(operations, alg)
  const names = { alg, use, ...(kid !== undefined && { kid }) }
  return createKey(
    { ...description, type: material.privateKey ? 'private' : 'public', crv },
    {
      operations: restricted,
      publicJwk: publicJwk && { ...publicJwk, ...names },
      exportableJwk: exportableJwk && { ...exportableJwk, ...names },
    },
  )
}

const curveOf = (jwk: JWK | undefined): Curve | undefined =>
  Object.keys(coordinateBytes).find((curve): curve is Curve => curve === jwk?.crv)

const text = 'halves'
const none = new Uint8Array()
/** Supported by every runtime, regardless of other restrictions of the key. */
const contentEncryption = 'A128GCM'

async function verifiesItsOwn({ sign, verify }: KeyOperations): Promise<boolean> {
  return sign === undefined || verify === undefined || verify(text, await sign(text))
}

async function opensItsOwn({ encrypt, decrypt }: KeyOperations, alg: Algorithm): Promise<boolean> {
  if (encrypt === undefined || decrypt === undefined) return true
  const plaintext = new TextEncoder().encode(text)
  const segments = splitJwe(await encrypt(plaintext, { alg, enc: contentEncryption }))
  const bytesIn = (segment: string): Uint8Array => engine.decodeBase64url(segment) ?? none
  const opened = await decrypt({
    protectedHeader: parseHeaderSegment(segments.protectedHeader) ?? {},
    protectedSegment: segments.protectedHeader,
    contentEncryption,
    encryptedKey: bytesIn(segments.encryptedKey),
    iv: bytesIn(segments.iv),
    ciphertext: bytesIn(segments.ciphertext),
    tag: bytesIn(segments.tag),
  })
  return engine.decodeUtf8(opened) === text
}

/**
 * Detects mismatched halves of a pair at import, not at the first token. Not every runtime checks this.
 *
 * @throws {TypeError}
 */
async function checkHalves(operations: KeyOperations, alg: Algorithm): Promise<void> {
  const refusal = new InvalidKeyError(`key: not a valid key for ${alg}; its public and private half differ`)
  try {
    if ((await verifiesItsOwn(operations)) && (await opensItsOwn(operations, alg))) return
  } catch {
    throw refusal
  }
  throw refusal
}
