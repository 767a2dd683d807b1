import type { AcceptedCase, ConformanceCase } from '../conformance-case.js'
import { issuer, partner } from '../parties.js'
import { bearerOf, type TokenRecipe } from '../request-headers.js'
import { refusedTokens } from '../token-rows.js'
import { flipBit, replacePart } from '../tokens/tampering.js'

const ofPartner: TokenRecipe = (tokens) => tokens.signed({ key: 'partner', claims: { iss: partner } })

const encryption: TokenRecipe = (tokens) => tokens.sealed()
const encrypted: AcceptedCase['grant'] = { form: 'encrypted' }

const accepted = (title: string, recipe: TokenRecipe, grant: AcceptedCase['grant']): AcceptedCase => ({
  title: `several: ${title}`,
  policy: 'several',
  headers: bearerOf(recipe),
  grant,
})

/** One authenticator that takes two issuers' signed tokens, and encrypted tokens of two kinds. */
export const severalVerifiersCases: readonly ConformanceCase[] = [
  accepted("the issuer's signed token", (tokens) => tokens.signed(), {}),
  accepted("the partner's signed token, under a key of the same kid", ofPartner, { issuer: partner }),
  accepted('an encrypted token', encryption, encrypted),
  accepted('a nested token', (tokens) => tokens.nested(), { form: 'nested' }),
  ...refusedTokens('several', [
    [
      "the partner's name under the issuer's key",
      'SB_INTEGRITY_FAILED',
      (t) => t.signed({ claims: { iss: partner } }),
      ofPartner,
      { issuer: partner },
    ],
    [
      "the issuer's name under the partner's key",
      'SB_INTEGRITY_FAILED',
      (t) => t.signed({ key: 'partner', claims: { iss: issuer } }),
    ],
    [
      'an issuer that nobody takes',
      'SB_ISSUER_MISMATCH',
      (t) => t.signed({ claims: { iss: 'https://evil.example' } }),
    ],
    ['no issuer', 'SB_ISSUER_MISMATCH', (t) => t.signed({ claims: { iss: undefined } })],
    ['issuers in a list', 'SB_ISSUER_MISMATCH', (t) => t.signed({ claims: { iss: [issuer, partner] } })],
    ['claims that are no JSON', 'SB_TOKEN_MALFORMED', (t) => t.signed({ claimsText: 'no claims' })],
    [
      'claims with iss twice',
      'SB_TOKEN_MALFORMED',
      (t) => t.signed({ claimsText: `{"iss":"${issuer}","iss":"${partner}"}` }),
    ],
    ['one part', 'SB_TOKEN_MALFORMED', () => 'an-opaque-token'],
    [
      'an encrypted token of an alg that nobody allows',
      'SB_KEY_NOT_FOUND',
      (t) => t.wrapped(),
      encryption,
      encrypted,
    ],
    [
      'an encrypted token whose header is no JSON',
      'SB_TOKEN_MALFORMED',
      async (t) => replacePart(await t.sealed(), 0, () => 'bm8'),
      encryption,
      encrypted,
    ],
    [
      'an encrypted token without an alg',
      'SB_HEADER_INVALID',
      (t) => t.sealed({ header: { alg: undefined } }),
      encryption,
      encrypted,
    ],
    [
      'an encrypted token with one bit of its tag turned over',
      'SB_INTEGRITY_FAILED',
      async (t) => flipBit(await t.sealed(), 4),
      encryption,
      encrypted,
    ],
    [
      "an attacker's encrypted token around bare claims",
      'SB_TOKEN_MALFORMED',
      (t) => t.nested({ inner: '{"role":"admin"}' }),
      (t) => t.nested(),
      { form: 'nested' },
    ],
  ]),
]
