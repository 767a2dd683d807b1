import { now } from '../clock.js'
import type { ConformanceCase } from '../conformance-case.js'
import { issuer, partner } from '../parties.js'
import type { TokenRecipe } from '../request-headers.js'
import { refusedTokens, type TokenRow } from '../token-rows.js'
import { claimsOf } from '../tokens/claims.js'
import type { NestedChange } from '../tokens/nested.js'
import { unsecured } from '../tokens/signed.js'
import { editJson, flipBit, replacePart } from '../tokens/tampering.js'

const nested =
  (change: NestedChange): TokenRecipe =>
  (tokens) =>
    tokens.nested(change)

/** What anyone can make who has the public key. */
const attackers: readonly TokenRow[] = [
  [
    "an attacker's encrypted token around bare claims",
    'SB_TOKEN_MALFORMED',
    nested({ inner: '{"role":"admin"}' }),
  ],
  [
    "an attacker's encrypted token around whole claims",
    'SB_TOKEN_MALFORMED',
    nested({ inner: JSON.stringify(claimsOf({ iss: 'x', aud: 'y', email: 'z' })) }),
  ],
  [
    "an attacker's encrypted token around an unsecured token",
    'SB_ALG_NOT_ALLOWED',
    nested({ inner: unsecured('none') }),
  ],
  [
    "an attacker's encrypted token around a token of the attacker's",
    'SB_INTEGRITY_FAILED',
    nested({ inner: { key: 'attacker' } }),
  ],
  [
    "an attacker's encrypted token around an encrypted token",
    'SB_FORM_MISMATCH',
    async (t) => t.nested({ inner: await t.nested() }),
  ],
  [
    "an attacker's encrypted token around an edited token",
    'SB_INTEGRITY_FAILED',
    async (t) => t.nested({ inner: editJson(await t.signed(), 1, { role: 'admin' }) }),
  ],
  [
    "an attacker's encrypted token around bytes",
    'SB_TOKEN_MALFORMED',
    (t) => t.addressed('agreement', { plaintext: Uint8Array.of(0xff, 0xfe) }),
  ],
]

const encryption: readonly TokenRow[] = [
  ['the signed token, taken out of the encrypted one', 'SB_FORM_MISMATCH', (t) => t.signed()],
  ['no cty', 'SB_NESTED_CTY', nested({ header: { cty: undefined } }), nested({ header: { cty: 'jwt' } })],
  [
    'another cty',
    'SB_NESTED_CTY',
    nested({ header: { cty: 'json' } }),
    nested({ header: { cty: 'application/jwt' } }),
  ],
  ['an alg that the policy does not allow', 'SB_ALG_NOT_ALLOWED', nested({ recipient: 'rsa' })],
  ['one bit of the tag', 'SB_INTEGRITY_FAILED', async (t) => flipBit(await t.nested(), 4)],
  ['one bit of the ciphertext', 'SB_INTEGRITY_FAILED', async (t) => flipBit(await t.nested(), 3)],
  [
    'another ephemeral key',
    'SB_INTEGRITY_FAILED',
    async (t) => {
      const [other = ''] = (await t.nested()).split('.')
      return replacePart(await t.nested(), 0, () => other)
    },
  ],
  ['no ephemeral key', 'SB_HEADER_INVALID', async (t) => editJson(await t.nested(), 0, { epk: undefined })],
  [
    'an ephemeral key of another curve',
    'SB_HEADER_INVALID',
    async (t) => editJson(await t.nested(), 0, { epk: { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ' } }),
  ],
  [
    'an iss in the header that differs inside',
    'SB_HEADER_CLAIM_MISMATCH',
    nested({ header: { iss: partner } }),
    nested({ header: { iss: issuer } }),
  ],
  [
    'an aud in the header that differs inside',
    'SB_HEADER_CLAIM_MISMATCH',
    nested({ header: { aud: 'https://other.example.com' } }),
  ],
]

const inside: readonly TokenRow[] = [
  [
    'an inner token that has expired',
    'SB_TOKEN_EXPIRED',
    nested({ inner: { claims: { exp: now } } }),
    nested({ inner: { claims: { exp: now + 1 } } }),
  ],
  [
    'an inner token for others',
    'SB_AUDIENCE_MISMATCH',
    nested({ inner: { claims: { aud: 'https://other.example.com' } } }),
  ],
  [
    'an inner token of another typ',
    'SB_TYP_MISMATCH',
    nested({ inner: { header: { typ: 'JWT' } }, header: { typ: 'at+jwt' } }),
    nested({ header: { typ: 'JWT' } }),
  ],
  [
    'an inner token of an unknown kid',
    'SB_KEY_NOT_FOUND',
    nested({ inner: { header: { kid: 'signed-2' } } }),
  ],
]

const rsa: readonly TokenRow[] = [
  [
    'an encrypted token to another recipient',
    'SB_INTEGRITY_FAILED',
    (t) => t.nested({ recipient: 'attackersRsa' }),
  ],
  [
    'one bit of the encrypted key',
    'SB_INTEGRITY_FAILED',
    async (t) => flipBit(await t.nested({ recipient: 'rsa' }), 1),
  ],
  [
    'no encrypted key',
    'SB_INTEGRITY_FAILED',
    async (t) => replacePart(await t.nested({ recipient: 'rsa' }), 1, () => ''),
  ],
  [
    'bare claims, though no cty is asked for',
    'SB_TOKEN_MALFORMED',
    nested({ recipient: 'rsa', inner: '{}', header: { cty: undefined } }),
    nested({ recipient: 'rsa', header: { cty: undefined } }),
  ],
]

const carried: readonly TokenRow[] = [
  ['no inner token', 'SB_NESTED_CLAIM', (t) => t.carried({ outer: { token: undefined } })],
  ['an inner token that is no text', 'SB_NESTED_CLAIM', (t) => t.carried({ outer: { token: ['x'] } })],
  ['good claims outside, and no token inside', 'SB_NESTED_CLAIM', (t) => t.sealed()],
  ['an unsecured inner token', 'SB_ALG_NOT_ALLOWED', (t) => t.carried({ inner: unsecured('none') })],
  [
    "an inner token of the attacker's",
    'SB_INTEGRITY_FAILED',
    (t) => t.carried({ inner: { key: 'attacker' } }),
  ],
  [
    'an inner token that has expired',
    'SB_TOKEN_EXPIRED',
    (t) => t.carried({ inner: { claims: { exp: now } }, outer: { exp: now + 900 } }),
    (t) => t.carried({ outer: { exp: now + 900 } }),
  ],
  [
    'outer claims that have expired',
    'SB_TOKEN_EXPIRED',
    (t) => t.carried({ outer: { exp: now } }),
    (t) => t.carried({ outer: { exp: now + 1 } }),
  ],
  [
    'outer claims that are not valid yet',
    'SB_TOKEN_NOT_YET_VALID',
    (t) => t.carried({ outer: { nbf: now + 1 } }),
    (t) => t.carried({ outer: { nbf: now } }),
  ],
  [
    'claims outside instead of inside',
    'SB_CLAIM_MISSING',
    (t) => t.carried({ inner: { claims: { sub: undefined } }, outer: { sub: 'root' } }),
    (t) => t.carried({ outer: { sub: 'root', role: 'admin' } }),
  ],
  [
    'a nested token of the other kind',
    'SB_FORM_MISMATCH',
    async (t) => t.sealed({ plaintext: await t.signed(), header: { cty: 'JWT' } }),
  ],
]

/** Signed tokens inside encrypted tokens (RFC 7519 §5.2, §11.2). */
export const nestedCases: readonly ConformanceCase[] = [
  ...refusedTokens('nested', [...attackers, ...encryption, ...inside]),
  ...refusedTokens('nestedRsa', rsa),
  ...refusedTokens('carried', carried),
]
