import { handSign } from '#core-test-kit/hand-made.js'
import { goodClaims, issuer, nowSeconds } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import {
  attackersSecret,
  inClaim,
  jwsHeader,
  nested,
  nestedHeader,
  sealed,
  signed,
  unsigned,
  without,
} from './tokens.js'
import { HS256, nestedClaim, nestedDir } from './verifiers.js'

export const wronglyNested: Family = family(
  'nested with the wrong thing inside',
  { source: 'RFC 7519 §5.2, §11.2', policy: nestedDir, twin: () => nested() },
  [
    {
      what: 'claims, unsigned',
      code: 'SB_TOKEN_MALFORMED',
      token: () => nested({ exp: nowSeconds + 900, iss: 'x' }),
    },
    { what: 'nothing', code: 'SB_TOKEN_MALFORMED', token: () => nested('') },
    { what: 'no UTF-8', code: 'SB_TOKEN_MALFORMED', token: () => nested(Uint8Array.of(0xff, 0xfe)) },
    {
      what: 'a token without its signature',
      code: 'SB_INTEGRITY_FAILED',
      token: () => nested(unsigned(jwsHeader)),
    },
    {
      what: 'a token of two parts',
      code: 'SB_TOKEN_MALFORMED',
      token: () => nested(signed().split('.').slice(0, 2).join('.')),
    },
    {
      what: 'a token signed by an attacker',
      code: 'SB_INTEGRITY_FAILED',
      token: () => nested(handSign(jwsHeader, goodClaims, attackersSecret)),
    },
    { what: 'an encrypted token with claims', code: 'SB_FORM_MISMATCH', token: () => nested(sealed()) },
    { what: 'a nested token', code: 'SB_FORM_MISMATCH', token: () => nested(nested()) },
    {
      what: 'a nested token, twice wrapped',
      code: 'SB_FORM_MISMATCH',
      token: () => nested(nested(nested())),
    },
    {
      what: 'a token in JSON serialization',
      code: 'SB_TOKEN_MALFORMED',
      token: () => nested({ payload: '', signatures: [] }),
    },
    { what: 'a token in quotes', code: 'SB_HEADER_INVALID', token: () => nested(JSON.stringify(signed())) },
    { what: 'a token behind a space', code: 'SB_HEADER_INVALID', token: () => nested(` ${signed()}`) },
    {
      what: 'a token behind a byte order mark',
      code: 'SB_HEADER_INVALID',
      token: () => nested(`\ufeff${signed()}`),
    },
    {
      what: 'a token in front of an end of line',
      code: 'SB_INTEGRITY_FAILED',
      token: () => nested(`${signed()}\n`),
    },
    {
      what: 'a token in front of a zero byte',
      code: 'SB_INTEGRITY_FAILED',
      token: () => nested(`${signed()}\0`),
    },
    {
      what: 'a token in UTF-16',
      code: 'SB_HEADER_INVALID',
      token: () => nested(Buffer.from(signed(), 'utf16le')),
    },
    {
      what: 'an expired token',
      code: 'SB_TOKEN_EXPIRED',
      token: () => nested(signed({ ...goodClaims, exp: nowSeconds })),
    },
    {
      what: 'an encrypted token whose header repeats another iss',
      source: 'RFC 7519 §5.3',
      code: 'SB_HEADER_CLAIM_MISMATCH',
      token: () => nested(signed(), { ...nestedHeader, iss: 'https://evil.example' }),
      twin: () => nested(signed(), { ...nestedHeader, iss: issuer }),
    },
    {
      what: 'an encrypted token whose header repeats a claim that is not inside',
      source: 'RFC 7519 §5.3',
      code: 'SB_HEADER_CLAIM_MISMATCH',
      token: () => nested(signed(), { ...nestedHeader, nbf: 0 }),
      twin: () => nested(signed(), { ...nestedHeader, exp: goodClaims.exp }),
    },
    {
      what: 'a token signed around a token',
      policy: HS256,
      code: 'SB_CLAIMS_INVALID',
      token: () => signed(signed()),
      twin: () => signed(),
    },
    {
      what: 'a token signed around a token, with cty',
      policy: HS256,
      code: 'SB_FORM_MISMATCH',
      token: () => signed(signed(), { ...jwsHeader, cty: 'JWT' }),
      twin: () => signed(),
    },
    ...(
      [
        ['absent', {}],
        ['null', { token: null }],
        ['a number', { token: 1 }],
        ['a list', { token: [signed()] }],
        ['an object', { token: { token: signed() } }],
        ['under another name', { jwt: signed() }],
        ['under a name of Object', { constructor: signed() }],
      ] as const
    ).map(([what, outer]) => ({
      what: `in a claim that is ${what}`,
      policy: nestedClaim,
      code: 'SB_NESTED_CLAIM' as const,
      token: () => inClaim(outer),
      twin: () => inClaim(),
    })),
    {
      what: 'in a claim: an unsigned token',
      policy: nestedClaim,
      code: 'SB_INTEGRITY_FAILED',
      token: () => inClaim({ token: unsigned(jwsHeader) }),
      twin: () => inClaim(),
    },
    {
      what: 'in a claim: an encrypted token',
      policy: nestedClaim,
      code: 'SB_FORM_MISMATCH',
      token: () => inClaim({ token: sealed() }),
      twin: () => inClaim(),
    },
    {
      what: 'in a claim: good claims beside a token without them',
      policy: nestedClaim,
      code: 'SB_CLAIM_MISSING',
      token: () => inClaim({ ...goodClaims, token: signed(without('iss')) }),
      twin: () => inClaim({ ...without('iss'), token: signed() }),
    },
    {
      what: 'in a claim: an outer exp that has passed',
      policy: nestedClaim,
      code: 'SB_TOKEN_EXPIRED',
      token: () => inClaim({ token: signed(), exp: nowSeconds }),
      twin: () => inClaim({ token: signed(), exp: nowSeconds + 1 }),
    },
    {
      what: 'in a claim: an outer nbf that is to come',
      policy: nestedClaim,
      code: 'SB_TOKEN_NOT_YET_VALID',
      token: () => inClaim({ token: signed(), nbf: nowSeconds + 1 }),
      twin: () => inClaim({ token: signed(), nbf: nowSeconds }),
    },
  ],
)
