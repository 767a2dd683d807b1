import { answers } from '../answers.js'
import { now } from '../clock.js'
import type { ConformanceCase, RefusedCase } from '../conformance-case.js'
import { challenging } from '../dpop-answers.js'
import { audience, issuer } from '../parties.js'
import { bare, bearerOf } from '../request-headers.js'
import type { RequirementName } from '../requirements.js'

type Claims = Readonly<Record<string, unknown>>

const holding = (claims: Claims): RefusedCase['headers'] => bearerOf((tokens) => tokens.signed({ claims }))

/** Attributes of the challenge, by requirement. */
const asked: Partial<Readonly<Record<RequirementName, string>>> = {
  acr: ', acr_values="urn:example:mfa"',
  acrs: ', acr_values="urn:example:mfa urn:example:hwk"',
  recent: ', max_age="600"',
  recentAcrScope: ', acr_values="urn:example:mfa", max_age="600", scope="orders:write"',
}

const mfa = 'urn:example:mfa'

/** Authentications that are not enough (RFC 9470), and the nearest that are. */
const authentications: readonly (readonly [
  title: string,
  requirement: RequirementName,
  lacking: Claims,
  enough: Claims,
])[] = [
  ['another acr', 'acr', { acr: 'urn:example:pwd' }, { acr: mfa }],
  ['no acr', 'acr', {}, { acr: mfa }],
  ['an acr in another case', 'acr', { acr: 'URN:example:mfa' }, { acr: mfa }],
  ['an acr with more behind it', 'acr', { acr: `${mfa}:2` }, { acr: mfa }],
  ['two values in one acr', 'acr', { acr: `${mfa} urn:example:hwk` }, { acr: mfa }],
  ['an acr that is a list', 'acr', { acr: [mfa] }, { acr: mfa }],
  ['none of several', 'acrs', { acr: 'urn:example:pwd' }, { acr: 'urn:example:hwk' }],
  ['the amr instead', 'acrs', { amr: [mfa] }, { acr: mfa, amr: ['pwd'] }],
  ['601 seconds ago', 'recent', { auth_time: now - 601 }, { auth_time: now - 600 }],
  ['no auth_time', 'recent', {}, { auth_time: now }],
  ['no auth_time, but a fresh token', 'recent', { iat: now }, { auth_time: now - 1 }],
  ['61 seconds ahead', 'recent', { auth_time: now + 61 }, { auth_time: now + 60 }],
  [
    'the right way, long ago',
    'recentAcrScope',
    { acr: mfa, auth_time: 1, scope: 'orders:write' },
    { acr: mfa, auth_time: now, scope: 'orders:write' },
  ],
  [
    'recently, another way',
    'recentAcrScope',
    { auth_time: now, scope: 'orders:write' },
    { acr: mfa, auth_time: now, scope: 'orders:write' },
  ],
  ['and too little scope', 'recentAcrScope', {}, { acr: mfa, auth_time: now, scope: 'orders:write' }],
]

const actors: readonly (readonly [
  title: string,
  requirement: RequirementName,
  lacking: Claims,
  enough: Claims,
])[] = [
  ['nobody', 'actor', {}, { act: { sub: 'service_1' } }],
  ['another', 'actor', { act: { sub: 'service_2' } }, { act: { sub: 'service_1' } }],
  [
    'one who acted before',
    'actor',
    { act: { sub: 'x', act: { sub: 'service_1' } } },
    { act: { sub: 'service_1', act: { sub: 'x' } } },
  ],
  ['none of several', 'actors', { act: { sub: 'service_3' } }, { act: { sub: 'service_2' } }],
  [
    'one of another issuer',
    'actor',
    { act: { sub: 'service_1', iss: 'https://other.example.com' } },
    { act: { sub: 'service_1', iss: issuer } },
  ],
]

const nested = (depth: number): object => ({ sub: 'service_1', ...(depth > 1 && { act: nested(depth - 1) }) })

const invalidActors: readonly (readonly [title: string, act: unknown])[] = [
  ['text', 'service_1'],
  ['null', null],
  ['nobody', {}],
  ['a sub that is no text', { sub: 1 }],
  ['nine deep', nested(9)],
]

const metadata = `, resource_metadata="${audience}/.well-known/oauth-protected-resource/orders"`
const ofResource = (
  parts: Parameters<typeof challenging>[1],
  status: 401 | 403 = 401,
): RefusedCase['answer'] => challenging(status, { schemes: ['Bearer'], start: metadata, ...parts })

const scopesOf = (claims: Claims): { scopes?: readonly string[] } =>
  typeof claims['scope'] === 'string' ? { scopes: [claims['scope']] } : {}

/** What a valid token is not enough for, and what the challenge asks for instead (RFC 9470, RFC 9728). */
export const stepUpCases: readonly ConformanceCase[] = [
  ...authentications.map(
    ([title, requirement, lacking, enough]): RefusedCase => ({
      title: `step-up: ${title}`,
      policy: 'signed',
      requirement,
      headers: holding(lacking),
      answer: challenging(401, {
        schemes: ['Bearer'],
        error: 'insufficient_user_authentication',
        more: asked[requirement] ?? '',
      }),
      code: 'SB_AUTHENTICATION_INSUFFICIENT',
      twin: { headers: holding(enough), grant: scopesOf(enough) },
    }),
  ),
  {
    title: 'step-up: enough of it, and too little scope',
    policy: 'signed',
    requirement: 'recentAcrScope',
    headers: holding({ acr: mfa, auth_time: now }),
    answer: challenging(403, {
      schemes: ['Bearer'],
      error: 'insufficient_scope',
      more: ', scope="orders:write"',
    }),
    code: 'SB_SCOPE_INSUFFICIENT',
    twin: {
      headers: holding({ acr: mfa, auth_time: now, scope: 'orders:write' }),
      grant: { scopes: ['orders:write'] },
    },
  },
  ...actors.map(
    ([title, requirement, lacking, enough]): RefusedCase => ({
      title: `acting: ${title}`,
      policy: 'signed',
      requirement,
      headers: holding(lacking),
      answer: answers.insufficient,
      code: 'SB_ACTOR_INSUFFICIENT',
      twin: { headers: holding(enough) },
    }),
  ),
  ...invalidActors.map(
    ([title, act]): RefusedCase => ({
      title: `acting: an act that is ${title}`,
      policy: 'signed',
      headers: holding({ act }),
      answer: answers.invalidToken,
      code: 'SB_CLAIMS_INVALID',
      twin: { headers: holding({ act: nested(8) }) },
    }),
  ),
  {
    title: 'resource: no credentials',
    policy: 'resource',
    headers: bare(),
    answer: ofResource({}),
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: holding({ scope: 'orders:read' }), grant: { scopes: ['orders:read'] } },
  },
  {
    title: 'resource: no credentials for a scope',
    policy: 'resource',
    requirement: 'scopes',
    headers: bare(),
    answer: ofResource({ more: ', scope="orders:read orders:write"' }),
    code: 'SB_CREDENTIALS_MISSING',
    twin: {
      headers: holding({ scope: 'orders:admin' }),
      grant: { scopes: ['orders:admin', 'orders:write', 'orders:read'] },
    },
  },
  {
    title: 'resource: a bad token for a scope',
    policy: 'resource',
    requirement: 'scope',
    headers: bearerOf((tokens) => tokens.signed({ key: 'attacker' })),
    answer: ofResource({ error: 'invalid_token', more: ', scope="orders:write"' }),
    code: 'SB_INTEGRITY_FAILED',
    twin: { headers: holding({ scope: 'orders:write' }), grant: { scopes: ['orders:write', 'orders:read'] } },
  },
  {
    title: 'resource: a scope that follows from none of ours',
    policy: 'resource',
    requirement: 'scopes',
    headers: holding({ scope: 'orders:read' }),
    answer: ofResource({ error: 'insufficient_scope', more: ', scope="orders:read orders:write"' }, 403),
    code: 'SB_SCOPE_INSUFFICIENT',
    twin: { headers: holding({ scope: 'orders:write' }), grant: { scopes: ['orders:write', 'orders:read'] } },
  },
  {
    title: 'resource: scopes that follow from each other',
    policy: 'resource',
    headers: holding({ scope: 'a' }),
    grant: { scopes: ['a', 'b'] },
  },
]
