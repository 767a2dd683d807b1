import type { JWK } from 'jose'
import { engine } from '#crypto'

interface WeierstrassCurve {
  readonly prime: bigint
  readonly b: bigint
}

/** y² = x³ − 3x + b modulo the prime (NIST SP 800-186 §3.2.1). */
const curves: Readonly<Record<string, WeierstrassCurve>> = {
  'P-256': {
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  'P-384': {
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  'P-521': {
    prime: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
}

function numberOf(coordinate: string | undefined): bigint {
  const octets = coordinate === undefined ? undefined : engine.decodeBase64url(coordinate)
  let number = 0n
  for (const octet of octets ?? []) number = number * 256n + BigInt(octet)
  return number
}

/**
 * Tells whether a public key is a point on its curve (RFC 7518 §6.2.1), once its members have been checked.
 * Not every runtime finds that out before the key is used. The curves of RFC 7748 have no other points.
 */
export function isOnCurve({ crv = '', x: xText, y: yText }: JWK): boolean {
  const curve = Object.hasOwn(curves, crv) ? curves[crv] : undefined
  if (curve === undefined) return true
  const { prime, b } = curve
  const [x, y] = [numberOf(xText), numberOf(yText)]
  return x < prime && y < prime && (y * y - (x * x * x - 3n * x + b)) % prime === 0n
}
