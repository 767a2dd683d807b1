import { handSeal, handSign, segment } from '../testing/hand-made.js'
import { goodClaims, issuer, nowSeconds } from '../testing/parties.js'
import { testKey, testPublicKey } from '../testing/test-keys.js'
import { type Family, family } from './attack.js'
import { dir, HS256, nestedClaim, nestedDir, nestedIn, nestedUnder, verifier } from './judges.js'
import {
  envelopeHeader,
  inClaim,
  jweHeader,
  jwsHeader,
  nested,
  sealed,
  sealedToP256,
  sealedToRsa,
  signed,
  strangersSecret,
  unsigned,
  without,
} from './tokens.js'

const bare = (claims: object = goodClaims): string => JSON.stringify(claims)

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
      what: 'a token signed by a stranger',
      code: 'SB_INTEGRITY_FAILED',
      token: () => nested(handSign(jwsHeader, goodClaims, strangersSecret)),
    },
    { what: 'an envelope with claims', code: 'SB_FORM_MISMATCH', token: () => nested(sealed()) },
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
      what: 'a token in front of a zero octet',
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
      what: 'an envelope whose header repeats another iss',
      source: 'RFC 7519 §5.3',
      code: 'SB_HEADER_CLAIM_MISMATCH',
      token: () => nested(signed(), { ...envelopeHeader, iss: 'https://evil.example' }),
      twin: () => nested(signed(), { ...envelopeHeader, iss: issuer }),
    },
    {
      what: 'an envelope whose header repeats a claim that is not inside',
      source: 'RFC 7519 §5.3',
      code: 'SB_HEADER_CLAIM_MISMATCH',
      token: () => nested(signed(), { ...envelopeHeader, nbf: 0 }),
      twin: () => nested(signed(), { ...envelopeHeader, exp: goodClaims.exp }),
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
      code: 'SB_CLAIMS_INVALID',
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
      what: 'in a claim: an envelope',
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

const nestedRsa = nestedUnder('RSA-OAEP-256')
const nestedP256 = nestedUnder('ECDH-ES')
const strangers = (): string => handSign(jwsHeader, goodClaims, strangersSecret)
const claimsInPublicKey = async () =>
  verifier({
    encryption: {
      keyManagement: ['RSA-OAEP-256'],
      contentEncryption: ['A256GCM'],
      keys: await testKey('RSA-OAEP-256'),
    },
  })
const claimsInEither = async () =>
  verifier({
    encryption: {
      keyManagement: ['dir', 'ECDH-ES'],
      contentEncryption: ['A256GCM'],
      keys: await testKey('dir'),
    },
  })

/** Anyone who has the public key can make these. */
export const strangersEnvelope: Family = family(
  'an envelope that a stranger made with the public key',
  { source: 'RFC 7519 §11.2, RFC 8725 §2.5' },
  [
    ...(
      [
        ['RSA-OAEP-256', nestedRsa, sealedToRsa],
        ['ECDH-ES', nestedP256, sealedToP256],
      ] as const
    ).flatMap(([alg, policy, seal]) => [
      {
        what: `${alg}, around claims`,
        policy,
        code: 'SB_NESTED_CTY' as const,
        token: () => seal(bare(), {}),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around claims that say they are a token`,
        policy,
        code: 'SB_TOKEN_MALFORMED' as const,
        token: () => seal(bare({ iss: 'x', exp: nowSeconds + 1 })),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around a token of their own`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => seal(strangers()),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around an unsigned token`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => seal(unsigned(jwsHeader)),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around a token with alg none`,
        policy,
        code: 'SB_ALG_NOT_ALLOWED' as const,
        token: () => seal(unsigned({ alg: 'none', typ: 'at+jwt' })),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around a token signed with the public key`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => seal(handSign(jwsHeader, goodClaims, Buffer.from('-----BEGIN PUBLIC KEY-----'))),
        twin: () => seal(signed()),
      },
    ]),
    {
      what: 'a verifier that would take claims from any of them',
      policy: claimsInPublicKey,
      code: 'TypeError',
      token: () => sealedToRsa(bare(), {}),
      twin: () => sealed(),
      twinPolicy: dir,
    },
    {
      what: 'a verifier that would take claims under a secret or a public key',
      policy: claimsInEither,
      code: 'TypeError',
      token: () => sealedToP256(bare(), {}),
      twin: () => sealed(),
      twinPolicy: dir,
    },
    {
      what: 'a public key in place of the private one',
      policy: async () => nestedIn({ keyManagement: ['ECDH-ES'], keys: await testPublicKey('ECDH-ES') })(),
      code: 'TypeError',
      token: () => sealedToP256(signed()),
      twin: () => sealedToP256(signed()),
      twinPolicy: nestedP256,
    },
    {
      what: 'dir, under the public key',
      policy: nestedDir,
      code: 'SB_INTEGRITY_FAILED',
      token: () => handSeal(envelopeHeader, signed(), strangersSecret),
      twin: () => nested(),
    },
  ],
)

/** What the envelope says of its content, RFC 7519 §5.2. */
export const contentType: Family = family(
  'cty',
  { source: 'RFC 7519 §5.2, RFC 7515 §4.1.10', policy: nestedDir },
  [
    {
      what: 'absent',
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(), without('cty', envelopeHeader)),
      twin: () => nested(),
    },
    ...[
      'JWS',
      'JWE',
      'json',
      'at+jwt',
      'JWT+x',
      'text/JWT',
      ' JWT',
      'JWT ',
      'application/',
      'application/x/JWT',
      '',
      'none',
    ].map((cty) => ({
      what: JSON.stringify(cty),
      code: 'SB_NESTED_CTY' as const,
      token: () => nested(signed(), { ...envelopeHeader, cty }),
      twin: () => nested(signed(), { ...envelopeHeader, cty: 'application/jwt' }),
    })),
    ...[null, 1, true, ['JWT'], {}].map((cty) => ({
      what: JSON.stringify(cty),
      code: 'SB_HEADER_INVALID' as const,
      token: () => nested(signed(), { ...envelopeHeader, cty }),
      twin: () => nested(signed(), { ...envelopeHeader, cty: 'jwt' }),
    })),
    {
      what: 'as typ',
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(), { alg: 'dir', enc: 'A256GCM', typ: 'JWT' }),
      twin: () => nested(),
    },
    {
      what: 'on the inner token alone',
      code: 'SB_NESTED_CTY',
      token: () => nested(signed(goodClaims, { ...jwsHeader, cty: 'JWT' }), { alg: 'dir', enc: 'A256GCM' }),
      twin: () => nested(signed(goodClaims, { ...jwsHeader, cty: 'JWT' })),
    },
    {
      what: 'JWT around claims',
      policy: dir,
      code: 'SB_FORM_MISMATCH',
      token: () => sealed(goodClaims, { ...jweHeader, cty: 'JWT' }),
      twin: () => sealed(goodClaims, { ...jweHeader, cty: 'json' }),
    },
    {
      what: 'JWT around a claim with the token',
      policy: nestedClaim,
      code: 'SB_FORM_MISMATCH',
      token: () => inClaim(undefined, { cty: 'JWT' }),
      twin: () => inClaim(undefined, { cty: 'json' }),
    },
    {
      what: 'left away by an issuer that may, around claims',
      policy: nestedIn({ cty: 'any' }),
      code: 'SB_HEADER_INVALID',
      token: () => nested(`${segment('{}')}.${segment(goodClaims)}.`, { alg: 'dir', enc: 'A256GCM' }),
      twin: () => nested(signed(), { alg: 'dir', enc: 'A256GCM' }),
    },
  ],
)
