import { answers } from '../answers.js'
import { now } from '../clock.js'
import type { ConformanceCase } from '../conformance-case.js'
import { audience, issuer, partner } from '../parties.js'
import { bearerOf, goodToken, type TokenRecipe } from '../request-headers.js'
import { acceptedTokens, refusedTokens, type TokenRow } from '../token-rows.js'
import { claimsOf } from '../tokens/claims.js'

const withClaims =
  (claims: Readonly<Record<string, unknown>>): TokenRecipe =>
  (tokens) =>
    tokens.signed({ claims })

/** Claims as text, with a member written in front of the good ones. */
const withText =
  (start: string): TokenRecipe =>
  (tokens) =>
    tokens.signed({ claimsText: `{${start},${JSON.stringify(claimsOf()).slice(1)}` })

const times: readonly TokenRow[] = [
  ['exp is now', 'SB_TOKEN_EXPIRED', withClaims({ exp: now }), withClaims({ exp: now + 1 })],
  [
    'exp half a second ago',
    'SB_TOKEN_EXPIRED',
    withClaims({ exp: now - 0.5 }),
    withClaims({ exp: now + 0.5 }),
  ],
  ['no exp', 'SB_CLAIM_MISSING', withClaims({ exp: undefined })],
  ['exp as text', 'SB_CLAIMS_INVALID', withClaims({ exp: String(now + 900) })],
  ['exp null', 'SB_CLAIMS_INVALID', withClaims({ exp: null })],
  ['exp beyond every date', 'SB_CLAIMS_INVALID', withClaims({ exp: 1e308 })],
  ['a negative exp', 'SB_CLAIMS_INVALID', withClaims({ exp: -1 })],
  ['nbf in a second', 'SB_TOKEN_NOT_YET_VALID', withClaims({ nbf: now + 1 }), withClaims({ nbf: now })],
  ['nbf as text', 'SB_CLAIMS_INVALID', withClaims({ nbf: String(now) }), withClaims({ nbf: undefined })],
  ['exp in milliseconds', 'SB_CLAIMS_INVALID', withClaims({ exp: (now + 900) * 1000 })],
  [
    'exp after the year 9999',
    'SB_CLAIMS_INVALID',
    withClaims({ exp: 253_402_300_800 }),
    withClaims({ exp: 253_402_300_799 }),
  ],
  ['nbf at exp', 'SB_CLAIMS_INVALID', withClaims({ nbf: now + 900, exp: now + 900 })],
  ['iat in a second', 'SB_TOKEN_NOT_YET_VALID', withClaims({ iat: now + 1 }), withClaims({ iat: now })],
  ['iat as text', 'SB_CLAIMS_INVALID', withClaims({ iat: String(now) }), withClaims({ iat: undefined })],
]

const parties: readonly TokenRow[] = [
  ['another issuer', 'SB_ISSUER_MISMATCH', withClaims({ iss: partner })],
  ['an issuer with a slash at its end', 'SB_ISSUER_MISMATCH', withClaims({ iss: `${issuer}/` })],
  ['an issuer in another case', 'SB_ISSUER_MISMATCH', withClaims({ iss: issuer.toUpperCase() })],
  ['an issuer in a list', 'SB_CLAIMS_INVALID', withClaims({ iss: [issuer] })],
  ['no issuer', 'SB_CLAIM_MISSING', withClaims({ iss: undefined })],
  ['another audience', 'SB_AUDIENCE_MISMATCH', withClaims({ aud: 'https://other.example.com' })],
  ['an audience that ours is a part of', 'SB_AUDIENCE_MISMATCH', withClaims({ aud: `${audience}/v2` })],
  [
    'other audiences',
    'SB_AUDIENCE_MISMATCH',
    withClaims({ aud: ['a', 'b'] }),
    withClaims({ aud: ['a', audience] }),
  ],
  [
    'no audience in the list',
    'SB_AUDIENCE_MISMATCH',
    withClaims({ aud: [] }),
    withClaims({ aud: [audience] }),
  ],
  ['no audience', 'SB_CLAIM_MISSING', withClaims({ aud: undefined })],
  ['an audience that is no text', 'SB_CLAIMS_INVALID', withClaims({ aud: [audience, 1] })],
  ['no subject', 'SB_CLAIM_MISSING', withClaims({ sub: undefined })],
  ['a subject that is no text', 'SB_CLAIMS_INVALID', withClaims({ sub: 48151623 })],
]

const json: readonly TokenRow[] = [
  ['exp twice', 'SB_CLAIMS_INVALID', withText('"exp":4000000000')],
  [
    'a member twice, once escaped',
    'SB_CLAIMS_INVALID',
    withText(String.raw`"rol\u0065":"admin"`),
    withText('"rule":"admin"'),
  ],
  [
    'an infinite exp',
    'SB_CLAIMS_INVALID',
    (t) => t.signed({ claimsText: JSON.stringify(claimsOf()).replace(/"exp":\d+/, '"exp":1e999') }),
  ],
  [
    'claims in a list',
    'SB_CLAIMS_INVALID',
    (t) => t.signed({ claimsText: `[${JSON.stringify(claimsOf())}]` }),
  ],
  ['no claims', 'SB_CLAIMS_INVALID', (t) => t.signed({ claimsText: '' })],
  ['null', 'SB_CLAIMS_INVALID', (t) => t.signed({ claimsText: 'null' })],
  [
    'bytes that are no UTF-8',
    'SB_CLAIMS_INVALID',
    (t) => t.signed({ payload: Uint8Array.of(0x7b, 0xff, 0x7d) }),
  ],
  [
    'a lone surrogate',
    'SB_CLAIMS_INVALID',
    withText(String.raw`"name":"\ud800"`),
    withText(String.raw`"name":"\ud83d\ude00"`),
  ],
  [
    'claims that nest too deep',
    'SB_CLAIMS_INVALID',
    withText(`"deep":${'['.repeat(400)}${']'.repeat(400)}`),
    withText('"deep":[[[]]]'),
  ],
]

const aged: readonly TokenRow[] = [
  [
    'issued more than maxTokenAge ago',
    'SB_TOKEN_TOO_OLD',
    withClaims({ iat: now - 3606 }),
    withClaims({ iat: now - 3605 }),
  ],
  ['no iat', 'SB_CLAIM_MISSING', withClaims({ iat: undefined })],
  [
    'issued beyond the tolerance ahead',
    'SB_TOKEN_NOT_YET_VALID',
    withClaims({ iat: now + 6 }),
    withClaims({ iat: now + 5 }),
  ],
  [
    'expired beyond the tolerance',
    'SB_TOKEN_EXPIRED',
    withClaims({ exp: now - 5 }),
    withClaims({ exp: now - 4 }),
  ],
  [
    'not valid beyond the tolerance',
    'SB_TOKEN_NOT_YET_VALID',
    withClaims({ nbf: now + 6 }),
    withClaims({ nbf: now + 5 }),
  ],
]

const bare = { iss: undefined, aud: undefined, exp: undefined }

/** Under a policy for tokens without `iss`, `aud` and `exp`. */
const optedOut: readonly TokenRow[] = [
  [
    'an issuer where none may be',
    'SB_ISSUER_MISMATCH',
    withClaims({ ...bare, iss: issuer }),
    withClaims(bare),
  ],
  [
    'an audience where none may be',
    'SB_AUDIENCE_MISMATCH',
    withClaims({ ...bare, aud: audience }),
    withClaims(bare),
  ],
  [
    'no exp, and issued more than maxTokenAge ago',
    'SB_TOKEN_TOO_OLD',
    withClaims({ ...bare, iat: now - 3601 }),
    withClaims({ ...bare, iat: now - 3600 }),
  ],
  ['neither exp nor iat', 'SB_CLAIM_MISSING', withClaims({ ...bare, iat: undefined }), withClaims(bare)],
  [
    'an exp that has passed, though none is needed',
    'SB_TOKEN_EXPIRED',
    withClaims({ ...bare, exp: now }),
    withClaims({ ...bare, exp: now + 1 }),
  ],
]

const onlyForUs: readonly TokenRow[] = [
  [
    'also for others',
    'SB_AUDIENCE_MISMATCH',
    withClaims({ aud: [audience, 'https://billing.example.com'] }),
    withClaims({ aud: [audience, `${audience}/v2`] }),
  ],
  ['for nobody', 'SB_AUDIENCE_MISMATCH', withClaims({ aud: [] }), withClaims({ aud: [`${audience}/v2`] })],
]

/** Validation of claims (RFC 7519 §7.2, RFC 9068 §4), and the other gates of a verifier. */
export const claimsCases: readonly ConformanceCase[] = [
  ...refusedTokens('signed', [...times, ...parties, ...json]),
  ...acceptedTokens('signed', [
    ['a fraction of a second in iat', withClaims({ iat: now - 0.25 })],
    ['claims that nobody knows', withClaims({ nonce: 'n-0S6_WzA2Mj', sid: 's' })],
    ['a claim named __proto__', withText('"__proto__":{"role":"admin"}')],
  ]),
  ...refusedTokens('aged', aged),
  ...refusedTokens('bare', optedOut),
  ...refusedTokens('only', onlyForUs),
  ...refusedTokens('schema', [
    ['claims that the schema refuses', 'SB_CLAIMS_REJECTED', withClaims({ tenant: 'evil' })],
    ['claims that lack what the schema asks for', 'SB_CLAIMS_REJECTED', goodToken],
  ]),
  ...refusedTokens('small', [
    [
      'a token above the limit',
      'SB_TOKEN_TOO_LARGE',
      withClaims({ padding: 'x'.repeat(1024) }),
      withClaims({ padding: 'x' }),
    ],
    ['garbage above the limit', 'SB_TOKEN_TOO_LARGE', () => 'a'.repeat(1025)],
  ]),
  {
    title: 'unavailable: keys that cannot be had are not the fault of the token',
    policy: 'unavailable',
    headers: bearerOf(),
    answer: answers.unavailable,
    code: 'SB_KEYS_UNAVAILABLE',
    twin: { policy: 'signed' },
  },
  {
    title: 'undiscovered: an issuer that cannot be found is not the fault of the token',
    policy: 'undiscovered',
    headers: bearerOf(),
    answer: answers.unavailable,
    code: 'SB_DISCOVERY_FAILED',
    twin: { policy: 'signed' },
  },
  {
    title: 'unavailable: a token that needs no key to be refused',
    policy: 'unavailable',
    headers: bearerOf((tokens) => tokens.hmac()),
    answer: answers.invalidToken,
    code: 'SB_ALG_NOT_ALLOWED',
    twin: { policy: 'signed', headers: bearerOf() },
  },
]
