import { now } from '../clock.js'
import type { ConformanceCase } from '../conformance-case.js'
import { issuer, partner } from '../parties.js'
import type { TokenRecipe } from '../request-headers.js'
import { refusedTokens, type TokenRow } from '../token-rows.js'
import { editJson, flipBit, replaceBytes, replacePart, setUnusedBits } from '../tokens/tampering.js'

/** Edits the good encrypted token after it was sealed. */
const tampered =
  (edit: (token: string) => string): TokenRecipe =>
  async (tokens) =>
    edit(await tokens.sealed())

const withHeader =
  (header: Readonly<Record<string, unknown>>): TokenRecipe =>
  (tokens) =>
    tokens.sealed({ header })

/** One failure, whatever is wrong from the key on (RFC 7516 §11.5). */
const opening: readonly TokenRow[] = [
  ["an attacker's secret", 'SB_INTEGRITY_FAILED', (t) => t.sealed({ key: 'attackersDirect' })],
  ['one bit of the tag', 'SB_INTEGRITY_FAILED', tampered((token) => flipBit(token, 4))],
  ['one bit of the ciphertext', 'SB_INTEGRITY_FAILED', tampered((token) => flipBit(token, 3))],
  ['one bit of the IV', 'SB_INTEGRITY_FAILED', tampered((token) => flipBit(token, 2))],
  [
    'a header edited after sealing',
    'SB_INTEGRITY_FAILED',
    tampered((token) => editJson(token, 0, { 'x-y': 1 })),
  ],
  [
    'a tag of twelve bytes',
    'SB_INTEGRITY_FAILED',
    tampered((token) => replaceBytes(token, 4, (tag) => tag.subarray(0, 12))),
  ],
  ['no tag', 'SB_INTEGRITY_FAILED', tampered((token) => replacePart(token, 4, () => ''))],
  [
    'an IV of sixteen bytes',
    'SB_INTEGRITY_FAILED',
    tampered((token) => replaceBytes(token, 2, () => new Uint8Array(16))),
  ],
  [
    'an encrypted key where none belongs',
    'SB_INTEGRITY_FAILED',
    tampered((token) => replacePart(token, 1, () => 'AAAA')),
  ],
  ['unused bits of the tag', 'SB_INTEGRITY_FAILED', tampered((token) => setUnusedBits(token, 4))],
  ['no ciphertext', 'SB_INTEGRITY_FAILED', tampered((token) => replacePart(token, 3, () => ''))],
]

const header: readonly TokenRow[] = [
  ['an alg of its own key, but not of the policy', 'SB_ALG_NOT_ALLOWED', (t) => t.wrapped()],
  ['RSA1_5', 'SB_ALG_NOT_ALLOWED', withHeader({ alg: 'RSA1_5' })],
  [
    'a password, to be stretched two thousand million times',
    'SB_ALG_NOT_ALLOWED',
    withHeader({ alg: 'PBES2-HS512+A256KW', p2s: 'c2FsdA', p2c: 2 ** 31 - 1 }),
  ],
  ['another enc', 'SB_ENC_NOT_ALLOWED', withHeader({ enc: 'A128GCM' })],
  ['no enc', 'SB_ENC_NOT_ALLOWED', withHeader({ enc: undefined })],
  ['compressed claims', 'SB_HEADER_INVALID', withHeader({ zip: 'DEF' })],
  [
    'a critical extension',
    'SB_CRIT_UNSUPPORTED',
    withHeader({ crit: ['x-y'], 'x-y': 1 }),
    withHeader({ 'x-y': 1 }),
  ],
  [
    'enc twice',
    'SB_HEADER_INVALID',
    (t) => t.sealed({ headerText: '{"alg":"dir","enc":"A256GCM","enc":"A256GCM","typ":"at+jwt"}' }),
    withHeader({ kid: undefined }),
  ],
  ['an unknown kid', 'SB_KEY_NOT_FOUND', withHeader({ kid: 'encrypted-2' }), withHeader({ kid: undefined })],
  ['typ of an ID token', 'SB_TYP_MISMATCH', withHeader({ typ: 'JWT' }), withHeader({ typ: 'AT+JWT' })],
  ['cty of a nested token', 'SB_FORM_MISMATCH', withHeader({ cty: 'JWT' }), withHeader({ cty: 'json' })],
  [
    'an iss in the header that differs inside',
    'SB_HEADER_CLAIM_MISMATCH',
    withHeader({ iss: partner }),
    withHeader({ iss: issuer }),
  ],
]

const content: readonly TokenRow[] = [
  ['a signed token', 'SB_FORM_MISMATCH', (t) => t.signed()],
  [
    'a signed token inside, unannounced',
    'SB_CLAIMS_INVALID',
    async (t) => t.sealed({ plaintext: await t.signed() }),
  ],
  [
    'bytes that are no claims',
    'SB_CLAIMS_INVALID',
    (t) => t.sealed({ plaintext: Uint8Array.of(0, 1, 2, 3) }),
  ],
  [
    'exp is now',
    'SB_TOKEN_EXPIRED',
    (t) => t.sealed({ claims: { exp: now } }),
    (t) => t.sealed({ claims: { exp: now + 1 } }),
  ],
  [
    'another audience',
    'SB_AUDIENCE_MISMATCH',
    (t) => t.sealed({ claims: { aud: 'https://other.example.com' } }),
  ],
]

/** Decryption under shared secrets (RFC 7516 §5.2). */
export const encryptedCases: readonly ConformanceCase[] = [
  ...refusedTokens('encrypted', [...opening, ...header, ...content]),
  ...refusedTokens('wrapped', [
    ['one bit of the encrypted key', 'SB_INTEGRITY_FAILED', async (t) => flipBit(await t.wrapped(), 1)],
    ['no encrypted key', 'SB_INTEGRITY_FAILED', async (t) => replacePart(await t.wrapped(), 1, () => '')],
    ['one bit of the tag', 'SB_INTEGRITY_FAILED', async (t) => flipBit(await t.wrapped(), 4)],
    ['dir under the wrapping key', 'SB_ALG_NOT_ALLOWED', (t) => t.sealed({ header: { kid: 'wrapping-1' } })],
    [
      'exp is now',
      'SB_TOKEN_EXPIRED',
      (t) => t.wrapped({ claims: { exp: now } }),
      (t) => t.wrapped({ claims: { exp: now + 1 } }),
    ],
  ]),
]
