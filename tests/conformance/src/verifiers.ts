import {
  createIntrospectionVerifier,
  createVerifier,
  defineVerifier,
  type Fetch,
  type KeySet,
  SealbearerError,
  type VerifiedClaims,
  type VerifiedToken,
  type Verifier,
} from '@sealbearer/core'
import { acmeOnly } from './claims-schema.js'
import { clock, now } from './clock.js'
import type { Keys } from './keys.js'
import { audience, issuer, partner } from './parties.js'
import { claimsOf } from './tokens/claims.js'

const failingKeySet = (error: Error): KeySet => ({ generation: 0, select: () => Promise.reject(error) })

/** Cannot say which keys it has, and what it says instead must not reach a client. */
const brokenKeySet = failingKeySet(new Error('connect ECONNREFUSED 192.0.2.1:443'))

/** A tenant's, which is looked for when its first token comes. */
const undiscoveredKeySet = failingKeySet(new SealbearerError('SB_DISCOVERY_FAILED'))

/** Answers of a denylist that is out of order. */
async function unknownRevocation({ claims }: VerifiedToken<VerifiedClaims>): Promise<boolean> {
  if (claims.jti === 'throws' || claims.jti === 'rejects')
    throw new Error('connect ECONNREFUSED 192.0.2.1:6379')
  if (claims.jti === 'text') return 'false' as unknown as boolean
  return claims.jti === 'nothing' ? (undefined as unknown as boolean) : false
}

/** A service that knows one opaque token. */
async function introspect(token: string) {
  if (token === 'outage') throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  if (token !== 'opaque-token') throw new SealbearerError('SB_INTEGRITY_FAILED')
  const claims = {
    iss: issuer,
    sub: 'user_48151623',
    exp: now + 900,
    scope: 'orders:read profile',
    role: 'clerk',
  }
  return { claims }
}

/** Answers of an introspection endpoint (RFC 7662), by token. */
const introspected: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'opaque-active': {},
  'opaque-inactive': { active: false },
  'opaque-no-answer': { active: 'true' },
  'opaque-other-audience': { aud: 'https://other.example.com' },
  'opaque-no-audience': { aud: undefined },
  'opaque-other-issuer': { iss: partner },
  'opaque-expired': { exp: now },
  'opaque-not-yet': { nbf: now + 1 },
  'opaque-bound': { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } },
}

const introspectionEndpoint: Fetch = async (_url, { body }) => {
  const answer = introspected[new URLSearchParams(body).get('token') ?? '']
  const { sub, scope, role } = claimsOf()
  if (answer === undefined) return Response.json({ error: 'server_error' }, { status: 500 })
  return Response.json({ active: true, iss: issuer, aud: audience, sub, scope, role, ...answer })
}

const common = { issuer, audience, typ: 'at+jwt', requiredClaims: ['sub'], now: clock }

/** The verifiers of the policies. */
type VerifierName =
  | 'signed'
  | 'hmac'
  | 'aged'
  | 'bare'
  | 'only'
  | 'schema'
  | 'small'
  | 'unavailable'
  | 'undiscovered'
  | 'partner'
  | 'encrypted'
  | 'wrapped'
  | 'nested'
  | 'nestedRsa'
  | 'carried'
  | 'revoked'
  | 'revokedUnknown'
  | 'defined'
  | 'introspected'
  | 'accessTokens'
  | 'anyAudience'

/** Makes all verifiers. They differ from one another in as little as their rows need. */
export function createVerifiers(keys: Keys): Record<VerifierName, Verifier> {
  const signature = { algorithms: ['ES256'], keys: keys.signing.key } as const
  const direct = { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: keys.direct.key } as const
  const agreement = {
    keyManagement: ['ECDH-ES'],
    contentEncryption: ['A256GCM'],
    keys: keys.agreement.key,
  } as const
  const rsa = { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys: keys.rsa.key } as const
  const anyAudience = createVerifier({ ...common, signature, audience: 'any' })
  return {
    anyAudience: defineVerifier({
      form: 'signed',
      issuers: issuer,
      verify: (token) => anyAudience.verify(token),
    }),
    signed: createVerifier({ ...common, signature }),
    hmac: createVerifier({ ...common, signature: { algorithms: ['HS256'], keys: keys.hmac.key } }),
    aged: createVerifier({ ...common, signature, maxTokenAge: '1h', clockTolerance: 5 }),
    // The rows look at no claim that its tokens lack.
    bare: createVerifier({
      ...{ ...common, signature, issuer: null, audience: null, exp: 'optional', maxTokenAge: '1h' },
    }) as Verifier<unknown> as Verifier,
    only: createVerifier({ ...common, signature, audience: { only: [audience, `${audience}/v2`] } }),
    schema: createVerifier({ ...common, signature, claimsSchema: acmeOnly }),
    small: createVerifier({ ...common, signature, maxTokenSize: 1024 }),
    unavailable: createVerifier({ ...common, signature: { ...signature, keys: brokenKeySet } }),
    undiscovered: createVerifier({ ...common, signature: { ...signature, keys: undiscoveredKeySet } }),
    partner: createVerifier({
      ...common,
      issuer: partner,
      signature: { algorithms: ['ES256'], keys: keys.partner.key },
    }),
    encrypted: createVerifier({ ...common, encryption: direct }),
    wrapped: createVerifier({
      ...common,
      encryption: { keyManagement: ['A256KW'], contentEncryption: ['A256GCM'], keys: keys.wrapping.key },
    }),
    nested: createVerifier({ ...common, signature, encryption: agreement }),
    nestedRsa: createVerifier({ ...common, signature, encryption: { ...rsa, cty: 'any' } }),
    revoked: createVerifier({
      ...common,
      signature,
      revoked: ({ claims }) => (claims.jti === 'late' ? Promise.resolve(true) : claims.jti === 'revoked'),
    }),
    revokedUnknown: createVerifier({ ...common, signature, revoked: unknownRevocation }),
    accessTokens: createVerifier({
      ...{ issuer, audience, typ: 'at+jwt', profile: 'rfc9068', now: clock },
      signature,
    }) as Verifier,
    defined: defineVerifier({ issuers: issuer, verify: introspect }),
    introspected: createIntrospectionVerifier({
      issuer,
      audience,
      endpoint: 'https://auth.example.com/introspect',
      clientAuthentication: { clientId: 'api', clientSecret: 'a secret of the cases alone' },
      fetch: introspectionEndpoint,
      now: clock,
    }) as Verifier,
    carried: createVerifier({ ...common, signature, encryption: { ...direct, nesting: { claim: 'token' } } }),
  }
}
