import fc from 'fast-check'
import type {
  ContentEncryptionAlgorithm,
  KeyManagementAlgorithm,
  SignatureAlgorithm,
} from '#core/crypto/algorithms.js'
import { audience, issuer, nowSeconds } from '#core-test-kit/parties.js'

/** Algorithms and keys of a token, and how they are put together. */
export interface Setup {
  readonly form: 'signed' | 'encrypted' | 'nested' | 'claim'
  readonly alg: SignatureAlgorithm
  readonly keyManagement: KeyManagementAlgorithm
  readonly enc: ContentEncryptionAlgorithm
  readonly crv?: 'P-256' | 'X25519'
}

const signing: readonly SignatureAlgorithm[] = [
  'HS256',
  'HS512',
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]
const symmetric: readonly KeyManagementAlgorithm[] = ['dir', 'A256KW', 'A128GCMKW']
const encs: readonly ContentEncryptionAlgorithm[] = ['A256GCM', 'A128CBC-HS256', 'A256CBC-HS512']

const encryption: fc.Arbitrary<Pick<Setup, 'keyManagement' | 'crv'>> = fc.oneof(
  fc.constantFrom(...symmetric).map((keyManagement) => ({ keyManagement })),
  fc.constant({ keyManagement: 'RSA-OAEP-256' as const }),
  fc.record({
    keyManagement: fc.constantFrom('ECDH-ES' as const, 'ECDH-ES+A256KW' as const),
    crv: fc.constantFrom('P-256' as const, 'X25519' as const),
  }),
)

export const setups: fc.Arbitrary<Setup> = fc.oneof(
  fc.record({
    form: fc.constant('signed' as const),
    alg: fc.constantFrom(...signing),
    keyManagement: fc.constant('dir' as const),
    enc: fc.constant('A256GCM' as const),
  }),
  fc.record({
    form: fc.constant('encrypted' as const),
    alg: fc.constant('HS256' as const),
    keyManagement: fc.constantFrom(...symmetric),
    enc: fc.constantFrom(...encs),
  }),
  fc
    .record({
      form: fc.constantFrom('nested' as const, 'claim' as const),
      alg: fc.constantFrom(...signing),
      enc: fc.constantFrom(...encs),
    })
    .chain((rest) => encryption.map((part) => ({ ...rest, ...part }))),
)

/** What a verifier asks of a token beside its form and keys. */
export interface PolicyModel {
  readonly issuer: string | readonly string[]
  readonly audience: string | readonly string[]
  readonly typ: string | readonly (string | null)[]
  readonly clockTolerance?: number
  readonly maxTokenAge?: number
  readonly requiredClaims?: readonly string[]
}

export const policies: fc.Arbitrary<PolicyModel> = fc.record(
  {
    issuer: fc.constantFrom(issuer, [issuer, 'https://second.example']),
    audience: fc.constantFrom(audience, ['https://a.example', audience], 'any'),
    typ: fc.constantFrom('at+jwt', ['at+jwt', 'JWT', null], 'any'),
    clockTolerance: fc.constantFrom(0, 5, 60),
    maxTokenAge: fc.constantFrom(1, 600, 3600),
    requiredClaims: fc.constantFrom(['sub'], ['sub', 'tenant']),
  },
  { requiredKeys: ['issuer', 'audience', 'typ'] },
)

/** Seconds from now at which something can change. */
const offset = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(-3601, -3600, -600, -60, -5, -1, 0, 1, 5, 60, 600) },
  { weight: 1, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
)
const later = fc.constantFrom(1, 2, 60, 900, 3600, 86_400)
const dateFrom = (offsets: fc.Arbitrary<number>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 20, arbitrary: offsets.map((seconds) => nowSeconds + seconds) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>('1900000000', null, -1, 1e308, 0, true, [], {}) },
  )
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)

/** Claims, mostly such that a policy accepts them. */
export const claimSets: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    iss: fc.oneof(
      { weight: 20, arbitrary: fc.constant<unknown>(issuer) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<unknown>('https://second.example', `${issuer}/`, '', [issuer], 1, null),
      },
    ),
    aud: fc.oneof(
      {
        weight: 20,
        arbitrary: fc.constantFrom<unknown>(audience, [audience], ['https://b.example', audience]),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom<unknown>('https://b.example', [], '', [audience, 1], {}, null),
      },
    ),
    exp: dateFrom(fc.oneof({ weight: 4, arbitrary: later }, { weight: 1, arbitrary: offset })),
    nbf: dateFrom(offset.map((seconds) => -Math.abs(seconds))),
    iat: dateFrom(offset.map((seconds) => -Math.abs(seconds))),
    sub: fc.oneof(
      { weight: 10, arbitrary: text as fc.Arbitrary<unknown> },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(1, null, []) },
    ),
    tenant: fc.jsonValue({ maxDepth: 3 }),
    scope: fc.constantFrom('orders:read', 'a b c', ''),
    jti: text,
    client_id: text,
  },
  { requiredKeys: ['iss', 'aud', 'exp'] },
)

export const headers: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ typ: 'at+jwt' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Record<string, unknown>>(
      { typ: 'JWT' },
      {},
      { typ: 'application/AT+JWT' },
      { typ: 'at+jwt', jku: 'https://evil.example' },
      { typ: 'at+jwt', x: { y: [1] } },
    ),
  },
)
