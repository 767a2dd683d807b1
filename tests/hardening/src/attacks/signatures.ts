import { createPublicKey, sign } from 'node:crypto'
import { segment, withSegment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { pem } from '#core-test-kit/test-keys.js'
import { handPss } from '../testing/hand-padded.js'
import { type Family, family } from './attack.js'
import { derSignature, signed, signedWith } from './tokens.js'
import { ES256, HS256, publicKeyPolicy, RS256 } from './verifiers.js'

const curves = {
  ES256: {
    policy: ES256,
    bytes: 32,
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  },
  ES384: {
    policy: publicKeyPolicy('ES384'),
    bytes: 48,
    order: `${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`,
  },
  ES512: {
    policy: publicKeyPolicy('ES512'),
    bytes: 66,
    order: `01${'f'.repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
  },
} as const
type Curve = keyof typeof curves

const inputOf = (alg: Curve): string => `${segment({ alg, typ: 'at+jwt' })}.${segment(goodClaims)}`
const bytesIn = (hex: string): Buffer => Buffer.from(hex, 'hex')
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

/** Only P-521 leaves room above its order. */
const plus = (number: Buffer, order: string, bytes: number): Buffer =>
  bytesIn((numberOf(number) + BigInt(`0x${order}`)).toString(16).padStart(2 * bytes, '0'))

function ecdsa(alg: Curve): readonly (readonly [what: string, signature: () => Uint8Array])[] {
  const { bytes, order } = curves[alg]
  const number = (value: number): string => value.toString(16).padStart(2 * bytes, '0')
  const good = (): Buffer => Buffer.from(signedWith(alg).split('.')[2] ?? '', 'base64url')
  const [r, s] = [(): Buffer => good().subarray(0, bytes), (): Buffer => good().subarray(bytes)]
  const both = (one: string, other: string) => (): Buffer => bytesIn(one + other)
  return [
    ['zeros', both(number(0), number(0))],
    ['r zero', () => Buffer.concat([Buffer.alloc(bytes), s()])],
    ['s zero', () => Buffer.concat([r(), Buffer.alloc(bytes)])],
    ['r and s one', both(number(1), number(1))],
    ['r the order', () => Buffer.concat([bytesIn(order), s()])],
    ['s the order', () => Buffer.concat([r(), bytesIn(order)])],
    ['both the order', both(order, order)],
    ['all ones', () => Buffer.alloc(2 * bytes, 0xff)],
    ['nothing', () => new Uint8Array()],
    ['one byte less', () => good().subarray(1)],
    ['an byte more in front', () => Buffer.concat([Buffer.alloc(1), good()])],
    ['an byte more behind', () => Buffer.concat([good(), Buffer.alloc(1)])],
    ...(bytes === 66
      ? ([
          ['r with the order added', () => Buffer.concat([plus(r(), order, bytes), s()])],
          ['s with the order added', () => Buffer.concat([r(), plus(s(), order, bytes)])],
        ] as const)
      : []),
    ['r alone', r],
    ['the halves in the wrong order', () => Buffer.concat([s(), r()])],
    ['the right one in DER', () => derSignature[alg](inputOf(alg))],
    ['zeros in DER', () => bytesIn('3006020100020100')],
    ['nothing in DER', () => bytesIn('3000')],
  ]
}

/** Zero passes where r and s are not looked at (“psychic signatures”); DER is not what RFC 7518 §3.4 has. */
export const ecdsaSignatures: Family = family(
  'ECDSA signatures of zeros, in DER, of another length',
  { source: 'CVE-2022-21449, RFC 7518 §3.4', code: 'SB_INTEGRITY_FAILED' },
  [
    ...(Object.keys(curves) as Curve[]).flatMap(
      (
        alg, // The keys of a constant.
      ) =>
        ecdsa(alg).map(([what, signature]) => ({
          what: `${alg}: ${what}`,
          policy: curves[alg].policy,
          token: () => `${inputOf(alg)}.${segment(signature())}`,
          twin: () => signedWith(alg),
        })),
    ),
  ],
)

const edwardsOrder = 2n ** 252n + 27742317777372353535851937790883648493n
const littleEndian = (value: bigint): Buffer => bytesIn(value.toString(16).padStart(64, '0')).reverse()
const signatureOf = (token: string): Buffer => Buffer.from(token.split('.')[2] ?? '', 'base64url')
const withSignature = (token: string, change: (signature: Buffer) => Uint8Array): string =>
  withSegment(token, 2, () => segment(change(signatureOf(token))))

const modulus = BigInt(
  `0x${Buffer.from(String(createPublicKey(pem('rsa.spki')).export({ format: 'jwk' }).n), 'base64url').toString('hex')}`,
)
const rsaNumber = (value: bigint, bytes = 256): Buffer => bytesIn(value.toString(16).padStart(2 * bytes, '0'))

function signedByHand(alg: string, signer: (input: string) => Buffer): string {
  const input = `${segment({ alg, typ: 'at+jwt' })}.${segment(goodClaims)}`
  return `${input}.${segment(signer(input))}`
}

export const otherSignatures: Family = family(
  'EdDSA, RSA and HMAC signatures that are almost right',
  { source: 'RFC 8032 §5.1.7, RFC 8017 §8.2.2', code: 'SB_INTEGRITY_FAILED' },
  [
    ...(
      [
        ['zeros', () => Buffer.alloc(64)],
        ['nothing', () => Buffer.alloc(0)],
        ['R the neutral point, S zero', () => Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])],
        [
          'S and the order',
          (good) =>
            Buffer.concat([
              good.subarray(0, 32),
              littleEndian(numberOf(Buffer.from(good.subarray(32)).reverse()) + edwardsOrder),
            ]),
        ],
        ['an byte more', (good) => Buffer.concat([good, Buffer.alloc(1)])],
        ['R alone', (good) => good.subarray(0, 32)],
        ['the halves in the wrong order', (good) => Buffer.concat([good.subarray(32), good.subarray(0, 32)])],
      ] as readonly (readonly [string, (good: Buffer) => Buffer])[]
    ).map(([what, change]) => ({
      what: `EdDSA: ${what}`,
      policy: publicKeyPolicy('EdDSA'),
      token: () => withSignature(signedWith('EdDSA'), change),
      twin: () => signedWith('EdDSA'),
    })),
    ...(
      [
        ['zero', () => rsaNumber(0n)],
        ['one', () => rsaNumber(1n)],
        ['the modulus less one', () => rsaNumber(modulus - 1n)],
        ['the modulus', () => rsaNumber(modulus)],
        ['the right one with the modulus added', (good) => rsaNumber(numberOf(good) + modulus, 257)],
        ['the right one with a zero in front', (good) => Buffer.concat([Buffer.alloc(1), good])],
        ['the right one with a zero behind', (good) => Buffer.concat([good, Buffer.alloc(1)])],
        ['the right one less its last byte', (good) => good.subarray(0, -1)],
        ['the modulus less the right one', (good) => rsaNumber(modulus - numberOf(good))],
        ['all ones', () => Buffer.alloc(256, 0xff)],
        ['nothing', () => Buffer.alloc(0)],
      ] as readonly (readonly [string, (good: Buffer) => Buffer])[]
    ).flatMap(([what, change]) =>
      (
        [
          ['RS256', RS256],
          ['PS256', publicKeyPolicy('PS256')],
        ] as const
      ).map(([alg, policy]) => ({
        what: `${alg}: ${what}`,
        policy,
        token: () => withSignature(signedWith(alg), change),
        twin: () => signedWith(alg),
      })),
    ),
    ...[0, 20, 31, 33, 64, 222].map((saltLength) => ({
      what: `PS256: a salt of ${saltLength} bytes`,
      source: 'RFC 7518 §3.5',
      policy: publicKeyPolicy('PS256'),
      token: () => signedByHand('PS256', (input) => handPss(input, 'rsa', saltLength)),
      twin: () => signedWith('PS256'),
    })),
    ...['sha1', 'sha384', 'md5'].map((hash) => ({
      what: `RS256: with ${hash}`,
      source: 'RFC 7518 §3.3',
      policy: RS256,
      token: () => signedByHand('RS256', (input) => sign(hash, Buffer.from(input), pem('rsa.pkcs8'))),
      twin: () => signedWith('RS256'),
    })),
    ...[0, 1, 8, 16, 31, 33, 64].map((length) => ({
      what: `HS256: a MAC of ${length} bytes`,
      source: 'RFC 7518 §3.2',
      policy: HS256,
      token: () => withSignature(signed(), (mac) => Buffer.concat([mac, mac]).subarray(0, length)),
      twin: () => signed(),
    })),
  ],
)
