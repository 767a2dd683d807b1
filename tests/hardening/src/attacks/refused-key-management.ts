import { createHash } from 'node:crypto'
import { importKey } from '#core/keys/import.js'
import { handSeal, segment } from '#core-test-kit/hand-made.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import { type Family, family, type Policy } from './attack.js'
import { nested, nestedHeader, sealedToRsa, sealingSecret, signed } from './tokens.js'
import { dir, encrypted, nestedDir, nestedUnder } from './verifiers.js'

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
            { alg, enc: 'A256GCM', cty: 'JWT', p2s: segment(bytes(16)), p2c },
            signed(),
            sealingSecret,
            { encryptedKey: bytes(40) },
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
        policy: refusedToImport(alg, bytes(32)),
        token: () => nested(),
        twinPolicy: nestedDir,
      },
    ]),
    {
      what: 'p2c beside an alg that has none',
      code: 'SB_INTEGRITY_FAILED',
      token: () =>
        handSeal(
          { ...nestedHeader, p2c: 2 ** 31, p2s: 'AAAA' },
          signed(),
          createHash('sha256').update('password').digest(),
        ),
      twin: () => nested(signed(), { ...nestedHeader, p2c: 2 ** 31, p2s: 'AAAA' }),
    },
  ],
)

const rsaOaep = nestedUnder('RSA-OAEP-256')

export const rsaPkcs1Encryption: Family = family(
  'RSA1_5',
  {
    source: 'RFC 8725 §3.2, RFC 8017 §7.2',
    policy: rsaOaep,
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
      twinPolicy: rsaOaep,
    },
    {
      what: 'a key for it',
      code: 'TypeError',
      policy: refusedToImport('RSA1_5', pem('rsa.pkcs8')),
      token: () => nested(),
      twinPolicy: rsaOaep,
    },
  ],
)
