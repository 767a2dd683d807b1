import type { Curve } from '../crypto/algorithms.js'

/** The largest field element and its neighbours, which stand for -1, 0 and 1. */
const aroundThePrime = ['ec', 'ed', 'ee'].map((first) => `${first}${'ff'.repeat(30)}7f`)
const zeroAndOne = ['00', '01'].map((first) => first + '00'.repeat(31))

/** Every spelling of the points whose order divides 8, in hexadecimal, the sign bit left away. */
const points: Readonly<Partial<Record<Curve, readonly string[]>>> = {
  Ed25519: [
    ...zeroAndOne,
    ...aroundThePrime,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ],
  X25519: [
    ...zeroAndOne,
    ...aroundThePrime,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ],
}

const hexWithoutSign = (octets: Uint8Array): string =>
  [...octets]
    .map((octet, i) => (i === octets.length - 1 ? octet & 0x7f : octet).toString(16).padStart(2, '0'))
    .join('')

/**
 * Tells a public key of small order. Under one on Ed25519 anybody can sign, and runtimes verify it; one on
 * X25519 agrees with everybody on the same secret (RFC 7748 §6.1).
 */
export const isOfSmallOrder = (curve: Curve, x: Uint8Array): boolean =>
  points[curve]?.includes(hexWithoutSign(x)) === true
