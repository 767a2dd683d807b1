import { audience, goodClaims, issuer } from '../testing/parties.js'
import { type Family, family } from './attack.js'
import { dir, HS256, hs256, nestedDir } from './judges.js'
import { jwsHeader, nested, sealed, signed, without } from './tokens.js'

const host = issuer.slice('https://'.length)

/** What a comparison that is not exact takes for the issuer. */
const otherIssuers: readonly (readonly [what: string, iss: string])[] = [
  ['another', 'https://evil.example'],
  ['nothing', ''],
  ['a beginning', issuer.slice(0, -1)],
  ['the beginning up to the scheme', 'https://'],
  ['an end', host],
  ['with a slash behind', `${issuer}/`],
  ['with a path', `${issuer}/tenant`],
  ['as the beginning of another host', `${issuer}.evil.example`],
  ['as the end of another host', `https://evil-${host}`],
  ['as a name at another host', `${issuer}@evil.example`],
  ['as a path of another host', `https://evil.example/${issuer}`],
  ['as a query of another host', `https://evil.example/?${issuer}`],
  ['with a port', `${issuer}:443`],
  ['with a query', `${issuer}?`],
  ['with a fragment', `${issuer}#`],
  ['with http', issuer.replace('https', 'http')],
  ['in upper case', issuer.toUpperCase()],
  ['with a capital letter', issuer.replace('auth', 'Auth')],
  ['with a space behind', `${issuer} `],
  ['with an end of line behind', `${issuer}\n`],
  ['with a zero octet behind', `${issuer}\0`],
  ['with another dot', issuer.replace('.', '\u3002')],
  ['with a letter that looks the same', issuer.replace('a', '\u0430')],
  ['percent-encoded', issuer.replace('auth', '%61uth')],
  ['beside another', `${issuer} https://evil.example`],
  ['beside another, with a comma', `${issuer},https://evil.example`],
  ['the audience', audience],
  ['any', 'any'],
  ['a wildcard', '*'],
  ['a regular expression', '.*'],
]

const noText: readonly unknown[] = [
  null,
  1,
  true,
  [],
  {},
  [issuer],
  [issuer, 'https://evil.example'],
  { iss: issuer },
  { toString: issuer },
  { 0: issuer, length: 1 },
]

const dynamic = hs256({ issuer: (iss: string) => iss.startsWith(issuer) && iss.length === issuer.length })

export const issuers: Family = family(
  'iss of another shape',
  { source: 'CVE-2025-30144, RFC 7519 §4.1.1', policy: HS256, twin: () => signed() },
  [
    ...otherIssuers.map(([what, iss]) => ({
      what,
      code: 'SB_ISSUER_MISMATCH' as const,
      token: () => signed({ ...goodClaims, iss }),
    })),
    ...noText.map((iss) => ({
      what: JSON.stringify(iss),
      code: 'SB_CLAIMS_INVALID' as const,
      token: () => signed({ ...goodClaims, iss }),
    })),
    { what: 'absent', code: 'SB_CLAIM_MISSING', token: () => signed(without('iss')) },
    {
      what: 'in the header alone',
      code: 'SB_CLAIM_MISSING',
      token: () => signed(without('iss'), { ...jwsHeader, iss: issuer }),
    },
    {
      what: 'a list, where a function decides',
      policy: dynamic,
      code: 'SB_CLAIMS_INVALID',
      token: () => signed({ ...goodClaims, iss: [issuer] }),
    },
    {
      what: 'another, where a function decides',
      policy: dynamic,
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed({ ...goodClaims, iss: `${issuer}/` }),
    },
    {
      what: 'good, where a function says what is not quite true',
      policy: hs256({ issuer: () => 'yes' }),
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed(),
      twinPolicy: hs256({ issuer: () => true }),
    },
    ...[
      [
        'throws',
        () => {
          throw new Error('no database')
        },
      ],
      ['rejects later', () => Promise.reject(new Error('no database'))],
    ].map(([how, decide]) => ({
      what: `good, where a function ${how}`,
      policy: hs256({ issuer: decide }),
      code: 'SB_ISSUER_MISMATCH' as const,
      token: () => signed(),
      twinPolicy: hs256({ issuer: () => true }),
    })),
    {
      what: 'good, where a function answers later',
      policy: hs256({ issuer: async () => true }),
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed(),
      twinPolicy: hs256({ issuer: () => true }),
    },
    {
      what: 'in another form of Unicode',
      policy: hs256({ issuer: `${issuer}/\u00e9` }),
      code: 'SB_ISSUER_MISMATCH',
      token: () => signed({ ...goodClaims, iss: `${issuer}/e\u0301` }),
      twin: () => signed({ ...goodClaims, iss: `${issuer}/\u00e9` }),
    },
    {
      what: 'another, in an envelope',
      policy: dir,
      code: 'SB_ISSUER_MISMATCH',
      token: () => sealed({ ...goodClaims, iss: '' }),
      twin: () => sealed(),
    },
    {
      what: 'another, in a nested token',
      policy: nestedDir,
      code: 'SB_ISSUER_MISMATCH',
      token: () => nested(signed({ ...goodClaims, iss: '' })),
      twin: () => nested(),
    },
  ],
)

const otherAudiences: readonly (readonly [what: string, aud: unknown])[] = [
  ['another service', 'https://billing.example.com'],
  ['nothing', ''],
  ['an empty list', []],
  ['a list of others', ['https://a.example', 'https://b.example']],
  ['a list of nothing', ['']],
  ['a beginning', audience.slice(0, -1)],
  ['an end', audience.slice(8)],
  ['with a slash behind', `${audience}/`],
  ['as the beginning of another host', `${audience}.evil.example`],
  ['as the end of another host', audience.replace('https://', 'https://evil-')],
  ['with a path', `${audience}/admin`],
  ['in upper case', audience.toUpperCase()],
  ['in upper case, in a list', [audience.toUpperCase()]],
  ['with a space behind', `${audience} `],
  ['beside another in one text', `${audience} https://billing.example.com`],
  ['beside another in one text, with a comma', `${audience},https://billing.example.com`],
  ['as JSON in text', JSON.stringify([audience])],
  ['any', 'any'],
  ['any, in a list', ['any']],
  ['a wildcard', '*'],
  ['a regular expression', '.*'],
  ['the issuer', issuer],
  ['client ID of an ID token', 'client-123'],
]

const noAudience: readonly unknown[] = [
  null,
  1,
  true,
  {},
  [[audience]],
  [audience, 1],
  [audience, null],
  { 0: audience },
  { 0: audience, length: 1 },
  { toString: audience },
  [{ aud: audience }],
]

export const audiences: Family = family(
  'aud of another shape',
  {
    source: 'CVE-2025-62610, RFC 7519 §4.1.3',
    policy: HS256,
    twin: () => signed({ ...goodClaims, aud: ['https://a.example', audience] }),
  },
  [
    ...otherAudiences.map(([what, aud]) => ({
      what,
      code: 'SB_AUDIENCE_MISMATCH' as const,
      token: () => signed({ ...goodClaims, aud }),
    })),
    ...noAudience.map((aud) => ({
      what: JSON.stringify(aud),
      code: 'SB_CLAIMS_INVALID' as const,
      token: () => signed({ ...goodClaims, aud }),
    })),
    { what: 'absent', code: 'SB_CLAIM_MISSING', token: () => signed(without('aud')) },
    {
      what: 'azp and client_id in its place',
      code: 'SB_CLAIM_MISSING',
      token: () => signed({ ...without('aud'), azp: audience, client_id: audience }),
    },
    {
      what: 'a policy that leaves it out',
      policy: hs256({ audience: undefined }),
      code: 'TypeError',
      token: () => signed(without('aud')),
      twinPolicy: hs256({ audience: 'any' }),
    },
    {
      what: 'a policy with a regular expression',
      source: 'CVE-2026-35040, CVE-2026-35041',
      policy: hs256({ audience: /api/ }),
      code: 'TypeError',
      token: () => signed(),
      twinPolicy: HS256,
    },
    {
      what: 'a policy with any among others',
      policy: hs256({ audience: ['any', audience] }),
      code: 'TypeError',
      token: () => signed(),
      twinPolicy: HS256,
    },
    {
      what: 'another service, in an envelope',
      policy: dir,
      code: 'SB_AUDIENCE_MISMATCH',
      token: () => sealed({ ...goodClaims, aud: 'x' }),
      twin: () => sealed(),
    },
    {
      what: 'another service, in a nested token',
      policy: nestedDir,
      code: 'SB_AUDIENCE_MISMATCH',
      token: () => nested(signed({ ...goodClaims, aud: 'x' })),
      twin: () => nested(),
    },
  ],
)

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
  ['in front of a zero octet', 'at+jwt\0'],
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
      what: 'on the envelope alone',
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
      what: 'of a DPoP proof, in an envelope',
      policy: dir,
      token: () => sealed(goodClaims, { alg: 'dir', enc: 'A256GCM', typ: 'dpop+jwt' }),
      twin: () => sealed(),
    },
  ],
)
