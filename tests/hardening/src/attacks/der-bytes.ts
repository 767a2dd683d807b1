import type { Algorithm } from '#core/crypto/algorithms.js'
import { importKey } from '#core/keys/import.js'
import { pem } from '#core-test-kit/test-keys.js'
import { type Family, family, type Policy } from './attack.js'
import { signed } from './tokens.js'
import { HS256, once } from './verifiers.js'

const keys: readonly (readonly [name: string, alg: Algorithm])[] = [
  ['rsa', 'RS256'],
  ['ec-P-256', 'ES256'],
  ['ec-P-521', 'ES512'],
  ['ed25519', 'EdDSA'],
  ['x25519', 'ECDH-ES'],
]
const labels = { pkcs8: 'PRIVATE KEY', spki: 'PUBLIC KEY' } as const
type Encoding = keyof typeof labels

const derOf = (name: string, encoding: Encoding): Buffer =>
  Buffer.from(pem(`${name}.${encoding}`).replaceAll(/-----.*?-----|\s/g, ''), 'base64')
const pemOf = (der: Uint8Array, encoding: Encoding): string =>
  `-----BEGIN ${labels[encoding]}-----\n${Buffer.from(der).toString('base64')}\n-----END ${labels[encoding]}-----\n`

/** A policy that can be made if the key can. */
const imported = (der: Uint8Array, encoding: Encoding, alg: Algorithm): Policy =>
  once(async () => {
    await importKey(pemOf(der, encoding), { alg })
    return HS256()
  })

const changes: readonly (readonly [what: string, change: (der: Buffer) => Uint8Array])[] = [
  ['a byte behind', (der) => Buffer.concat([der, Buffer.from([0])])],
  ['another key behind', (der) => Buffer.concat([der, der])],
  ['a byte before', (der) => Buffer.concat([Buffer.from([0]), der])],
  ['the last byte cut off', (der) => der.subarray(0, -1)],
  ['half of it', (der) => der.subarray(0, der.length / 2)],
  ['nothing', () => Buffer.alloc(0)],
  ['another tag', (der) => Buffer.concat([Buffer.from([0x31]), der.subarray(1)])],
]

export const derBytes: Family = family(
  'keys in DER with bytes that do not belong there',
  { source: 'RFC 5958 §2, RFC 5280 §4.1', code: 'TypeError', token: () => signed(), twin: () => signed() },
  keys.flatMap(([name, alg]) =>
    (['pkcs8', 'spki'] as const).flatMap((encoding) =>
      changes.map(([what, change]) => ({
        what: `${name} as ${encoding}, ${what}`,
        policy: imported(change(derOf(name, encoding)), encoding, alg),
        twinPolicy: imported(derOf(name, encoding), encoding, alg),
      })),
    ),
  ),
)
