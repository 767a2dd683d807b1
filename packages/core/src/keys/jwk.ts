import type { JWK } from 'jose'
import { engine } from '#crypto'
import {
  type Algorithm,
  algorithms,
  type ContentEncryptionAlgorithm,
  type Curve,
  coordinateBytes,
  useOf,
} from '../crypto/algorithms.js'
import { isOfSmallOrder } from './public-point.js'

const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** Whether a JWK has anything in it that only its owner may know (RFC 7518 §6). */
export const hasPrivateMembers = (jwk: JWK): boolean =>
  [...privateMembers, 'oth', 'k'].some((name) => Object.hasOwn(jwk, name))

const smallestModulusBits = 2048

/** How large an RSA key may be. Verifying costs time that grows with the square of the modulus. */
export interface RsaLimits {
  readonly modulusBits: number
  readonly exponentBits: number
}

/** For keys of the application's own. FIPS 186-5 §A.1.1 limits the exponent. */
const largestRsa: RsaLimits = { modulusBits: 16_384, exponentBits: 256 }
/** For keys that others publish: they decide what each token costs here. */
export const largestPublishedRsa: RsaLimits = { modulusBits: 8_192, exponentBits: 32 }

/** Copies the members that anyone may see, and none else. */
export function publicMembersOf(jwk: JWK): JWK {
  const copy: Record<string, unknown> = {}
  for (const name of publicMembers) if (jwk[name] !== undefined) copy[name] = jwk[name]
  return copy
}

/** Copies the key's own numbers, and leaves out what only describes it (`use`, `key_ops`, certificates). */
export function bareJwk(jwk: JWK): JWK {
  const copy: Record<string, unknown> = publicMembersOf(jwk)
  for (const name of privateMembers) if (jwk[name] !== undefined) copy[name] = jwk[name]
  return copy
}

const bytesOf = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' ? engine.decodeBase64url(value) : undefined

function bits(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  const top = bytes[first]
  return top === undefined ? 0 : (bytes.length - first) * 8 - Math.clz32(top) + 24
}

/** @throws {TypeError} for an RSA key that is too weak, or so large that each use costs too much. */
export function checkModulusBits(size: number, { modulusBits }: RsaLimits = largestRsa): void {
  if (size >= smallestModulusBits && size <= modulusBits) return
  throw new TypeError(
    `key: an RSA modulus must have ${smallestModulusBits} to ${modulusBits} bits, not ${size} (RFC 7518 §3.3, §4.3); make a new key`,
  )
}

const isOdd = (bytes: Uint8Array): boolean => (bytes.at(-1) ?? 0) % 2 === 1

/** @throws {TypeError} for the numbers of an RSA key that are invalid, too weak or above the limits. */
export function checkRsa(jwk: JWK, limits: RsaLimits = largestRsa): void {
  const modulus = bytesOf(jwk.n)
  const exponent = bytesOf(jwk.e)
  if (modulus === undefined || exponent === undefined)
    throw new TypeError('key: the JWK lacks a valid "n" or "e"')
  checkModulusBits(bits(modulus), limits)
  if (!isOdd(modulus)) throw new TypeError('key: the RSA modulus must be odd')
  // With e = 1 every message is its own signature.
  if (!isOdd(exponent) || bits(exponent) < 2)
    throw new TypeError('key: the RSA exponent must be odd and at least 3')
  if (bits(exponent) > limits.exponentBits)
    throw new TypeError(`key: the RSA exponent must have at most ${limits.exponentBits} bits`)
  // Some runtimes export absent members as undefined.
  if (jwk['oth'] !== undefined)
    throw new TypeError('key: RSA keys with more than two primes are not supported')
}

function checkCurve(jwk: JWK, alg: Algorithm): void {
  const { curves = [] } = algorithms[alg]
  const curve = curves.find((name) => name === jwk.crv && curveKeyType(name) === jwk.kty)
  if (curve === undefined) throw new TypeError(`key: ${alg} needs a key on ${curves.join(', ')}`)
  const names = jwk.kty === 'EC' ? (['x', 'y'] as const) : (['x'] as const)
  for (const name of names) {
    const coordinate = bytesOf(jwk[name])
    if (coordinate?.length !== coordinateBytes[curve])
      throw new TypeError(coordinateFault(name, curve, coordinate))
    if (isOfSmallOrder(curve, coordinate)) {
      throw new TypeError('key: a public key of small order protects nothing; make a new key')
    }
  }
}

/** RFC 7518 §6.2.1.2 fixes the length; some publishers strip leading zeros, and another reads them as another key. */
function coordinateFault(name: string, curve: Curve, coordinate: Uint8Array | undefined): string {
  const fault = `key: "${name}" of the JWK must be ${coordinateBytes[curve]} bytes, base64url without padding`
  if (coordinate === undefined || coordinate.length > coordinateBytes[curve]) return fault
  return `${fault}, not ${coordinate.length}; its publisher may strip leading zeros (RFC 7518 §6.2.1.2)`
}

const curveKeyType = (curve: Curve): 'EC' | 'OKP' => (curve.startsWith('P-') ? 'EC' : 'OKP')

/**
 * Checks what a JWK says of itself against the algorithm it is to serve: `kty`, curve, size, and where
 * present `alg` and `use` (RFC 7517 §4). Does not check whether a point is on its curve: `isOnCurve` does.
 *
 * @throws {TypeError}
 */
export function checkJwk(jwk: JWK, alg: Algorithm, enc?: ContentEncryptionAlgorithm): void {
  checkDescription(jwk, alg, enc)
  if (jwk.kty === 'RSA') checkRsa(jwk)
  else if (jwk.kty === 'EC' || jwk.kty === 'OKP') checkCurve(jwk, alg)
}

/** The part of {@link checkJwk} that looks at names alone. @throws {TypeError} */
export function checkDescription(jwk: JWK, alg: Algorithm, enc?: ContentEncryptionAlgorithm): void {
  const { kty } = algorithms[alg]
  const use = useOf(alg)
  if (!kty.some((type) => type === jwk.kty)) {
    throw new TypeError(`key: ${alg} needs a key of type ${kty.join(' or ')}`)
  }
  // A secret that is the CEK itself may be named by what it encrypts with (RFC 7517 §4.4, RFC 7520 §5.6.1).
  const names: readonly unknown[] = alg === 'dir' ? [undefined, alg, enc] : [undefined, alg]
  if (!names.includes(jwk.alg)) {
    throw new TypeError(
      `key: the JWK says it is for another "alg" than ${alg}; import it for the one it names`,
    )
  }
  if (jwk.use !== undefined && jwk.use !== use) {
    throw new TypeError(`key: the JWK's "use" must be "${use}" for ${alg}`)
  }
}
