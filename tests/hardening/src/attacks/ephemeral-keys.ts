import { encryptJwe } from '#core/jwe/encrypt.js'
import { bytes, testPublicKey } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import { shown, x25519Points } from './small-order-points.js'
import { sealedToP256, sealedWithKnownSecret, signed } from './tokens.js'
import { nestedUnder } from './verifiers.js'

const p256 = nestedUnder('ECDH-ES')
const x25519 = nestedUnder('ECDH-ES', 'A256GCM', 'X25519')
const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64url')
const filled = (bytes: number, byte: number): string => Buffer.alloc(bytes, byte).toString('base64url')
const point = (x: string, y: string, members: object = {}): object => ({
  kty: 'EC',
  crv: 'P-256',
  x,
  y,
  ...members,
})

const generator = point(
  hex('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'),
  hex('4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5'),
)

/** On the curve's twist, off it, and at its edges: agreements with such points give away the private key. */
const points: readonly (readonly [what: string, epk: object])[] = [
  ['(0, 0)', point(filled(32, 0), filled(32, 0))],
  ['(1, 1)', point(hex(`${'00'.repeat(31)}01`), hex(`${'00'.repeat(31)}01`))],
  ['all ones', point(filled(32, 0xff), filled(32, 0xff))],
  ['x beyond the field', point(filled(32, 0xff), filled(32, 1))],
  ['the generator with another y', { ...generator, y: filled(32, 2) }],
  ['the generator with y zero', { ...generator, y: filled(32, 0) }],
  [
    'the generator of another curve',
    point(
      hex('79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'),
      hex('483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'),
    ),
  ],
]

const seal = async (crv: 'X25519' | 'P-256') =>
  encryptJwe(new TextEncoder().encode(signed()), {
    keyManagement: 'ECDH-ES',
    contentEncryption: 'A256GCM',
    key: await testPublicKey('ECDH-ES', { crv }),
    protectedHeader: { cty: 'JWT' },
  })

const malformed: readonly (readonly [what: string, epk: unknown])[] = [
  ['absent', undefined],
  ['null', null],
  ['text', 'epk'],
  ['a number', 1],
  ['a list', [generator]],
  ['empty', {}],
  ['with a private member', { ...generator, d: filled(32, 1) }],
  ['without kty', { ...generator, kty: undefined }],
  ['of type OKP on P-256', { ...generator, kty: 'OKP' }],
  ['of type EC on X25519', { kty: 'EC', crv: 'X25519', x: filled(32, 9) }],
  ['of type oct', { kty: 'oct', k: filled(32, 9) }],
  ['without crv', { ...generator, crv: undefined }],
  ['on secp256k1', { ...generator, crv: 'secp256k1' }],
  ['on Ed25519', { kty: 'OKP', crv: 'Ed25519', x: filled(32, 9) }],
  ['on X448', { kty: 'OKP', crv: 'X448', x: filled(56, 9) }],
  ['on a list of curves', { ...generator, crv: ['P-256'] }],
  ['without y', { ...generator, y: undefined }],
  ['with x of 31 bytes', { ...generator, x: filled(31, 1) }],
  ['with x of 33 bytes', { ...generator, x: filled(33, 1) }],
  ['with x that is no text', { ...generator, x: [1, 2] }],
  ['with x that is padded', { ...generator, x: `${filled(32, 1)}=` }],
  ['with x of the other alphabet', { ...generator, x: filled(32, 0xff).replaceAll('_', '/') }],
]

/** Private members of every type of key, whatever they hold (RFC 7518 §4.6.1.1). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].map((name) => ({ [name]: 'AQ' }))

/** What WebCrypto exports beside the numbers of a public key for an agreement, said otherwise. */
const descriptions = [
  { key_ops: ['deriveBits'] },
  { key_ops: ['sign'] },
  { key_ops: 'deriveBits' },
  { key_ops: null },
  { ext: null },
  { ext: 'true' },
]

export const ephemeralKeys: Family = family(
  'epk off the curve, of low order, of another curve',
  {
    source: 'CVE-2017-16007, CVE-2023-25653, RFC 8725 §3.4',
    code: 'SB_INTEGRITY_FAILED',
    policy: p256,
    twin: () => sealedToP256(signed()),
  },
  [
    ...points.map(([what, epk]) => ({ what: `P-256: ${what}`, token: () => sealedWithKnownSecret(epk) })),
    ...x25519Points.map((x) => ({
      what: `X25519: low order, ${shown(x)}`,
      policy: x25519,
      token: () => sealedWithKnownSecret({ kty: 'OKP', crv: 'X25519', x: hex(x) }),
      twin: () => seal('X25519'),
    })),
    ...malformed.map(([what, epk]) => ({
      what,
      code: 'SB_HEADER_INVALID' as const,
      token: () => sealedWithKnownSecret(epk),
    })),
    ...[...privateMembers, ...descriptions].map((members) => ({
      what: `a good one with ${JSON.stringify(members)}`,
      code: 'SB_HEADER_INVALID' as const,
      token: () => sealedToP256(signed(), { cty: 'JWT' }, members),
      twin: () =>
        sealedToP256(signed(), { cty: 'JWT' }, { key_ops: [], ext: true, use: 'enc', kid: 'e', other: 1 }),
    })),
    {
      what: 'P-384 for a key on P-256',
      token: () => sealedWithKnownSecret({ kty: 'EC', crv: 'P-384', x: filled(48, 1), y: filled(48, 1) }),
    },
    { what: 'X25519 for a key on P-256', token: () => seal('X25519') },
    {
      what: 'P-256 for a key on X25519',
      policy: x25519,
      token: () => sealedToP256(signed()),
      twin: () => seal('X25519'),
    },
    ...['apu', 'apv'].flatMap((name) =>
      [1, ['QQ'], 'QQ==', 'Q', 'Q+Q', null].map((value) => ({
        what: `${name} ${JSON.stringify(value)}`,
        code: 'SB_HEADER_INVALID' as const,
        token: () => sealedToP256(signed(), { cty: 'JWT', [name]: value }),
      })),
    ),
    {
      what: 'apu that is not in the key',
      token: () => sealedToP256(signed(), { cty: 'JWT', apu: Buffer.from(bytes(8)).toString('base64url') }),
    },
  ],
)
