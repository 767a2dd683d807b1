import { createAuthenticator } from '#core/http/authenticator.js'
import type { AuthenticatorOptions } from '#core/http/authenticator-options.js'
import type { Requirement } from '#core/http/requirement.js'
import { createVerifier } from '#core/jwt/verifier.js'
import { handSign } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, now } from '#core-test-kit/parties.js'
import { bytes, testKey } from '#core-test-kit/test-keys.js'
import { type Family, family, type Policy } from './attack.js'
import { jwsHeader } from './tokens.js'
import { once } from './verifiers.js'

const bank = 'https://bank.example'
const partner = 'https://partner.example'
const firstByte = { [bank]: 40, [partner]: 80 } as const

const verifierOf = async (issuer: typeof bank | typeof partner) =>
  createVerifier({
    ...{ issuer, audience, typ: 'at+jwt', now },
    signature: { algorithms: ['HS256'], keys: await testKey('HS256', { first: firstByte[issuer] }) },
  })

/** A server of two issuers, of which the partner may grant only what is listed. */
const server = (options: Pick<AuthenticatorOptions, 'scopes' | 'roles'>, requirement: Requirement): Policy =>
  once(async () => {
    const authenticator = createAuthenticator({
      verifier: [await verifierOf(bank), await verifierOf(partner)],
      ...options,
    })
    return {
      async verify(token) {
        const outcome = await authenticator.authenticate(
          {
            ...{ method: 'GET', target: '/', secure: true },
            header: (name) => (name === 'authorization' ? [`Bearer ${token}`] : []),
          },
          requirement,
        )
        if (!outcome.ok) throw outcome.error
      },
    }
  })

const tokenOf = (issuer: typeof bank | typeof partner, claims: object) => (): string =>
  handSign(jwsHeader, { ...goodClaims, iss: issuer, ...claims }, bytes(32, firstByte[issuer]))

const scopes = { [bank]: ['orders:read', 'orders:write'], [partner]: ['orders:read'] }
const roles = { [bank]: ['admin', 'clerk'], [partner]: ['clerk'] }

const granted: readonly object[] = [
  { scope: 'orders:write' },
  { scope: 'orders:read orders:write' },
  { scp: ['orders:read', 'orders:write'] },
]
const named: readonly object[] = [{ roles: ['admin'] }, { roles: ['clerk', 'admin'] }]

export const foreignPermissions: Family = family(
  'permissions that another issuer grants',
  { source: 'RFC 8725 §3.8, RFC 9068 §5' },
  [
    ...granted.map((claims) => ({
      what: `a scope that only the bank may grant, in ${JSON.stringify(claims)}`,
      code: 'SB_SCOPE_INSUFFICIENT' as const,
      policy: server({ scopes }, { scope: 'orders:write' }),
      token: tokenOf(partner, claims),
      twin: tokenOf(bank, claims),
    })),
    ...named.map((claims) => ({
      what: `a role that only the bank may grant, in ${JSON.stringify(claims)}`,
      code: 'SB_ROLE_INSUFFICIENT' as const,
      policy: server({ roles }, { role: 'admin' }),
      token: tokenOf(partner, claims),
      twin: tokenOf(bank, claims),
    })),
    {
      what: 'a scope that the partner may grant, in a token of the bank that lacks it',
      code: 'SB_SCOPE_INSUFFICIENT',
      policy: server({ scopes }, { scope: 'orders:read' }),
      token: tokenOf(bank, { scope: 'orders:write' }),
      twin: tokenOf(partner, { scope: 'orders:read' }),
    },
    ...[{}, { scope: 'orders:read' }, { roles: ['admin'] }].map((claims) => ({
      what: `any token of the partner, where the bank is required: ${JSON.stringify(claims)}`,
      code: 'SB_ISSUER_INSUFFICIENT' as const,
      policy: server({}, { issuer: bank }),
      token: tokenOf(partner, claims),
      twin: tokenOf(bank, claims),
    })),
    {
      what: 'the name of the bank in a token of the partner',
      code: 'SB_INTEGRITY_FAILED',
      policy: server({ scopes }, { scope: 'orders:write' }),
      token: tokenOf(partner, { iss: bank, scope: 'orders:write' }),
      twin: tokenOf(bank, { scope: 'orders:write' }),
    },
  ],
)
