import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pem } from '../../test-kit/test-keys.js'
import { isOnCurve } from './public-point.js'

const primes = {
  'P-256': 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  'P-384': 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  'P-521': 2n ** 521n - 1n,
} as const

const numberOf = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`)

describe.each(['P-256', 'P-384', 'P-521'] as const)('a key on %s', (crv) => {
  const prime = primes[crv]
  const { x = '', y = '' } = createPublicKey(pem(`ec-${crv}.spki`)).export({ format: 'jwk' })
  const bytes = Buffer.from(x, 'base64url').length
  const textOf = (number: bigint): string =>
    Buffer.from(number.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64url')

  test.each<[string, object]>([
    ['as it is', {}],
    ['with the other y', { y: textOf(prime - numberOf(y)) }],
  ])('is on it %s', (_, change) => {
    expect(isOnCurve({ kty: 'EC', crv, x, y, ...change })).toBe(true)
  })

  test.each<[string, object]>([
    ['one bit of x changed', { x: textOf(numberOf(x) ^ 1n) }],
    ['one bit of y changed', { y: textOf(numberOf(y) ^ 1n) }],
    ['x for y', { y: x }],
    ['zeros', { x: textOf(0n), y: textOf(0n) }],
    ['the prime itself', { x: textOf(prime), y: textOf(prime) }],
    ['no y', { y: undefined }],
  ])('is not on it with %s', (_, change) => {
    expect(isOnCurve({ kty: 'EC', crv, x, y, ...change })).toBe(false)
  })
})

test.each(['x', 'y'] as const)(
  'a coordinate for %s not below the prime is another encoding of the point',
  (name) => {
    // P-521 leaves room for it: seven bits of 66 bytes.
    const { x = '', y = '' } = createPublicKey(pem('ec-P-521.spki')).export({ format: 'jwk' })
    const good = { kty: 'EC', crv: 'P-521', x, y }
    const more = (numberOf(good[name]) + primes['P-521']).toString(16).padStart(132, '0')
    expect(isOnCurve(good)).toBe(true)
    expect(isOnCurve({ ...good, [name]: Buffer.from(more, 'hex').toString('base64url') })).toBe(false)
  },
)

test.each(['X25519', 'Ed25519', 'constructor'])('does not check %s', (crv) => {
  expect(isOnCurve({ kty: 'OKP', crv, x: 'AAAA' })).toBe(true)
})
