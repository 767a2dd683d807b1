import { JwtVerifier } from 'aws-jwt-verify'
import { parties } from '../material/parties.js'
import { type SignatureKey, verifyingJwk } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'

const supported: readonly string[] = ['RS256', 'ES256', 'EdDSA']

/** With its keys cached beforehand, so that it never asks the network. */
export function awsJwtVerifyReader(key: SignatureKey): Contender<string> | undefined {
  if (!supported.includes(key.alg)) return undefined
  const { issuer, audience } = parties
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks` })
  // It wants `kid` and `kty` as text; jose's type leaves them open.
  verifier.cacheJwks({ keys: [verifyingJwk(key)] } as Parameters<typeof verifier.cacheJwks>[0])
  return perItem('aws-jwt-verify', 'peer', (token) => verifier.verifySync(token))
}
