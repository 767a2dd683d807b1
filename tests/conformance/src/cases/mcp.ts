import type { ErrorCode } from '@sealbearer/core'
import { now } from '../clock.js'
import type { ConformanceCase, RefusedCase, RequestShape } from '../conformance-case.js'
import { challenging } from '../dpop-answers.js'
import { audience, partner } from '../parties.js'
import { bare, bearerOf, cookieOf, goodToken, type TokenRecipe } from '../request-headers.js'
import type { RequirementName } from '../requirements.js'
import type { Change } from '../tokens/claims.js'

/** Every challenge of an MCP server names its metadata and the scopes of the request. */
const answer = (
  status: 401 | 403,
  error: 'invalid_token' | 'insufficient_scope' | undefined,
  scope?: string,
): RefusedCase['answer'] =>
  challenging(status, {
    schemes: ['Bearer'],
    start: `, resource_metadata="${audience}/.well-known/oauth-protected-resource"`,
    more: scope === undefined ? '' : `, scope="${scope}"`,
    ...(error !== undefined && { error }),
  })

const holding =
  (claims: Change = {}): TokenRecipe =>
  (tokens) =>
    tokens.signed({ claims })

type Row = readonly [title: string, code: ErrorCode, bad: TokenRecipe, good?: TokenRecipe]

/** Tokens that are refused whether the verifier tells its policy or not. */
const tokens: readonly Row[] = [
  ['for another server', 'SB_AUDIENCE_MISMATCH', holding({ aud: 'https://other.example.com' })],
  ['for a path of the server', 'SB_AUDIENCE_MISMATCH', holding({ aud: `${audience}/mcp` })],
  ['for the server with a slash', 'SB_AUDIENCE_MISMATCH', holding({ aud: `${audience}/` })],
  ['for the server in capitals', 'SB_AUDIENCE_MISMATCH', holding({ aud: audience.toUpperCase() })],
  [
    'for other servers alone',
    'SB_AUDIENCE_MISMATCH',
    holding({ aud: ['https://a.example', 'https://b.example'] }),
    holding({ aud: ['https://a.example', audience] }),
  ],
  ['for nobody', 'SB_CLAIM_MISSING', holding({ aud: undefined })],
  ['for an empty list', 'SB_AUDIENCE_MISMATCH', holding({ aud: [] }), holding({ aud: [audience] })],
]

const ofToken =
  (policy: 'mcp' | 'mcpCustom') =>
  ([title, code, bad, good = goodToken]: Row): RefusedCase => ({
    title: `${policy}: a token ${title}`,
    policy,
    headers: bearerOf(bad),
    answer: answer(401, 'invalid_token'),
    code,
    twin: { headers: bearerOf(good) },
  })

const good = bearerOf()

/** Requests whose credentials are elsewhere (MCP authorization, Token Requirements). */
const elsewhere: readonly (readonly [title: string, request: Partial<RequestShape>])[] = [
  ['no credentials', { headers: bare() }],
  ['a token in a cookie', { headers: cookieOf() }],
  ['a token in the query', { headers: bare(), query: 'access_token=eyJhbGciOiJFUzI1NiJ9.e30.c2ln' }],
]

const scopes: readonly (readonly [
  title: string,
  requirement: RequirementName,
  held: string,
  named: string,
])[] = [
  ['one scope short', 'scope', 'orders:read', 'orders:write'],
  ['one of two scopes', 'scopes', 'orders:read', 'orders:read orders:write'],
  ['no scope', 'scopes', '', 'orders:read orders:write'],
]

/** Authenticators with the profile of the Model Context Protocol. */
export const mcpCases: readonly ConformanceCase[] = [
  { title: 'mcp: a token for this server', policy: 'mcp', headers: good, grant: {} },
  {
    title: 'mcp: a token for this server among others',
    policy: 'mcp',
    headers: bearerOf(holding({ aud: [audience, 'https://other.example.com'] })),
    grant: {},
  },
  ...['POST', 'DELETE'].map(
    (method): ConformanceCase => ({
      title: `mcp: ${method}`,
      policy: 'mcp',
      method,
      headers: good,
      grant: {},
    }),
  ),
  ...tokens.map(ofToken('mcp')),
  ...tokens.map(ofToken('mcpCustom')),
  ofToken('mcp')(['of another issuer', 'SB_ISSUER_MISMATCH', holding({ iss: partner })]),
  ofToken('mcp')(['that has expired', 'SB_TOKEN_EXPIRED', holding({ exp: now - 1 })]),
  ...elsewhere.map(
    ([title, request]): RefusedCase => ({
      ...{ title: `mcp: ${title}`, policy: 'mcp', headers: bare(), ...request },
      answer: answer(401, undefined),
      code: 'SB_CREDENTIALS_MISSING',
      twin: { headers: good },
    }),
  ),
  ...scopes.map(
    ([title, requirement, held, named]): RefusedCase => ({
      ...{ title: `mcp: ${title}`, policy: 'mcp', requirement },
      headers: bearerOf(holding({ scope: held })),
      answer: answer(403, 'insufficient_scope', named),
      code: 'SB_SCOPE_INSUFFICIENT',
      twin: { headers: bearerOf(holding({ scope: named })), grant: { scopes: named.split(' ') } },
    }),
  ),
  {
    title: 'mcp: no credentials for a scope',
    ...{ policy: 'mcp', requirement: 'scopes', headers: bare() },
    answer: answer(401, undefined, 'orders:read orders:write'),
    code: 'SB_CREDENTIALS_MISSING',
    twin: {
      headers: bearerOf(holding({ scope: 'orders:read orders:write' })),
      grant: { scopes: ['orders:read', 'orders:write'] },
    },
  },
  {
    title: 'mcp: a bound token without a proof',
    policy: 'mcp',
    headers: bearerOf((tokens) => tokens.bound()),
    answer: answer(401, 'invalid_token'),
    code: 'SB_CONFIRMATION_REQUIRED',
    twin: { headers: good },
  },
]
