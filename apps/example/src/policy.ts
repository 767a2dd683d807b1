import {
  type Authenticator,
  bearer,
  cookie,
  createAuthenticator,
  createVerifier,
  type DiscoveredIssuer,
  type KeySet,
  type VerifiedClaims,
} from '@sealbearer/core'
import type { Revocations, SessionCookies } from '@sealbearer/sessions'
import type { AccessCookie } from './access-cookie.js'
import type { ExampleKeys } from './keys.js'
import { parties } from './parties.js'

/** What the servers need: their own keys, and those that issuers publish. */
export interface PolicyParts {
  readonly keys: Pick<ExampleKeys, 'recipient' | 'shared'>
  /** The keys that the token service publishes. */
  readonly issuerKeys: KeySet
  readonly partner: DiscoveredIssuer
  readonly accessCookie: AccessCookie
  readonly revocations: Revocations
  /** Of sessions: their tokens are signed like all others. */
  readonly cookies: SessionCookies
}

/**
 * The one policy that all four servers enforce.
 *
 * Each form has its own verifier with its own keys, which accepts no token of another form. The partner's
 * signed tokens have a verifier too; the `iss` of a signed token selects one of the two.
 */
export function createPolicy(parts: PolicyParts): Authenticator<VerifiedClaims> {
  const { keys, issuerKeys, partner, accessCookie, revocations, cookies } = parts
  const checks = { ...parties, requiredClaims: ['sub'], revocations } as const
  const signed = createVerifier({
    ...checks,
    signature: { algorithms: ['ES256'], keys: issuerKeys },
  })
  const encrypted = createVerifier({
    ...checks,
    encryption: { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: keys.shared },
  })
  const nested = createVerifier({
    ...checks,
    signature: { algorithms: ['Ed25519'], keys: issuerKeys },
    encryption: {
      keyManagement: ['RSA-OAEP-256'],
      contentEncryption: ['A256GCM'],
      keys: keys.recipient,
    },
  })
  const fromPartner = createVerifier({
    ...checks,
    issuer: partner.issuer,
    signature: { algorithms: ['ES256'], keys: partner.keys },
  })
  return createAuthenticator({
    verifier: [signed, encrypted, nested, fromPartner],
    credentials: [bearer(), cookie(accessCookie.name), cookies.credentials],
    renewal: cookies.renewal,
    realm: 'orders',
    // A partner's users can never be our admins.
    scopes: { [parties.issuer]: ['orders:read', 'orders:write'], [partner.issuer]: ['orders:read'] },
    roles: { [parties.issuer]: ['admin', 'user'] },
  })
}
