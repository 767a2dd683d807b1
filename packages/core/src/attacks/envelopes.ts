import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { encryptJwe } from '../jwe/encrypt.js'
import { importKey } from '../keys/import.js'
import { handSeal, segment, withJson, withSegment } from '../testing/hand-made.js'
import { handWrap } from '../testing/hand-wrapped.js'
import { goodClaims } from '../testing/parties.js'
import { octets, pem, testKey } from '../testing/test-keys.js'
import { untyped } from '../testing/untyped.js'
import { type Family, family, type Policy } from './attack.js'
import { dir, encrypted, nestedDir, nestedUnder } from './judges.js'
import {
  envelopeHeader,
  jweHeader,
  nested,
  sealed,
  sealedToP256,
  sealedToRsa,
  sealingSecret,
  signed,
} from './tokens.js'

type Alg = 'dir' | 'A256KW' | 'A256GCMKW' | 'RSA-OAEP-256' | 'ECDH-ES'
type Enc = 'A256GCM' | 'A128CBC-HS256'

const judges = new Map<string, Policy>()
const judge = (alg: Alg, enc: Enc): Policy => {
  const name = `${alg} ${enc}`
  const policy = judges.get(name) ?? nestedUnder(alg, enc)
  judges.set(name, policy)
  return policy
}
const seal = async (alg: Alg, enc: Enc): Promise<string> =>
  encryptJwe(new TextEncoder().encode(signed()), {
    keyManagement: alg,
    contentEncryption: enc,
    key: await testKey(alg, { first: 100, enc }),
    protectedHeader: { cty: 'JWT' },
  })
const changed = async (alg: Alg, enc: Enc, index: number, change: (octets: Buffer) => Uint8Array) =>
  withSegment(await seal(alg, enc), index, (text) => segment(change(Buffer.from(text, 'base64url'))))

const cut = (bytes: number) => (all: Buffer) => all.subarray(0, bytes)
const extended = (all: Buffer) => Buffer.concat([all, Buffer.alloc(1)])
const zeros = (all: Buffer) => Buffer.alloc(all.length)

const lengths: readonly (readonly [enc: Enc, part: string, index: number, bytes: readonly number[]])[] = [
  ['A256GCM', 'tag', 4, [0, 1, 4, 8, 12, 13, 14, 15]],
  ['A256GCM', 'IV', 2, [0, 1, 8, 11]],
  ['A128CBC-HS256', 'tag', 4, [0, 1, 4, 8, 12, 15]],
  ['A128CBC-HS256', 'IV', 2, [0, 8, 12, 15]],
  ['A128CBC-HS256', 'ciphertext', 3, [0, 1, 15, 16, 17, 32]],
  ['A256GCM', 'ciphertext', 3, [0, 1, 16]],
]

export const truncated: Family = family(
  'tags, IVs and ciphertexts cut short',
  { source: 'RFC 7518 §5.2.2.2, §5.3', code: 'SB_INTEGRITY_FAILED' },
  [
    ...lengths.flatMap(([enc, part, index, bytes]) =>
      bytes.map((length) => ({
        what: `${enc}: ${part} of ${length} octets`,
        policy: judge('dir', enc),
        token: () => changed('dir', enc, index, cut(length)),
        twin: () => seal('dir', enc),
      })),
    ),
    ...(['A256GCM', 'A128CBC-HS256'] as const).flatMap((enc) =>
      (
        [
          ['IV', 2],
          ['ciphertext', 3],
          ['tag', 4],
        ] as const
      ).flatMap(([part, index]) => [
        {
          what: `${enc}: ${part} with an octet more`,
          policy: judge('dir', enc),
          token: () => changed('dir', enc, index, extended),
          twin: () => seal('dir', enc),
        },
        {
          what: `${enc}: ${part} of zeros`,
          policy: judge('dir', enc),
          token: () => changed('dir', enc, index, zeros),
          twin: () => seal('dir', enc),
        },
      ]),
    ),
    ...(['padding', 'MAC', 'encrypted key'] as const).map((part) => ({
      what: `A128CBC-HS256: a wrong ${part}`,
      // All of them in one way, which says nothing of the padding.
      source: 'CVE-2021-29443, RFC 7516 §11.5',
      policy: judge('A256KW', 'A128CBC-HS256'),
      token: () =>
        changed('A256KW', 'A128CBC-HS256', { padding: 3, MAC: 4, 'encrypted key': 1 }[part], (all) => {
          all[all.length - (part === 'padding' ? 17 : 1)] = (all.at(part === 'padding' ? -17 : -1) ?? 0) ^ 1
          return all
        }),
      twin: () => seal('A256KW', 'A128CBC-HS256'),
    })),
    ...[1, 8, 16, 32].map((length) => ({
      what: `A256GCM: sealed under an IV of ${length} octets`,
      policy: nestedDir,
      token: () => handSeal(envelopeHeader, signed(), sealingSecret, { iv: octets(length) }),
      twin: () => nested(),
    })),
    ...(['iv', 'tag'] as const).flatMap((name) =>
      [
        '',
        'AAAA',
        segment(octets(name === 'iv' ? 11 : 15)),
        segment(octets(17)),
        `${segment(octets(name === 'iv' ? 12 : 16))}=`,
        1,
        null,
        undefined,
      ].map((value) => ({
        what: `A256GCMKW: ${name} of the key ${JSON.stringify(value)}`,
        source: 'RFC 7518 §4.7.1',
        policy: judge('A256GCMKW', 'A256GCM'),
        code: 'SB_HEADER_INVALID' as const,
        token: async () => withJson(await seal('A256GCMKW', 'A256GCM'), 0, { [name]: value }),
        twin: () => seal('A256GCMKW', 'A256GCM'),
      })),
    ),
  ],
)

const keyless = ['dir', 'ECDH-ES'] as const
const keyed = ['A256KW', 'A256GCMKW', 'RSA-OAEP-256'] as const
const wrapped = (cek: Uint8Array): string =>
  handSeal({ alg: 'A256KW', enc: 'A256GCM', cty: 'JWT' }, signed(), cek, {
    encryptedKey: handWrap(cek, sealingSecret),
  })

export const encryptedKeys: Family = family(
  'encrypted_key where none may be, none where one must be',
  { source: 'RFC 7516 §5.2', code: 'SB_INTEGRITY_FAILED' },
  [
    ...keyless.flatMap((alg) =>
      (
        [
          ['one octet', 1],
          ['a CEK', 32],
          ['a wrapped CEK', 40],
        ] as const
      ).map(([what, length]) => ({
        what: `${alg}: ${what}`,
        policy: judge(alg, 'A256GCM'),
        token: async () => withSegment(await seal(alg, 'A256GCM'), 1, () => segment(octets(length))),
        twin: () => seal(alg, 'A256GCM'),
      })),
    ),
    ...keyed.flatMap((alg) =>
      (
        [
          ['none', () => new Uint8Array()],
          ['half of it', (all: Buffer) => all.subarray(0, all.length / 2)],
          ['an octet more', extended],
          ['zeros', zeros],
        ] as const
      ).map(([what, change]) => ({
        what: `${alg}: ${what}`,
        policy: judge(alg, 'A256GCM'),
        token: () => changed(alg, 'A256GCM', 1, change),
        twin: () => seal(alg, 'A256GCM'),
      })),
    ),
    ...[16, 24].map((length) => ({
      what: `A256KW: a CEK of ${length} octets, which A256GCM does not have`,
      policy: judge('A256KW', 'A256GCM'),
      token: () =>
        handSeal({ alg: 'A256KW', enc: 'A256GCM', cty: 'JWT' }, signed(), octets(length), {
          encryptedKey: handWrap(octets(length), sealingSecret),
        }),
      twin: () => wrapped(octets(32)),
    })),
    ...[16, 64].map((length) => ({
      what: `A256KW: a CEK of ${length} octets in place of 32`,
      policy: judge('A256KW', 'A256GCM'),
      token: () =>
        withSegment(wrapped(octets(32)), 1, () => segment(handWrap(octets(length), sealingSecret))),
      twin: () => wrapped(octets(32)),
    })),
    ...[16, 24].map((length) => ({
      what: `RSA-OAEP-256: a CEK of ${length} octets, which A256GCM does not have`,
      policy: judge('RSA-OAEP-256', 'A256GCM'),
      token: () => sealedToRsa(signed(), undefined, octets(length)),
      twin: () => sealedToRsa(signed(), undefined, octets(32)),
    })),
    ...[1, 31, 33, 64, 190].map((length) => ({
      what: `RSA-OAEP-256: a CEK of ${length} octets in place of 32`,
      policy: judge('RSA-OAEP-256', 'A256GCM'),
      token: () =>
        withSegment(
          sealedToRsa(signed()),
          1,
          () => sealedToRsa('', {}, octets(length), octets(32)).split('.')[1] ?? '',
        ),
      twin: () => sealedToRsa(signed()),
    })),
    ...[1, 8, 16, 24, 32, 48, 1000].map((length) => ({
      what: `A256KW: ${length} octets that nobody wrapped`,
      policy: judge('A256KW', 'A256GCM'),
      token: () => withSegment(wrapped(octets(32)), 1, () => segment(octets(length))),
      twin: () => wrapped(octets(32)),
    })),
    {
      what: 'dir: another alg for the same secret',
      policy: nestedDir,
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => wrapped(octets(32)),
      twin: () => nested(),
    },
    {
      what: 'A256KW: dir for the same secret',
      policy: judge('A256KW', 'A256GCM'),
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => nested(),
      twin: () => wrapped(octets(32)),
    },
    {
      what: 'RSA-OAEP-256: ECDH-ES in its place',
      policy: judge('RSA-OAEP-256', 'A256GCM'),
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => sealedToP256(signed()),
      twin: () => sealedToRsa(signed()),
    },
  ],
)

const bomb = deflateRawSync(Buffer.alloc(4_000_000, 0x20), { level: 9 })
const zips: readonly unknown[] = ['DEF', 'def', 'GZIP', 'none', '', null, true, 0, [], ['DEF'], {}]

/** No compressed content is ever inflated. */
export const zip: Family = family(
  'zip',
  { source: 'CVE-2024-28176, CVE-2024-28180, CVE-2024-28122, CVE-2024-21319', code: 'SB_HEADER_INVALID' },
  [
    ...zips.map((value) => ({
      what: `${JSON.stringify(value)}, around claims`,
      policy: dir,
      token: () => sealed(goodClaims, { ...jweHeader, zip: value }),
      twin: () => sealed(goodClaims, { ...jweHeader, zap: value }),
    })),
    {
      what: 'DEF, compressed claims',
      policy: dir,
      token: () => sealed(deflateRawSync(JSON.stringify(goodClaims)), { ...jweHeader, zip: 'DEF' }),
      twin: () => sealed(),
    },
    {
      what: 'DEF, 4 KB that are 4 MB',
      policy: dir,
      token: () => sealed(bomb, { ...jweHeader, zip: 'DEF' }),
      twin: () => sealed(),
    },
    {
      what: 'absent, compressed claims',
      policy: dir,
      code: 'SB_CLAIMS_INVALID',
      token: () => sealed(deflateRawSync(JSON.stringify(goodClaims)), jweHeader),
      twin: () => sealed(),
    },
    {
      what: 'DEF, compressed token',
      policy: nestedDir,
      token: () => nested(deflateRawSync(signed()), { ...envelopeHeader, zip: 'DEF' }),
      twin: () => nested(),
    },
    {
      what: 'DEF, to a public key',
      policy: nestedUnder('RSA-OAEP-256'),
      token: () => sealedToRsa(bomb, { cty: 'JWT', zip: 'DEF' }),
      twin: () => sealedToRsa(signed()),
    },
  ],
)

const pbes2 = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'] as const
const counts: readonly unknown[] = [2 ** 31, 2 ** 31 - 1, 2 ** 53, 1e308, 0, -1, 1.5, '1000', null]
const refusedToPin = (alg: string): Policy =>
  encrypted({ encryption: { keyManagement: [alg], contentEncryption: ['A256GCM'], keys: [] } })
const refusedToImport =
  (alg: string, material: string | Uint8Array): Policy =>
  async () => {
    await importKey(material, { alg: untyped(alg) })
    return dir()
  }

/** The token would say how long to work on it. */
export const passwordBased: Family = family(
  'PBES2, with up to 2³¹ iterations and more',
  { source: 'CVE-2022-36083, CVE-2023-49290, CVE-2023-52428', policy: nestedDir, twin: () => nested() },
  [
    ...pbes2.flatMap((alg) =>
      counts.map((p2c) => ({
        what: `${alg}, p2c ${JSON.stringify(p2c)}`,
        code: 'SB_ALG_NOT_ALLOWED' as const,
        token: () =>
          handSeal(
            { alg, enc: 'A256GCM', cty: 'JWT', p2s: segment(octets(16)), p2c },
            signed(),
            sealingSecret,
            { encryptedKey: octets(40) },
          ),
      })),
    ),
    ...pbes2.flatMap((alg) => [
      {
        what: `a policy with ${alg}`,
        code: 'TypeError' as const,
        policy: refusedToPin(alg),
        token: () => nested(),
        twinPolicy: nestedDir,
      },
      {
        what: `a key for ${alg}`,
        code: 'TypeError' as const,
        policy: refusedToImport(alg, octets(32)),
        token: () => nested(),
        twinPolicy: nestedDir,
      },
    ]),
    {
      what: 'p2c beside an alg that has none',
      code: 'SB_INTEGRITY_FAILED',
      token: () =>
        handSeal(
          { ...envelopeHeader, p2c: 2 ** 31, p2s: 'AAAA' },
          signed(),
          createHash('sha256').update('password').digest(),
        ),
      twin: () => nested(signed(), { ...envelopeHeader, p2c: 2 ** 31, p2s: 'AAAA' }),
    },
  ],
)

export const rsaPkcs1Encryption: Family = family(
  'RSA1_5',
  {
    source: 'RFC 8725 §3.2, RFC 8017 §7.2',
    policy: judge('RSA-OAEP-256', 'A256GCM'),
    twin: () => sealedToRsa(signed()),
  },
  [
    ...['RSA1_5', 'rsa1_5', 'RSA1_5 ', 'RSA-OAEP', 'RSA-OAEP-512', 'RSA-OAEP-256 '].map((alg) => ({
      what: `alg ${JSON.stringify(alg)}`,
      code: 'SB_ALG_NOT_ALLOWED' as const,
      token: () => sealedToRsa(signed(), { alg, cty: 'JWT' }),
    })),
    {
      what: 'a policy with it',
      code: 'TypeError',
      policy: refusedToPin('RSA1_5'),
      token: () => nested(),
      twinPolicy: judge('RSA-OAEP-256', 'A256GCM'),
    },
    {
      what: 'a key for it',
      code: 'TypeError',
      policy: refusedToImport('RSA1_5', pem('rsa.pkcs8')),
      token: () => nested(),
      twinPolicy: judge('RSA-OAEP-256', 'A256GCM'),
    },
  ],
)
