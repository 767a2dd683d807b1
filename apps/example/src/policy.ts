import {
  type Authenticator,
  bearer,
  cookie,
  createAuthenticator,
  createVerifier,
  type VerifiedClaims,
} from '@sealbearer/core'
import type { AccessCookie } from './access-cookie.js'
import type { ExampleKeys } from './keys.js'

/** Who issues the tokens, for whom, and of what type: the issuers and the verifiers agree on it. */
export const parties = {
  issuer: 'https://auth.example.test',
  audience: 'https://orders.example.test',
  typ: 'at+jwt',
} as const

/** What every server asks of a token, whatever its form. */
const demands = { ...parties, requiredClaims: ['sub'] } as const

/**
 * The one policy that all four servers enforce.
 *
 * Each form has a verifier of its own, with keys of its own, and none takes a token of another form: what
 * comes as a postcard must be a signed postcard, what comes in an envelope must be sealed as agreed.
 */
export function createPolicy(keys: ExampleKeys, accessCookie: AccessCookie): Authenticator<VerifiedClaims> {
  const signed = createVerifier({
    ...demands,
    signature: { algorithms: ['ES256'], keys: keys.published.issuer },
  })
  const encrypted = createVerifier({
    ...demands,
    encryption: { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: keys.shared },
  })
  const nested = createVerifier({
    ...demands,
    signature: { algorithms: ['Ed25519'], keys: keys.published.issuer },
    encryption: {
      keyManagement: ['RSA-OAEP-256'],
      contentEncryption: ['A256GCM'],
      keys: keys.envelopes,
    },
  })
  return createAuthenticator({
    verifier: [signed, encrypted, nested],
    credentials: [bearer(), cookie(accessCookie.name)],
    realm: 'orders',
  })
}
