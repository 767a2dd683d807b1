import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { jwsHeader, nested, sealed, signed } from './tokens.js'
import { dir, HS256, hs256, nestedDir } from './verifiers.js'

const withTyp = (typ: unknown) => () => signed(goodClaims, { ...jwsHeader, typ })
const otherTypes: readonly (readonly [what: string, typ: string])[] = [
  ['an ID token', 'JWT'],
  ['an ID token of a lower case', 'jwt'],
  ['a refresh token', 'rt+jwt'],
  ['a logout token', 'logout+jwt'],
  ['a DPoP proof', 'dpop+jwt'],
  ['a security event', 'secevent+jwt'],
  ['a request object', 'oauth-authz-req+jwt'],
  ['an introspection response', 'token-introspection+jwt'],
  ['a client assertion', 'client-authentication+jwt'],
  ['a key binding proof', 'kb+jwt'],
  ['a selective-disclosure credential', 'dc+sd-jwt'],
  ['an entity statement', 'entity-statement+jwt'],
  ['nothing', ''],
  ['a beginning', 'at'],
  ['an end', 'jwt+at'],
  ['with a space behind', 'at+jwt '],
  ['with a space in front', ' at+jwt'],
  ['with a parameter', 'at+jwt; charset=utf-8'],
  ['with a plus that was decoded', 'at jwt'],
  ['percent-encoded', 'at%2Bjwt'],
  ['of another tree', 'text/at+jwt'],
  ['of a second application', 'application/application/at+jwt'],
  ['in front of a zero byte', 'at+jwt\0'],
  ['behind a byte order mark', '\ufeffat+jwt'],
  ['in full-width letters', '\uff41\uff54+jwt'],
  ['of two types', 'at+jwt, JWT'],
  ['any', 'any'],
  ['the text null', 'null'],
]

export const typConfusion: Family = family(
  'typ: another token as an access token',
  {
    source: 'CVE-2023-48309, RFC 8725 §3.11, RFC 9068 §4',
    policy: HS256,
    code: 'SB_TYP_MISMATCH',
    twin: withTyp('application/AT+JWT'),
  },
  [
    ...otherTypes.map(([what, typ]) => ({ what, token: withTyp(typ) })),
    ...[null, 1, ['at+jwt'], {}].map((typ) => ({
      what: JSON.stringify(typ),
      code: 'SB_HEADER_INVALID' as const,
      token: withTyp(typ),
    })),
    { what: 'an ID token without typ', token: () => signed({ ...goodClaims, nonce: 'n' }, { alg: 'HS256' }) },
    { what: 'typ among the claims', token: () => signed({ ...goodClaims, typ: 'at+jwt' }, { alg: 'HS256' }) },
    {
      what: 'a letter that is ASCII in lower case alone',
      policy: hs256({ typ: 'kb+jwt' }),
      token: withTyp('\u212ab+jwt'),
      twin: withTyp('KB+JWT'),
    },
    {
      what: 'no typ where null is not allowed',
      policy: hs256({ typ: ['at+jwt', 'JWT'] }),
      token: () => signed(goodClaims, { alg: 'HS256' }),
      twin: withTyp('JWT'),
    },
    {
      what: 'a typ where only none is allowed',
      policy: hs256({ typ: null }),
      token: withTyp('at+jwt'),
      twin: () => signed(goodClaims, { alg: 'HS256' }),
    },
    {
      what: 'a policy that leaves it out',
      policy: hs256({ typ: undefined }),
      code: 'TypeError',
      token: withTyp('JWT'),
      twinPolicy: hs256({ typ: 'any' }),
    },
    {
      what: 'on the encrypted token alone',
      policy: nestedDir,
      token: () =>
        nested(signed(goodClaims, { alg: 'HS256' }), {
          alg: 'dir',
          enc: 'A256GCM',
          cty: 'JWT',
          typ: 'at+jwt',
        }),
      twin: () => nested(),
    },
    {
      what: 'of a DPoP proof, in an encrypted token',
      policy: dir,
      token: () => sealed(goodClaims, { alg: 'dir', enc: 'A256GCM', typ: 'dpop+jwt' }),
      twin: () => sealed(),
    },
  ],
)
