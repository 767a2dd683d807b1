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

const smallestModulusBits = 2048
/** Verifying costs time that grows with the square of the modulus. */
const largestModulusBits = 16384
/** FIPS 186-5 §A.1.1. */
const largestExponentBits = 256

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

const octetsOf = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' ? engine.decodeBase64url(value) : undefined

function bits(octets: Uint8Array): number {
  const first = octets.findIndex((octet) => octet !== 0)
  const top = octets[first]
  return top === undefined ? 0 : (octets.length - first) * 8 - Math.clz32(top) + 24
}

/** @throws {TypeError} for an RSA key that is too weak, or so large that using it is a burden. */
export function checkModulusBits(size: number): void {
  if (size >= smallestModulusBits && size <= largestModulusBits) return
  throw new TypeError(
    `key: an RSA modulus must have ${smallestModulusBits} to ${largestModulusBits} bits, not ${size} (RFC 7518 §3.3, §4.3); make a new key`,
  )
}

const isOdd = (octets: Uint8Array): boolean => (octets.at(-1) ?? 0) % 2 === 1

function checkRsa(jwk: JWK): void {
  const modulus = octetsOf(jwk.n)
  const exponent = octetsOf(jwk.e)
  if (modulus === undefined || exponent === undefined)
    throw new TypeError('key: the JWK lacks a valid "n" or "e"')
  checkModulusBits(bits(modulus))
  if (!isOdd(modulus)) throw new TypeError('key: the RSA modulus must be odd')
  // With e = 1 every message is its own signature.
  if (!isOdd(exponent) || bits(exponent) < 2)
    throw new TypeError('key: the RSA exponent must be odd and at least 3')
  if (bits(exponent) > largestExponentBits)
    throw new TypeError(`key: the RSA exponent must have at most ${largestExponentBits} bits`)
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
    const coordinate = octetsOf(jwk[name])
    if (coordinate?.length !== coordinateBytes[curve]) {
      throw new TypeError(`key: "${name}" of the JWK must be ${coordinateBytes[curve]} octets, base64url`)
    }
    if (isOfSmallOrder(curve, coordinate)) {
      throw new TypeError('key: a public key of small order protects nothing; make a new key')
    }
  }
}

const curveKeyType = (curve: Curve): 'EC' | 'OKP' => (curve.startsWith('P-') ? 'EC' : 'OKP')

/**
 * Checks what a JWK says of itself against the algorithm it is to serve: `kty`, curve, size, and where
 * present `alg`, `use` and `key_ops` (RFC 7517 §4). Whether a point is on its curve, `isOnCurve` tells.
 *
 * @throws {TypeError}
 */
export function checkJwk(jwk: JWK, alg: Algorithm, enc?: ContentEncryptionAlgorithm): void {
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
  if (jwk.kty === 'RSA') checkRsa(jwk)
  else if (jwk.kty === 'EC' || jwk.kty === 'OKP') checkCurve(jwk, alg)
}
