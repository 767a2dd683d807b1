import { answers, needsScope } from '../answers.js'
import type { AcceptedCase, ConformanceCase, RefusedCase } from '../conformance-case.js'
import { bare, bearerOf } from '../request-headers.js'
import type { RequirementName } from '../requirements.js'

type Claims = Readonly<Record<string, unknown>>

const holding = (claims: Claims): RefusedCase['headers'] => bearerOf((tokens) => tokens.signed({ claims }))

/** Claims that lack a scope, and the nearest ones that do not. */
const scopes: readonly (readonly [
  title: string,
  requirement: RequirementName,
  needed: string,
  lacking: Claims,
  enough: Claims,
  held: readonly string[],
])[] = [
  ['another scope', 'scope', 'orders:write', {}, { scope: 'orders:write' }, ['orders:write']],
  [
    'a scope that ours is a part of',
    'scope',
    'orders:write',
    { scope: 'orders:write:all' },
    { scope: ' orders:write  x' },
    ['orders:write', 'x'],
  ],
  [
    'a scope in another case',
    'scope',
    'orders:write',
    { scope: 'Orders:Write' },
    { scope: ['orders:write'] },
    ['orders:write'],
  ],
  [
    'two scopes in one item of a list',
    'scope',
    'orders:write',
    { scope: ['a orders:write'] },
    { scope: ['a', 'orders:write'] },
    ['a', 'orders:write'],
  ],
  [
    'a list with something else in it',
    'scope',
    'orders:write',
    { scope: ['orders:write', 1] },
    { scope: ['orders:write'] },
    ['orders:write'],
  ],
  [
    'no scope claim',
    'scope',
    'orders:write',
    { scope: undefined },
    { scope: undefined, scp: 'orders:write' },
    ['orders:write'],
  ],
  [
    'scp beside a scope claim',
    'scope',
    'orders:write',
    { scp: ['orders:write'] },
    { scope: undefined, scp: ['orders:write'] },
    ['orders:write'],
  ],
  [
    'one scope of two',
    'scopes',
    'orders:read orders:write',
    {},
    { scope: 'orders:write orders:read' },
    ['orders:write', 'orders:read'],
  ],
  [
    'none of several scopes',
    'anyScope',
    'orders:write orders:admin',
    {},
    { scope: 'orders:admin' },
    ['orders:admin'],
  ],
  [
    'the role, but not the scope',
    'scopeAndRole',
    'orders:write',
    { role: 'admin' },
    { role: 'admin', scope: 'orders:write' },
    ['orders:write'],
  ],
  [
    'a scope, though a token is optional',
    'optionalScope',
    'orders:write',
    {},
    { scope: 'orders:write' },
    ['orders:write'],
  ],
]

/** The same for roles. */
const roles: readonly (readonly [
  title: string,
  requirement: RequirementName,
  lacking: Claims,
  enough: Claims,
  held: readonly string[],
])[] = [
  ['another role', 'role', {}, { role: 'admin' }, ['admin']],
  [
    'a role text with two words',
    'role',
    { role: 'clerk admin' },
    { role: ['clerk', 'admin'] },
    ['clerk', 'admin'],
  ],
  ['no role claim', 'role', { role: undefined }, { role: undefined, roles: 'admin' }, ['admin']],
  [
    'roles beside a role claim',
    'role',
    { roles: ['admin'] },
    { role: undefined, roles: ['admin'] },
    ['admin'],
  ],
  ['a role claim that is no text', 'role', { role: { admin: true } }, { role: ['admin'] }, ['admin']],
  ['one role of two', 'roles', {}, { role: ['admin', 'clerk'] }, ['admin', 'clerk']],
  ['none of several roles', 'anyRole', {}, { role: 'auditor' }, ['auditor']],
]

const conditions: readonly (readonly [
  title: string,
  requirement: RequirementName,
  lacking: Claims,
  enough: Claims,
])[] = [
  ['a condition that says false', 'where', { tenant: 'evil' }, { tenant: 'acme' }],
  ['a condition that says something that is not true', 'whereTruthy', { tenant: 'acme' }, { tenant: true }],
  ['a condition that throws', 'whereThrows', { tenant: 'evil' }, { tenant: 'acme' }],
  ['a condition that promises true', 'wherePromises', { tenant: 'evil' }, { tenant: 'acme' }],
]

const role = (held: readonly string[]): AcceptedCase['grant'] => ({ roles: held })

const optional: readonly ConformanceCase[] = [
  {
    title: 'optional: no credentials',
    policy: 'signed',
    requirement: 'optional',
    headers: bare(),
    grant: 'anonymous',
  },
  {
    title: 'optional: no credentials for a scope',
    policy: 'signed',
    requirement: 'optionalScope',
    headers: bare(),
    grant: 'anonymous',
  },
  {
    title: 'optional: credentials of another scheme',
    policy: 'signed',
    requirement: 'optional',
    headers: bare(['Authorization', 'Basic dXNlcjpzZWNyZXQtcGFzc3dvcmQ=']),
    grant: 'anonymous',
  },
  {
    title: 'optional: a good token',
    policy: 'signed',
    requirement: 'optional',
    headers: bearerOf(),
    grant: {},
  },
  {
    title: 'optional: a bad token is refused',
    policy: 'signed',
    requirement: 'optional',
    headers: bearerOf((tokens) => tokens.signed({ key: 'attacker' })),
    answer: answers.invalidToken,
    code: 'SB_INTEGRITY_FAILED',
    twin: { headers: bearerOf() },
  },
  {
    title: 'optional: malformed credentials are refused',
    policy: 'signed',
    requirement: 'optional',
    headers: bare(['Authorization', 'Bearer']),
    answer: answers.invalidRequest,
    code: 'SB_CREDENTIALS_MALFORMED',
    twin: { headers: bare(), grant: 'anonymous' },
  },
]

const own: readonly ConformanceCase[] = [
  {
    title: 'own permissions: a function that answers with text grants no scope',
    policy: 'ownPermissions',
    requirement: 'scope',
    headers: holding({ permissions: 'orders:write' }),
    answer: needsScope('orders:write'),
    code: 'SB_SCOPE_INSUFFICIENT',
    twin: {
      headers: holding({ permissions: ['orders:write'] }),
      grant: { scopes: ['orders:write'], roles: [] },
    },
  },
  {
    title: 'own permissions: a function that throws grants no role',
    policy: 'ownPermissions',
    requirement: 'role',
    headers: holding({ role: 'admin' }),
    answer: answers.insufficient,
    code: 'SB_ROLE_INSUFFICIENT',
    twin: { policy: 'signed', grant: role(['admin']) },
  },
]

/** What a valid token is not enough for (RFC 6750 §3.1, insufficient_scope). */
export const requirementCases: readonly ConformanceCase[] = [
  ...scopes.map(
    ([title, requirement, needed, lacking, enough, held]): RefusedCase => ({
      title: `lacking scope: ${title}`,
      policy: 'signed',
      requirement,
      headers: holding(lacking),
      answer: needsScope(needed),
      code: 'SB_SCOPE_INSUFFICIENT',
      twin: {
        headers: holding(enough),
        grant: { scopes: held, ...(typeof enough['role'] === 'string' && { roles: [enough['role']] }) },
      },
    }),
  ),
  ...roles.map(
    ([title, requirement, lacking, enough, held]): RefusedCase => ({
      title: `lacking role: ${title}`,
      policy: 'signed',
      requirement,
      headers: holding(lacking),
      answer: answers.insufficient,
      code: 'SB_ROLE_INSUFFICIENT',
      twin: { headers: holding(enough), grant: role(held) },
    }),
  ),
  {
    title: 'lacking role: the scope, but not the role',
    policy: 'signed',
    requirement: 'scopeAndRole',
    headers: holding({ scope: 'orders:write' }),
    answer: answers.insufficient,
    code: 'SB_ROLE_INSUFFICIENT',
    twin: {
      headers: holding({ scope: 'orders:write', role: 'admin' }),
      grant: { scopes: ['orders:write'], roles: ['admin'] },
    },
  },
  ...conditions.map(
    ([title, requirement, lacking, enough]): RefusedCase => ({
      title: `refused: ${title}`,
      policy: 'signed',
      requirement,
      headers: holding(lacking),
      answer: answers.insufficient,
      code: 'SB_REQUIREMENT_REFUSED',
      twin: { headers: holding(enough) },
    }),
  ),
  ...optional,
  ...own,
]
