import type { JWK } from 'jose'
import { engine } from '#crypto'
import {
  type Algorithm,
  akpKeyBytes,
  algorithms,
  type ContentEncryptionAlgorithm,
  type Curve,
  coordinateBytes,
  useOf,
} from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import type { MaybePromise } from '../maybe-promise.js'
import { InvalidKeyError } from './invalid-key-error.js'
import { isOfSmallOrder } from './public-point.js'

const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** The members of keys of type AKP; `alg` determines the format of the others (RFC 9964 §3). */
const akpMembers = { public: ['kty', 'alg', 'pub'], private: ['priv'] } as const

/** Whether a JWK is the private half of a pair. */
export const isPrivateJwk = (jwk: JWK): boolean => (jwk.kty === 'AKP' ? jwk.priv : jwk.d) !== undefined

/** Whether a JWK contains private members or a secret (RFC 7518 §6, RFC 9964 §3). */
export const hasPrivateMembers = (jwk: object): boolean =>
  [...privateMembers, ...akpMembers.private, 'oth', 'k'].some((name) => Object.hasOwn(jwk, name))

const minModulusBits = 2048

/** Maximum sizes of an RSA key. The cost of verifying grows with the square of the modulus. */
interface RsaLimits {
  readonly modulusBits: number
  readonly exponentBits: number
}

/** For the application's own keys. FIPS 186-5 §A.1.1 limits the exponent. */
const maxRsa: RsaLimits = { modulusBits: 16_384, exponentBits: 256 }
/** For keys published by another party, which determine the cost of each token. */
export const maxPublishedRsa: RsaLimits = { modulusBits: 8_192, exponentBits: 32 }

/** Copies the public members only. */
export function publicMembersOf(jwk: JWK): JWK {
  return copyOf(jwk, jwk.kty === 'AKP' ? akpMembers.public : publicMembers)
}

/** Copies the members that define the key, without metadata (`use`, `key_ops`, certificates). */
export function bareJwk(jwk: JWK): JWK {
  return { ...publicMembersOf(jwk), ...copyOf(jwk, jwk.kty === 'AKP' ? akpMembers.private : privateMembers) }
}

function copyOf(jwk: JWK, names: readonly (keyof JWK & string)[]): JWK {
  const copy: Record<string, unknown> = {}
  for (const name of names) if (jwk[name] !== undefined) copy[name] = jwk[name]
  return copy
}

const decoded = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' ? engine.decodeBase64url(value) : undefined

function bits(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  const top = bytes[first]
  return top === undefined ? 0 : (bytes.length - first) * 8 - Math.clz32(top) + 24
}

/** @throws {TypeError} for an RSA key that is too weak, or so large that each use is too expensive. */
export function checkModulusBits(size: number, { modulusBits }: RsaLimits = maxRsa): void {
  if (size >= minModulusBits && size <= modulusBits) return
  throw new InvalidKeyError(
    `key: an RSA modulus must have ${minModulusBits} to ${modulusBits} bits, not ${size} (RFC 7518 §3.3, §4.3); generate a new key`,
  )
}

const isOdd = (bytes: Uint8Array): boolean => (bytes.at(-1) ?? 0) % 2 === 1

/** @throws {TypeError} for RSA parameters that are invalid, too weak or above the limits. */
export function checkRsa(jwk: JWK, limits: RsaLimits = maxRsa): void {
  const modulus = decoded(jwk.n)
  const exponent = decoded(jwk.e)
  if (modulus === undefined || exponent === undefined)
    throw new InvalidKeyError('key: the JWK lacks a valid "n" or "e"')
  checkModulusBits(bits(modulus), limits)
  if (!isOdd(modulus)) throw new InvalidKeyError('key: the RSA modulus must be odd')
  // With e = 1, every message is its own signature.
  if (!isOdd(exponent) || bits(exponent) < 2)
    throw new InvalidKeyError('key: the RSA exponent must be odd and at least 3')
  if (bits(exponent) > limits.exponentBits)
    throw new InvalidKeyError(`key: the RSA exponent must have at most ${limits.exponentBits} bits`)
  // Some runtimes export absent members as undefined.
  if (jwk['oth'] !== undefined)
    throw new InvalidKeyError('key: RSA keys with more than two primes are not supported')
}

function checkCurve(jwk: JWK, alg: Algorithm): void {
  const { curves = [] } = algorithms[alg]
  const curve = curves.find((name) => name === jwk.crv && curveKeyType(name) === jwk.kty)
  if (curve === undefined) throw new InvalidKeyError(`key: ${alg} needs a key on ${curves.join(', ')}`)
  const names = jwk.kty === 'EC' ? (['x', 'y'] as const) : (['x'] as const)
  for (const name of names) {
    const coordinate = decoded(jwk[name])
    if (coordinate?.length !== coordinateBytes[curve])
      throw new InvalidKeyError(coordinateFault(name, curve, coordinate))
    if (isOfSmallOrder(curve, coordinate)) {
      throw new InvalidKeyError('key: a public key of small order provides no security; generate a new key')
    }
  }
}

/** RFC 7518 §6.2.1.2 fixes the length. Some publishers strip leading zeros; another implementation could then read a different key. */
function coordinateFault(name: string, curve: Curve, coordinate: Uint8Array | undefined): string {
  const fault = `key: "${name}" of the JWK must be ${coordinateBytes[curve]} bytes, base64url without padding`
  if (coordinate === undefined || coordinate.length > coordinateBytes[curve]) return fault
  return `${fault}, not ${coordinate.length}; its publisher may strip leading zeros (RFC 7518 §6.2.1.2)`
}

/** RFC 9964 §4. */
const seedBytes = 32

/** @throws {TypeError} for members of another length than the algorithm's. */
function checkAkp(jwk: JWK, alg: Algorithm): void {
  const length = akpKeyBytes(alg)
  if (decoded(jwk.pub)?.length !== length) {
    throw new InvalidKeyError(
      `key: "pub" of the JWK must be ${length} bytes for ${alg}, base64url without padding`,
    )
  }
  if (jwk.priv === undefined || decoded(jwk.priv)?.length === seedBytes) return
  throw new InvalidKeyError(
    `key: "priv" of the JWK must be the seed, ${seedBytes} bytes, base64url without padding; an expanded private key is not accepted (RFC 9964 §4)`,
  )
}

const curveKeyType = (curve: Curve): 'EC' | 'OKP' => (curve.startsWith('P-') ? 'EC' : 'OKP')

/**
 * Checks a JWK against its intended algorithm: `kty`, curve, size and, if present, `alg` and `use` (RFC 7517 §4).
 * Does not check whether a point is on its curve: `isOnCurve` does.
 *
 * @throws {TypeError}
 */
export function checkJwk(jwk: JWK, alg: Algorithm, enc?: ContentEncryptionAlgorithm): void {
  checkDescription(jwk, alg, enc)
  if (jwk.kty === 'RSA') checkRsa(jwk)
  else if (jwk.kty === 'EC' || jwk.kty === 'OKP') checkCurve(jwk, alg)
  else if (jwk.kty === 'AKP') checkAkp(jwk, alg)
}

const akpNeedsAlg = 'key: a JWK of type AKP needs "alg", which determines its format (RFC 9964 §3)'

/** The part of {@link checkJwk} that checks names only. @throws {TypeError} */
export function checkDescription(jwk: JWK, alg: Algorithm, enc?: ContentEncryptionAlgorithm): void {
  const { kty } = algorithms[alg]
  const use = useOf(alg)
  if (!kty.some((type) => type === jwk.kty)) {
    throw new InvalidKeyError(`key: ${alg} needs a key of type ${kty.join(' or ')}`)
  }
  if (jwk.kty === 'AKP' && jwk.alg === undefined) throw new InvalidKeyError(akpNeedsAlg)
  // A secret that is the CEK itself may have the content encryption as "alg" (RFC 7517 §4.4, RFC 7520 §5.6.1).
  const names: readonly unknown[] = alg === 'dir' ? [undefined, alg, enc] : [undefined, alg]
  if (!names.includes(jwk.alg)) {
    throw new InvalidKeyError(`key: the "alg" of the JWK is not ${alg}; import it for its own "alg"`)
  }
  // A member of WebCrypto, which nothing here depends on, but a malformed JWK is not imported.
  if (jwk.ext !== undefined && typeof jwk.ext !== 'boolean') {
    throw new InvalidKeyError('key: "ext" of the JWK must be true or false')
  }
  if (jwk.use !== undefined && jwk.use !== use) {
    throw new InvalidKeyError(`key: the JWK's "use" must be "${use}" for ${alg}`)
  }
}

/** `key_ops` values that allow each operation (RFC 7517 §4.3). */
const operationNames: Readonly<Record<keyof KeyOperations, readonly string[]>> = {
  sign: ['sign'],
  verify: ['verify'],
  encrypt: ['encrypt', 'wrapKey'],
  decrypt: ['decrypt', 'unwrapKey'],
}
const agreementNames = ['deriveKey', 'deriveBits']

/**
 * Restricts a key to the operations in its `key_ops`.
 *
 * @throws {TypeError} if none remains.
 */
export function allowedOperations(operations: KeyOperations, jwk: JWK): KeyOperations {
  const named: unknown = jwk.key_ops
  if (named === undefined) return operations
  // Not `every` alone, which skips the holes of a list.
  if (!Array.isArray(named) || !Array.from(named).every((name) => typeof name === 'string' && name !== '')) {
    throw new InvalidKeyError('key: "key_ops" of the JWK must be a list of names')
  }
  if (new Set(named).size < named.length) {
    throw new InvalidKeyError('key: "key_ops" of the JWK names an operation twice (RFC 7517 §4.3)')
  }
  const agrees = isAgreementKey(jwk) && operations.sign === undefined && operations.verify === undefined
  // WebCrypto exports the public half of a key agreement pair with an empty list.
  if (agrees && named.length === 0 && jwk.d === undefined) return operations
  const allowed = Object.entries(operations).filter(([name]) => {
    // The keys of KeyOperations.
    const names = agrees ? agreementNames : operationNames[name as keyof KeyOperations]
    return names.some((operation) => named.includes(operation))
  })
  if (allowed.length === 0)
    throw new InvalidKeyError('key: "key_ops" of the JWK allows no operation of its algorithm', {
      isOfOneAlgorithm: true,
    })
  return Object.fromEntries(allowed)
}

const isAgreementKey = (jwk: JWK): boolean => jwk.kty === 'EC' || jwk.crv === 'X25519'

/** The required members of a public key, in lexicographic order (RFC 7638 §3.2, RFC 8037 §2, RFC 9964 §6). */
const membersOfType: Readonly<Record<string, readonly (keyof JWK & string)[]>> = {
  AKP: ['alg', 'kty', 'pub'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/**
 * The SHA-256 thumbprint of a public key, `undefined` for a JWK that is not one. The members are used as they are,
 * without validation.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7638#section-3 RFC 7638 §3}
 */
export function jwkThumbprint(jwk: JWK): MaybePromise<string> | undefined {
  const members =
    typeof jwk.kty === 'string' && Object.hasOwn(membersOfType, jwk.kty) && membersOfType[jwk.kty]
  if (!members) return undefined
  if (!members.every((name) => typeof jwk[name] === 'string')) return undefined
  return engine.hash(`{${members.map((name) => `"${name}":${JSON.stringify(jwk[name])}`).join()}}`)
}
