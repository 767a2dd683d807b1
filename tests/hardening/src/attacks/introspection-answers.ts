import { createIntrospectionVerifier } from '#core/jwt/introspection.js'
import { audience, goodClaims, issuer, now, nowSeconds } from '#core-test-kit/parties.js'
import type { Attack, Family, Policy } from './attack.js'
import { once } from './verifiers.js'

const good = { active: true, ...goodClaims, scope: 'orders:read', client_id: 'app' }

/** A verifier of opaque tokens whose issuer answers this; no request is sent. */
const answered = (body: unknown, init: ResponseInit = {}): Policy =>
  once(async () => {
    const headers = { 'content-type': 'application/json', ...init.headers }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const verifier = createIntrospectionVerifier({
      ...{ issuer, audience, now, endpoint: 'https://auth.example.com/introspect' },
      clientAuthentication: { clientId: 'api', clientSecret: 'secret' },
      fetch: async () => new Response(text, { ...init, headers }),
    })
    // Every token of these policies is one.
    return { verify: (token) => verifier.verify(token as string) }
  })
const accepted = answered(good)

type Row = readonly [what: string, code: Attack['code'], policy: Policy]
const failed = 'SB_INTROSPECTION_FAILED'
const json = JSON.stringify(good)

const rows: readonly Row[] = [
  ['active: false, with all claims', 'SB_TOKEN_INACTIVE', answered({ ...good, active: false })],
  ...['true', 1, null, [true], {}].map(
    (active): Row => [`active: ${JSON.stringify(active)}`, failed, answered({ ...good, active })],
  ),
  ['no active', failed, answered({ ...good, active: undefined })],
  ['active twice', failed, answered(json.replace('{', '{"active":false,'))],
  ['a claim twice', failed, answered(json.replace('{', '{"sub":"user_456",'))],
  ['text behind the answer', failed, answered(`${json}{}`)],
  ['a list', failed, answered([good])],
  ['nothing', failed, answered('')],
  ['another issuer', 'SB_ISSUER_MISMATCH', answered({ ...good, iss: 'https://evil.example' })],
  ['another audience', 'SB_AUDIENCE_MISMATCH', answered({ ...good, aud: 'https://other.example' })],
  ['an exp that has passed', 'SB_TOKEN_EXPIRED', answered({ ...good, exp: nowSeconds })],
  ['an nbf to come', 'SB_TOKEN_NOT_YET_VALID', answered({ ...good, nbf: nowSeconds + 1 })],
  ...['exp', 'nbf', 'iat', 'iss', 'aud', 'sub', 'jti'].flatMap((name) =>
    [null, true, {}, [[audience]]].map(
      (value): Row => [`${name} ${JSON.stringify(value)}`, failed, answered({ ...good, [name]: value })],
    ),
  ),
  ...['DPoP', 'dpop', 'DPOP'].map(
    (token_type): Row => [
      `token_type ${token_type} without a key`,
      failed,
      answered({ ...good, token_type }),
    ],
  ),
  ...[301, 302, 400, 401, 403, 404, 429, 500, 503].map(
    (status): Row => [`status ${status}`, failed, answered(good, { status })],
  ),
  ...['text/html', 'text/plain', 'application/jwt'].map(
    (type): Row => [`media type ${type}`, failed, answered(good, { headers: { 'content-type': type } })],
  ),
]

/** What a verifier makes of answers that do not say that the token is valid here. */
export const introspectionAnswers: Family = {
  name: 'answers of an introspection endpoint',
  attacks: rows.map(([what, code, policy]) => ({
    ...{ what, code, policy, source: 'RFC 7662 §2.2, RFC 9449 §6.2' },
    token: () => 'opaque',
    twin: () => 'opaque',
    twinPolicy: accepted,
  })),
}
