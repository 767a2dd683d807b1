import { expect, test } from 'vitest'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import { createAuthenticator } from './authenticator.js'
import { cookie } from './cookie-credentials.js'
import { bearer, header } from './credentials.js'
import type { Requirement } from './requirement.js'
import { authenticateRequest } from './web-request.js'

const key = await generateKey('ES256')
const party = { issuer: 'https://auth.example.com/', audience: 'https://api.example.com', typ: 'at+jwt' }
const verifier = createVerifier({ ...party, signature: { algorithms: ['ES256'], keys: key } })
const authenticator = createAuthenticator({
  verifier,
  credentials: [bearer(), cookie('access'), header('x-token')],
})

interface Variation extends Partial<Omit<typeof party, 'typ'>> {
  readonly typ?: string | null
  readonly now?: () => Date
}

async function tokenFor(variation: Variation = {}): Promise<string> {
  const issuer = createIssuer({
    ...{ ...party, ...variation, lifetime: '5m' },
    signature: { algorithm: 'ES256', keys: key },
  })
  const { token } = await issuer.issue({ sub: 'user_1', scope: 'orders:read', role: 'clerk', acr: 'pwd' })
  return token
}
const token = await tokenFor()
const ago = (seconds: number) => () => new Date(Date.now() - seconds * 1000)
const bearing = (value: string) => ({ authorization: `Bearer ${value}` })

interface Sent {
  readonly headers: Record<string, string>
  readonly url?: string
  readonly method?: string
  readonly requirement?: Requirement
}

interface Row extends Sent {
  readonly title: string
  readonly cause: readonly [code: string, parameter: string | undefined]
}

/** Code and parameter of the refusal, as they are logged. */
async function causeOf({ headers, url = 'https://api.example.com/', method = 'GET', requirement }: Sent) {
  const outcome = await authenticateRequest(authenticator, new Request(url, { method, headers }), requirement)
  return outcome.ok ? 'accepted' : [outcome.error.code, outcome.error.parameter]
}

const rows: readonly Row[] = [
  { title: 'no credentials', headers: {}, cause: ['SB_CREDENTIALS_MISSING', undefined] },
  {
    title: 'a CORS preflight',
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'GET' },
    cause: ['SB_CREDENTIALS_MISSING', 'a CORS preflight'],
  },
  { title: 'OPTIONS', method: 'OPTIONS', headers: {}, cause: ['SB_CREDENTIALS_MISSING', undefined] },
  {
    title: 'a header of preflights in a GET',
    headers: { 'access-control-request-method': 'GET' },
    cause: ['SB_CREDENTIALS_MISSING', undefined],
  },
  {
    title: 'a token without scheme',
    headers: { authorization: token },
    cause: ['SB_CREDENTIALS_MISSING', 'authorization: another scheme'],
  },
  {
    title: 'another scheme',
    headers: { authorization: `Token ${token}` },
    cause: ['SB_CREDENTIALS_MISSING', 'authorization: another scheme'],
  },
  {
    title: 'a quoted token',
    headers: bearing(`"${token}"`),
    cause: ['SB_CREDENTIALS_MALFORMED', 'authorization: quotes around it'],
  },
  {
    title: 'a token with a second scheme',
    headers: bearing(`Bearer ${token}`),
    cause: ['SB_CREDENTIALS_MALFORMED', 'authorization: "Bearer" in front of it'],
  },
  {
    title: 'an object instead of a token',
    headers: bearing('[object Promise]'),
    cause: ['SB_CREDENTIALS_MALFORMED', 'authorization: an object in its place'],
  },
  {
    title: 'a variable without a value instead of a token',
    headers: bearing('undefined'),
    cause: ['SB_TOKEN_MALFORMED', 'undefined, null or NaN in its place'],
  },
  {
    title: 'a token without its end',
    headers: bearing(token.split('.', 2).join('.')),
    cause: ['SB_TOKEN_MALFORMED', 'segments: 2'],
  },
  {
    title: 'an opaque token',
    headers: bearing('2YotnFZFEjr1zCsicMWpAA'),
    cause: ['SB_TOKEN_MALFORMED', 'no dot in it'],
  },
  {
    title: 'two tokens in another header',
    headers: { 'x-token': `${token}, ${token}` },
    cause: ['SB_CREDENTIALS_MALFORMED', 'x-token'],
  },
  {
    title: 'a cookie beside the header',
    headers: { ...bearing(token), cookie: `access=${token}` },
    cause: ['SB_CREDENTIALS_REPEATED', 'authorization and access'],
  },
  {
    title: 'a cookie with two values',
    headers: { cookie: `access=${token}; access=x` },
    cause: ['SB_CREDENTIALS_REPEATED', 'access'],
  },
  {
    title: 'authorization and x-token',
    headers: { ...bearing(token), 'x-token': token },
    cause: ['SB_CREDENTIALS_REPEATED', 'authorization and x-token'],
  },
  {
    title: 'a proxy that is not trusted',
    headers: { ...bearing(token), 'x-forwarded-proto': 'https' },
    url: 'http://api.example.com/',
    cause: ['SB_HTTPS_REQUIRED', 'x-forwarded-proto: from a proxy that is not trusted'],
  },
  {
    title: 'a proxy that took plain HTTP',
    headers: { ...bearing(token), 'x-forwarded-proto': 'http' },
    url: 'http://api.example.com/',
    cause: ['SB_HTTPS_REQUIRED', 'x-forwarded-proto'],
  },
  {
    title: 'no proxy',
    headers: bearing(token),
    url: 'http://api.example.com/',
    cause: ['SB_HTTPS_REQUIRED', undefined],
  },
  {
    title: 'proxies that differ',
    headers: { ...bearing(token), 'x-forwarded-proto': 'https, http' },
    cause: ['SB_HTTPS_REQUIRED', 'x-forwarded-proto: values differ'],
  },
  {
    title: 'a cookie from another origin',
    headers: { cookie: `access=${token}`, origin: 'https://evil.example' },
    method: 'POST',
    cause: ['SB_CSRF', 'origin'],
  },
  {
    title: 'a cookie that names no origin',
    headers: { cookie: `access=${token}` },
    method: 'POST',
    cause: ['SB_CSRF', 'sec-fetch-site and origin: absent'],
  },
  {
    title: 'an issuer without the slash',
    headers: bearing(await tokenFor({ issuer: 'https://auth.example.com' })),
    cause: ['SB_ISSUER_MISMATCH', 'a slash at the end, https:// or case differs'],
  },
  {
    title: 'another issuer',
    headers: bearing(await tokenFor({ issuer: 'https://auth.example.org/' })),
    cause: ['SB_ISSUER_MISMATCH', undefined],
  },
  {
    title: 'an audience with a slash',
    headers: bearing(await tokenFor({ audience: 'https://api.example.com/' })),
    cause: ['SB_AUDIENCE_MISMATCH', 'a slash at the end, https:// or case differs'],
  },
  {
    title: 'a token of another kind',
    headers: bearing(await tokenFor({ typ: 'JWT' })),
    cause: ['SB_TYP_MISMATCH', 'typ: JWT'],
  },
  {
    title: 'a token of an unknown kind',
    headers: bearing(await tokenFor({ typ: 'secret-name+jwt' })),
    cause: ['SB_TYP_MISMATCH', undefined],
  },
  {
    title: 'a token that names no kind',
    headers: bearing(await tokenFor({ typ: null })),
    cause: ['SB_TYP_MISMATCH', 'typ: absent'],
  },
  {
    title: 'a token that has just expired',
    headers: bearing(await tokenFor({ now: ago(310) })),
    cause: ['SB_TOKEN_EXPIRED', 'exp: less than a minute ago'],
  },
  {
    title: 'a token that expired long ago',
    headers: bearing(await tokenFor({ now: ago(3600) })),
    cause: ['SB_TOKEN_EXPIRED', undefined],
  },
  {
    title: 'a token of an issuer whose clock is ahead',
    headers: bearing(await tokenFor({ now: ago(-3600) })),
    cause: ['SB_TOKEN_NOT_YET_VALID', 'iat'],
  },
  {
    title: 'two scopes of three',
    headers: bearing(token),
    requirement: { scope: 'orders:read orders:write orders:cancel' },
    cause: ['SB_SCOPE_INSUFFICIENT', 'orders:write, orders:cancel'],
  },
  {
    title: 'none of two scopes',
    headers: bearing(token),
    requirement: { anyScope: ['orders:write', 'orders:cancel'] },
    cause: ['SB_SCOPE_INSUFFICIENT', 'orders:write or orders:cancel'],
  },
  {
    title: 'another role',
    headers: bearing(token),
    requirement: { role: 'admin' },
    cause: ['SB_ROLE_INSUFFICIENT', 'admin'],
  },
  {
    title: 'another acr',
    headers: bearing(token),
    requirement: { acr: 'mfa' },
    cause: ['SB_AUTHENTICATION_INSUFFICIENT', 'acr'],
  },
  {
    title: 'no auth_time',
    headers: bearing(token),
    requirement: { maxAge: '5m' },
    cause: ['SB_AUTHENTICATION_INSUFFICIENT', 'auth_time: absent'],
  },
  {
    title: 'a condition that does not hold',
    headers: bearing(token),
    requirement: { where: () => false },
    cause: ['SB_REQUIREMENT_REFUSED', 'where'],
  },
  {
    title: 'a condition that throws',
    headers: bearing(token),
    requirement: {
      where: () => {
        throw new Error('a defect')
      },
    },
    cause: ['SB_REQUIREMENT_REFUSED', 'where: threw'],
  },
  {
    title: 'a condition that is asynchronous',
    headers: bearing(token),
    // @ts-expect-error a promise is no answer
    requirement: { where: async () => true },
    cause: ['SB_REQUIREMENT_REFUSED', 'where: returned a promise'],
  },
]

test.each(rows)('the log names the cause: $title', async (row) => {
  expect(await causeOf(row)).toEqual(row.cause)
})

test('the same request in the right way is accepted', async () => {
  expect(
    await causeOf({ headers: bearing(token), requirement: { scope: 'orders:read', role: 'clerk' } }),
  ).toBe('accepted')
})
