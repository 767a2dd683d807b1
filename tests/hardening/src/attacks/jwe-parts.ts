import { handSeal, segment, withJson } from '#core-test-kit/hand-made.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import { extended, opener, seal, sealedWith, zeros } from './sealing.js'
import { nested, nestedHeader, sealingSecret, signed } from './tokens.js'
import { nestedDir } from './verifiers.js'

const cut = (bytes: number) => (all: Buffer) => all.subarray(0, bytes)

const lengths: readonly (readonly [
  enc: 'A256GCM' | 'A128CBC-HS256',
  part: string,
  index: number,
  bytes: readonly number[],
])[] = [
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
        what: `${enc}: ${part} of ${length} bytes`,
        policy: opener('dir', enc),
        token: () => sealedWith('dir', enc, index, cut(length)),
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
          what: `${enc}: ${part} with an byte more`,
          policy: opener('dir', enc),
          token: () => sealedWith('dir', enc, index, extended),
          twin: () => seal('dir', enc),
        },
        {
          what: `${enc}: ${part} of zeros`,
          policy: opener('dir', enc),
          token: () => sealedWith('dir', enc, index, zeros),
          twin: () => seal('dir', enc),
        },
      ]),
    ),
    ...(['padding', 'MAC', 'encrypted key'] as const).map((part) => ({
      what: `A128CBC-HS256: a wrong ${part}`,
      // All of them in one way, which says nothing of the padding.
      source: 'CVE-2021-29443, RFC 7516 §11.5',
      policy: opener('A256KW', 'A128CBC-HS256'),
      token: () =>
        sealedWith('A256KW', 'A128CBC-HS256', { padding: 3, MAC: 4, 'encrypted key': 1 }[part], (all) => {
          all[all.length - (part === 'padding' ? 17 : 1)] = (all.at(part === 'padding' ? -17 : -1) ?? 0) ^ 1
          return all
        }),
      twin: () => seal('A256KW', 'A128CBC-HS256'),
    })),
    ...[1, 8, 16, 32].map((length) => ({
      what: `A256GCM: sealed under an IV of ${length} bytes`,
      policy: nestedDir,
      token: () => handSeal(nestedHeader, signed(), sealingSecret, { iv: bytes(length) }),
      twin: () => nested(),
    })),
    ...(['iv', 'tag'] as const).flatMap((name) =>
      [
        '',
        'AAAA',
        segment(bytes(name === 'iv' ? 11 : 15)),
        segment(bytes(17)),
        `${segment(bytes(name === 'iv' ? 12 : 16))}=`,
        1,
        null,
        undefined,
      ].map((value) => ({
        what: `A256GCMKW: ${name} of the key ${JSON.stringify(value)}`,
        source: 'RFC 7518 §4.7.1',
        policy: opener('A256GCMKW'),
        code: 'SB_HEADER_INVALID' as const,
        token: async () => withJson(await seal('A256GCMKW'), 0, { [name]: value }),
        twin: () => seal('A256GCMKW'),
      })),
    ),
  ],
)
