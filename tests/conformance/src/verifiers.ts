import { createVerifier, type KeySet, SealbearerError, type Verifier } from '@sealbearer/core'
import { acmeOnly } from './claims-schema.js'
import { clock } from './clock.js'
import type { Keys } from './keys.js'
import { audience, issuer, partner } from './parties.js'

const failingKeySet = (error: Error): KeySet => ({ generation: 0, select: () => Promise.reject(error) })

/** Cannot say which keys it has, and what it says instead must not reach a client. */
const brokenKeySet = failingKeySet(new Error('connect ECONNREFUSED 192.0.2.1:443'))

/** A tenant's, which is looked for when its first token comes. */
const undiscoveredKeySet = failingKeySet(new SealbearerError('SB_DISCOVERY_FAILED'))

const common = { issuer, audience, typ: 'at+jwt', requiredClaims: ['sub'], now: clock }

/** The verifiers of the policies. */
export type VerifierName =
  | 'signed'
  | 'hmac'
  | 'aged'
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
  return {
    signed: createVerifier({ ...common, signature }),
    hmac: createVerifier({ ...common, signature: { algorithms: ['HS256'], keys: keys.hmac.key } }),
    aged: createVerifier({ ...common, signature, maxTokenAge: '1h', clockTolerance: 5 }),
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
    carried: createVerifier({ ...common, signature, encryption: { ...direct, nesting: { claim: 'token' } } }),
  }
}
