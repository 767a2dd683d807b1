import { answers } from '../answers.js'
import type {
  AcceptedCase,
  ConformanceCase,
  HeaderList,
  RefusedCase,
  RequestShape,
} from '../conformance-case.js'
import { issuer, partner } from '../parties.js'
import { around, bare, bearerOf, type TokenRecipe } from '../request-headers.js'
import { acceptedTokens, refusedTokens } from '../token-rows.js'

const name = 'X-Gateway-Jwt'
const gateway = around((token) => [[name, token]])

/** Headers of the policy `gateway`, whose one source of credentials is a header of another name. */
const gatewayHeaders: readonly (readonly [
  title: string,
  code: RefusedCase['code'],
  write: Parameters<typeof around>[0],
])[] = [
  [
    'twice',
    'SB_CREDENTIALS_REPEATED',
    (token) => [
      [name, token],
      [name, token],
    ],
  ],
  ['with a scheme in front', 'SB_CREDENTIALS_MALFORMED', (token) => [[name, `Bearer ${token}`]]],
  ['in quotes', 'SB_CREDENTIALS_MALFORMED', (token) => [[name, `"${token}"`]]],
  ['empty', 'SB_CREDENTIALS_MALFORMED', () => [[name, '']]],
  ['two tokens', 'SB_CREDENTIALS_MALFORMED', (token) => [[name, `${token} ${token}`]]],
]

const elsewhere: readonly (readonly [title: string, headers: RequestShape['headers']])[] = [
  ['in Authorization', bearerOf()],
  ['in a cookie', around((token) => [['Cookie', `${name}=${token}`]])],
  ['in a header of a longer name', around((token) => [[`${name}-2`, token]])],
  ['nowhere', bare()],
]

const withScheme = (scheme: string): RequestShape['headers'] =>
  around((token): HeaderList => [['x-forwarded-access', `${scheme}${token}`]])

const gatewayCases: readonly ConformanceCase[] = [
  { title: 'a header of another name', policy: 'gateway', headers: gateway, grant: {} },
  {
    title: 'a header of another name, in another case',
    policy: 'gateway',
    headers: around((token) => [[name.toLowerCase(), token]]),
    grant: {},
  },
  ...gatewayHeaders.map(
    ([title, code, write]): RefusedCase => ({
      title: `a header of another name, ${title}`,
      policy: 'gateway',
      headers: around(write),
      answer: code === 'SB_CREDENTIALS_REPEATED' ? answers.repeated : answers.invalidRequest,
      code,
      twin: { headers: gateway },
    }),
  ),
  ...elsewhere.map(
    ([title, headers]): RefusedCase => ({
      title: `a header of another name, and the token ${title}`,
      policy: 'gateway',
      headers,
      answer: answers.missing,
      code: 'SB_CREDENTIALS_MISSING',
      twin: { headers: gateway },
    }),
  ),
  {
    title: 'another header with a scheme',
    policy: 'gatewayScheme',
    headers: withScheme('Bearer '),
    grant: {},
  },
  {
    title: 'another header with a scheme in another case',
    policy: 'gatewayScheme',
    headers: withScheme('bEARER '),
    grant: {},
  },
  {
    title: 'another header without its scheme',
    policy: 'gatewayScheme',
    headers: withScheme('DPoP '),
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: withScheme('Bearer ') },
  },
  ...['Bearer', 'JWT', 'jwt'].map(
    (scheme): AcceptedCase => ({
      title: `one of two schemes: ${scheme}`,
      policy: 'legacyScheme',
      headers: around((token) => [['Authorization', `${scheme} ${token}`]]),
      grant: {},
    }),
  ),
  {
    title: 'neither of two schemes',
    policy: 'legacyScheme',
    headers: around((token) => [['Authorization', `Token ${token}`]]),
    answer: answers.missing,
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: around((token) => [['Authorization', `JWT ${token}`]]) },
  },
]

/** Whatever stands in `cnf` binds the token (RFC 7800 §3.1). */
const confirmations: readonly (readonly [title: string, cnf: unknown])[] = [
  ['the thumbprint of a key', { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }],
  ['a certificate', { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }],
  ['a key', { jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }],
  ['the name of a key', { kid: 'k' }],
  ['an encrypted key', { jwe: 'x' }],
  ['a member that nobody knows', { other: 'x' }],
  ['nothing', {}],
  ['null', null],
  ['text', 'x'],
  ['a list', ['x']],
  ['false', false],
  ['a number', 0],
]

const boundCases: readonly ConformanceCase[] = confirmations.flatMap(([title, cnf]) => {
  const recipe: TokenRecipe = (tokens) => tokens.signed({ claims: { cnf } })
  return [
    ...refusedTokens('signed', [[`bound to ${title}`, 'SB_CONFIRMATION_REQUIRED', recipe]]),
    ...acceptedTokens('unbound', [[`bound to ${title}`, recipe]]),
  ]
})

const ofPartner =
  (role?: string): TokenRecipe =>
  (tokens) =>
    tokens.signed({ key: 'partner', claims: { iss: partner, ...(role !== undefined && { role }) } })

const issuerCases: readonly ConformanceCase[] = [
  {
    title: 'issuers: the one that a requirement names',
    policy: 'several',
    requirement: 'issuer',
    headers: bearerOf(),
    grant: {},
  },
  {
    title: 'issuers: another than the requirement names',
    policy: 'several',
    requirement: 'issuer',
    headers: bearerOf(ofPartner()),
    answer: answers.insufficient,
    code: 'SB_ISSUER_INSUFFICIENT',
    twin: { headers: bearerOf() },
  },
  { title: 'issuers: each with its own permissions', policy: 'byIssuer', headers: bearerOf(), grant: {} },
  {
    title: 'issuers: one that may grant less',
    policy: 'byIssuer',
    headers: bearerOf(ofPartner()),
    grant: { issuer: partner, scopes: ['profile'], roles: [] },
  },
  {
    title: 'issuers: a role that this one may not grant',
    policy: 'byIssuer',
    requirement: 'role',
    headers: bearerOf(ofPartner('admin')),
    answer: answers.insufficient,
    code: 'SB_ROLE_INSUFFICIENT',
    twin: { requirement: 'none', grant: { issuer: partner, scopes: ['profile'], roles: [] } },
  },
]

const revokedCases: readonly ConformanceCase[] = [
  { title: 'revocation: a token that is not revoked', policy: 'revoked', headers: bearerOf(), grant: {} },
  ...refusedTokens('revoked', [
    ['a revoked token', 'SB_TOKEN_REVOKED', (tokens) => tokens.signed({ claims: { jti: 'revoked' } })],
    [
      'a token that is revoked later',
      'SB_TOKEN_REVOKED',
      (tokens) => tokens.signed({ claims: { jti: 'late' } }),
    ],
  ]),
  ...['throws', 'rejects', 'text', 'nothing'].map(
    (jti): RefusedCase => ({
      title: `revocation: an answer that cannot be had: ${jti}`,
      policy: 'revokedUnknown',
      headers: bearerOf((tokens) => tokens.signed({ claims: { jti } })),
      answer: answers.unavailable,
      code: 'SB_STORE_UNAVAILABLE',
      twin: { headers: bearerOf() },
    }),
  ),
]

const opaque = (text: string): RequestShape['headers'] => bare(['Authorization', `Bearer ${text}`])

const definedCases: readonly ConformanceCase[] = [
  {
    title: 'a defined verifier: an opaque token',
    policy: 'defined',
    headers: opaque('opaque-token'),
    grant: { form: 'opaque', issuer },
  },
  {
    title: 'a defined verifier: a signed token beside it',
    policy: 'defined',
    headers: bearerOf(),
    grant: {},
  },
  {
    title: 'a defined verifier: an opaque token that it refuses',
    policy: 'defined',
    headers: opaque('another-token'),
    answer: answers.invalidToken,
    code: 'SB_INTEGRITY_FAILED',
    twin: { headers: opaque('opaque-token'), grant: { form: 'opaque', issuer } },
  },
  {
    title: 'a defined verifier: a service that is down',
    policy: 'defined',
    headers: opaque('outage'),
    answer: answers.unavailable,
    code: 'SB_KEYS_UNAVAILABLE',
    twin: { headers: opaque('opaque-token'), grant: { form: 'opaque', issuer } },
  },
]

/** Credentials of other headers, bound tokens, issuers apart, revocation, verifiers of the application's own. */
export const seamCases: readonly ConformanceCase[] = [
  ...gatewayCases,
  ...boundCases,
  ...issuerCases,
  ...revokedCases,
  ...definedCases,
]
