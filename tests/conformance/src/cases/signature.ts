import { base64url, exportSPKI } from 'jose'
import type { ConformanceCase } from '../conformance-case.js'
import type { TokenRecipe } from '../request-headers.js'
import { acceptedTokens, refusedTokens, type TokenRow } from '../token-rows.js'
import { unsecured } from '../tokens/signed.js'
import { editJson, flipBit, replaceBytes, replacePart, setUnusedBits } from '../tokens/tampering.js'

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Edits the good token after it was signed. */
const tampered =
  (edit: (token: string) => string): TokenRecipe =>
  async (tokens) =>
    edit(await tokens.signed())

/** The signature of a token of other claims, under this one's. */
const transplanted: TokenRecipe = async (tokens) => {
  const donor = (await tokens.signed({ claims: { role: 'admin' } })).split('.')
  return replacePart(await tokens.signed(), 2, () => donor[2] ?? '')
}

/** The good signature as DER instead of the two numbers of RFC 7518 §3.4. */
const der = tampered((token) =>
  replaceBytes(token, 2, (bytes) => {
    const integer = (number: Uint8Array): number[] => [2, number.length + 1, 0, ...number]
    const body = [...integer(bytes.subarray(0, 32)), ...integer(bytes.subarray(32))]
    return Uint8Array.from([0x30, body.length, ...body])
  }),
)

const withHeader =
  (header: Readonly<Record<string, unknown>>): TokenRecipe =>
  (tokens) =>
    tokens.signed({ header })

const withoutKid = withHeader({ kid: undefined })

const algorithm: readonly TokenRow[] = [
  ['alg none', 'SB_ALG_NOT_ALLOWED', () => unsecured('none')],
  ['alg None', 'SB_ALG_NOT_ALLOWED', () => unsecured('None')],
  ['alg NONE with something for a signature', 'SB_ALG_NOT_ALLOWED', () => unsecured('NONE', 'c2lnbmF0dXJl')],
  ['no alg', 'SB_HEADER_INVALID', withHeader({ alg: undefined })],
  ['an alg that is no text', 'SB_HEADER_INVALID', withHeader({ alg: ['ES256'] })],
  ['another alg over a good signature', 'SB_ALG_NOT_ALLOWED', withHeader({ alg: 'ES384' })],
  ['alg in lower case', 'SB_ALG_NOT_ALLOWED', withHeader({ alg: 'es256' })],
  [
    'HS256 under the public key as PEM',
    'SB_ALG_NOT_ALLOWED',
    async (tokens) => tokens.hmacUnder(utf8(await exportSPKI(tokens.keys.signing.publicKey))),
  ],
  [
    'HS256 under the public key as a JWK',
    'SB_ALG_NOT_ALLOWED',
    (tokens) => tokens.hmacUnder(utf8(JSON.stringify(tokens.keys.signing.publicJwk))),
  ],
]

const header: readonly TokenRow[] = [
  [
    'alg twice in the header',
    'SB_HEADER_INVALID',
    (t) => t.signed({ headerText: '{"alg":"none","alg":"ES256","typ":"at+jwt"}' }),
    withoutKid,
  ],
  ['a header that is no object', 'SB_HEADER_INVALID', (t) => t.signed({ headerText: '["ES256"]' })],
  ['a header that is no JSON', 'SB_HEADER_INVALID', (t) => t.signed({ headerText: "{'alg':'ES256'}" })],
  [
    'a byte order mark in front of the header',
    'SB_HEADER_INVALID',
    (t) => t.signed({ headerText: '\ufeff{"alg":"ES256","typ":"at+jwt"}' }),
    withoutKid,
  ],
  [
    'a critical extension',
    'SB_CRIT_UNSUPPORTED',
    withHeader({ crit: ['exp'], exp: 1 }),
    withHeader({ exp: 1 }),
  ],
  ['an empty crit', 'SB_CRIT_UNSUPPORTED', withHeader({ crit: [] })],
  ['an unencoded payload', 'SB_CRIT_UNSUPPORTED', withHeader({ crit: ['b64'], b64: false })],
  ['b64 that is not critical', 'SB_HEADER_INVALID', withHeader({ b64: false })],
  ['zip', 'SB_HEADER_INVALID', withHeader({ zip: 'DEF' })],
  ['typ of an ID token', 'SB_TYP_MISMATCH', withHeader({ typ: 'JWT' })],
  ['typ of a DPoP proof', 'SB_TYP_MISMATCH', withHeader({ typ: 'dpop+jwt' })],
  ['no typ', 'SB_TYP_MISMATCH', withHeader({ typ: undefined }), withHeader({ typ: 'application/AT+JWT' })],
  ['a typ that is no text', 'SB_HEADER_INVALID', withHeader({ typ: ['at+jwt'] })],
]

const keys: readonly TokenRow[] = [
  ["an attacker's key", 'SB_INTEGRITY_FAILED', (t) => t.signed({ key: 'attacker' })],
  [
    "an attacker's key, without a kid",
    'SB_INTEGRITY_FAILED',
    (t) => t.signed({ key: 'attacker', header: { kid: undefined } }),
    withoutKid,
  ],
  [
    "an attacker's key, which the header brings along",
    'SB_INTEGRITY_FAILED',
    (t) => t.signed({ key: 'attacker', header: { jwk: t.keys.attacker.publicJwk } }),
    (t) => t.signed({ header: { jwk: t.keys.attacker.publicJwk } }),
  ],
  [
    "an attacker's key, which the header points to",
    'SB_INTEGRITY_FAILED',
    (t) => t.signed({ key: 'attacker', header: { jku: 'https://evil.example/jwks.json' } }),
    withHeader({ jku: 'https://evil.example/jwks.json' }),
  ],
  ['an unknown kid', 'SB_KEY_NOT_FOUND', withHeader({ kid: 'signed-2' }), withoutKid],
  ['a kid in another case', 'SB_KEY_NOT_FOUND', withHeader({ kid: 'Signed token-1' })],
  ['a kid that is a path', 'SB_KEY_NOT_FOUND', withHeader({ kid: '../../../dev/null' })],
  ['a kid that objects inherit', 'SB_KEY_NOT_FOUND', withHeader({ kid: '__proto__' })],
  ['a kid that is no text', 'SB_HEADER_INVALID', withHeader({ kid: 1 })],
]

const tampering: readonly TokenRow[] = [
  [
    'role user turned into admin',
    'SB_INTEGRITY_FAILED',
    tampered((token) => editJson(token, 1, { role: 'admin' })),
  ],
  ['a later exp', 'SB_INTEGRITY_FAILED', tampered((token) => editJson(token, 1, { exp: 4_000_000_000 }))],
  [
    'another member in the header',
    'SB_INTEGRITY_FAILED',
    tampered((token) => editJson(token, 0, { cty: 'x' })),
  ],
  ['one bit of the signature', 'SB_INTEGRITY_FAILED', tampered((token) => flipBit(token, 2))],
  ['the signature of other claims', 'SB_INTEGRITY_FAILED', transplanted],
  ['no signature', 'SB_INTEGRITY_FAILED', tampered((token) => replacePart(token, 2, () => ''))],
  [
    'a signature of zeros',
    'SB_INTEGRITY_FAILED',
    tampered((token) => replaceBytes(token, 2, (bytes) => bytes.fill(0))),
  ],
  [
    'a signature that is a byte short',
    'SB_INTEGRITY_FAILED',
    tampered((token) => replaceBytes(token, 2, (bytes) => bytes.subarray(1))),
  ],
  ['a signature in DER', 'SB_INTEGRITY_FAILED', der],
  ['unused bits of the signature', 'SB_INTEGRITY_FAILED', tampered((token) => setUnusedBits(token, 2))],
  ['padding behind the signature', 'SB_INTEGRITY_FAILED', tampered((token) => `${token}==`)],
  [
    'the other base64 alphabet',
    'SB_INTEGRITY_FAILED',
    tampered((token) => replacePart(token, 2, (s) => `+/${s.slice(2)}`)),
  ],
]

const serialization: readonly TokenRow[] = [
  ['two parts', 'SB_TOKEN_MALFORMED', tampered((token) => token.split('.').slice(0, 2).join('.'))],
  ['four parts', 'SB_TOKEN_MALFORMED', tampered((token) => `${token}.`)],
  ['six parts', 'SB_TOKEN_MALFORMED', tampered((token) => `${token}.a.b.c`)],
  ['one part', 'SB_TOKEN_MALFORMED', () => base64url.encode('an opaque token')],
  ['two dots', 'SB_HEADER_INVALID', () => '..'],
  ['a thousand dots', 'SB_TOKEN_MALFORMED', () => '.'.repeat(1000)],
  ['an encrypted token', 'SB_FORM_MISMATCH', (t) => t.sealed()],
  ['a nested token', 'SB_FORM_MISMATCH', (t) => t.nested()],
]

/** Verification of a JWS (RFC 7515 §5.2, RFC 8725 §3). */
export const signatureCases: readonly ConformanceCase[] = [
  ...refusedTokens('signed', [...algorithm, ...header, ...keys, ...tampering, ...serialization]),
  ...acceptedTokens('signed', [['a header parameter that nobody knows', withHeader({ 'x-trace': 'abc' })]]),
  ...refusedTokens('hmac', [
    ['a signature under another kind of key', 'SB_ALG_NOT_ALLOWED', (t) => t.signed()],
    ['one bit of the MAC', 'SB_INTEGRITY_FAILED', async (t) => flipBit(await t.hmac(), 2)],
    [
      'half of the MAC',
      'SB_INTEGRITY_FAILED',
      async (t) => replaceBytes(await t.hmac(), 2, (mac) => mac.subarray(0, 16)),
    ],
    [
      'an unknown kid',
      'SB_KEY_NOT_FOUND',
      (t) => t.hmac({ kid: 'shared-2' }),
      (t) => t.hmac({ kid: undefined }),
    ],
  ]),
]
