import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { importKey } from '#core/keys/import.js'
import { createKeySet } from '#core/keys/key-set.js'
import { createRemoteKeySet } from '#core/remote-keys/remote-key-set.js'
import { pem } from '#core-test-kit/test-keys.js'
import { type Family, family, type Policy } from './attack.js'
import { signedWith } from './tokens.js'
import { once, signedBy } from './verifiers.js'

const { n = '', e = '' } = createPublicKey(pem('rsa.spki')).export({ format: 'jwk' })
const good: JWK = { kty: 'RSA', n, e, alg: 'RS256', kid: 'key' }

/** A number of so many bits, all of them ones. */
const ones = (bits: number): string => {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 255)
  bytes[0] = 255 >> (bytes.length * 8 - bits)
  return bytes.toString('base64url')
}

const published = (...keys: readonly JWK[]): Policy =>
  once(
    signedBy(['RS256'], () =>
      // No request: its answer is here.
      createRemoteKeySet('https://auth.example.com/keys', { fetch: async () => Response.json({ keys }) }),
    ),
  )
const local = (...keys: readonly JWK[]): Policy =>
  once(signedBy(['RS256'], () => createKeySet({ keys: [...keys] })))
const imported = (jwk: JWK): Policy => once(signedBy(['RS256'], () => importKey(jwk, { alg: 'RS256' })))

const token = (): string => signedWith('RS256')

/** Each use of such a key takes the time of thousands of others. */
const costly: readonly (readonly [what: string, members: JWK])[] = [
  ['an exponent of 33 bits', { e: ones(33) }],
  ['an exponent of 64 bits', { e: ones(64) }],
  ['an exponent of 2,048 bits', { e: ones(2_048) }],
  ['a modulus of 8,193 bits', { n: ones(8_193) }],
  ['a modulus of 16,384 bits', { n: ones(16_384) }],
  ['a modulus of 16,384 bits and an exponent of as many', { n: ones(16_384), e: ones(16_384) }],
  ['a modulus of 100,000 bits', { n: ones(100_000) }],
]
/** Beyond the limits of an application's own keys, too. */
const farBeyond: readonly (readonly [what: string, members: JWK])[] = [
  ['an exponent of 257 bits', { e: ones(257) }],
  ['a modulus of 16,385 bits', { n: ones(16_385) }],
]

export const costlyKeys: Family = family(
  'RSA keys that keep a server busy',
  { source: 'RFC 7518 §3.3, RFC 8017 §3.1', token, twin: token },
  [
    ...[...costly, ...farBeyond].flatMap(([what, members]) => {
      const jwk = { ...good, ...members }
      return [
        {
          what: `${what}, published alone`,
          code: 'SB_KEYS_UNAVAILABLE' as const,
          policy: published(jwk),
          twinPolicy: published(good),
        },
        {
          what: `${what}, published beside another`,
          code: 'SB_INTEGRITY_FAILED' as const,
          policy: published(jwk, { ...good, kid: 'other' }),
          token: () => `${token().slice(0, -4)}AAAA`,
          twinPolicy: published(jwk, { ...good, kid: 'other' }),
        },
        {
          what: `${what}, in a local set`,
          code: 'TypeError' as const,
          policy: local(jwk),
          twinPolicy: local(good),
        },
      ]
    }),
    ...farBeyond.map(([what, members]) => ({
      what: `${what}, imported`,
      code: 'TypeError' as const,
      policy: imported({ ...good, ...members }),
      twinPolicy: imported(good),
    })),
  ],
)
