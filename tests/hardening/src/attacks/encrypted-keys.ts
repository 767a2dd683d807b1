import { handSeal, segment, withSegment } from '#core-test-kit/hand-made.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { handWrap } from '../testing/hand-wrapped.js'
import { type Family, family } from './attack.js'
import { extended, opener, seal, sealedWith, zeros } from './sealing.js'
import { nested, sealedToP256, sealedToRsa, sealingSecret, signed } from './tokens.js'
import { nestedDir } from './verifiers.js'

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
          ['one byte', 1],
          ['a CEK', 32],
          ['a wrapped CEK', 40],
        ] as const
      ).map(([what, length]) => ({
        what: `${alg}: ${what}`,
        policy: opener(alg),
        token: async () => withSegment(await seal(alg), 1, () => segment(bytes(length))),
        twin: () => seal(alg),
      })),
    ),
    ...keyed.flatMap((alg) =>
      (
        [
          ['none', () => new Uint8Array()],
          ['half of it', (all: Buffer) => all.subarray(0, all.length / 2)],
          ['an byte more', extended],
          ['zeros', zeros],
        ] as const
      ).map(([what, change]) => ({
        what: `${alg}: ${what}`,
        policy: opener(alg),
        token: () => sealedWith(alg, 'A256GCM', 1, change),
        twin: () => seal(alg),
      })),
    ),
    ...[16, 24].map((length) => ({
      what: `A256KW: a CEK of ${length} bytes, which A256GCM does not have`,
      policy: opener('A256KW'),
      token: () =>
        handSeal({ alg: 'A256KW', enc: 'A256GCM', cty: 'JWT' }, signed(), bytes(length), {
          encryptedKey: handWrap(bytes(length), sealingSecret),
        }),
      twin: () => wrapped(bytes(32)),
    })),
    ...[16, 64].map((length) => ({
      what: `A256KW: a CEK of ${length} bytes in place of 32`,
      policy: opener('A256KW'),
      token: () => withSegment(wrapped(bytes(32)), 1, () => segment(handWrap(bytes(length), sealingSecret))),
      twin: () => wrapped(bytes(32)),
    })),
    ...[16, 24].map((length) => ({
      what: `RSA-OAEP-256: a CEK of ${length} bytes, which A256GCM does not have`,
      policy: opener('RSA-OAEP-256'),
      token: () => sealedToRsa(signed(), undefined, bytes(length)),
      twin: () => sealedToRsa(signed(), undefined, bytes(32)),
    })),
    ...[1, 31, 33, 64, 190].map((length) => ({
      what: `RSA-OAEP-256: a CEK of ${length} bytes in place of 32`,
      policy: opener('RSA-OAEP-256'),
      token: () =>
        withSegment(
          sealedToRsa(signed()),
          1,
          () => sealedToRsa('', {}, bytes(length), bytes(32)).split('.')[1] ?? '',
        ),
      twin: () => sealedToRsa(signed()),
    })),
    ...[1, 8, 16, 24, 32, 48, 1000].map((length) => ({
      what: `A256KW: ${length} bytes that nobody wrapped`,
      policy: opener('A256KW'),
      token: () => withSegment(wrapped(bytes(32)), 1, () => segment(bytes(length))),
      twin: () => wrapped(bytes(32)),
    })),
    {
      what: 'dir: another alg for the same secret',
      policy: nestedDir,
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => wrapped(bytes(32)),
      twin: () => nested(),
    },
    {
      what: 'A256KW: dir for the same secret',
      policy: opener('A256KW'),
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => nested(),
      twin: () => wrapped(bytes(32)),
    },
    {
      what: 'RSA-OAEP-256: ECDH-ES in its place',
      policy: opener('RSA-OAEP-256'),
      code: 'SB_ALG_NOT_ALLOWED',
      token: () => sealedToP256(signed()),
      twin: () => sealedToRsa(signed()),
    },
  ],
)
