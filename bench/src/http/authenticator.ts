import {
  type Authenticator,
  createAuthenticator,
  createVerifier,
  type VerifiedClaims,
} from '@sealbearer/core'
import { type Cache, verifierOptions } from '../contenders/sealbearer.js'
import type { SignatureKey } from '../material/signature-key.js'

/** How an authenticator is measured. */
interface GuardSetup {
  readonly cache: Cache
  /** Whether the application listens to decisions. */
  readonly listens: boolean
}

/** The authenticator under test, with what it has by default. */
export const authenticatorFor = async (
  key: SignatureKey,
  { cache, listens }: GuardSetup,
): Promise<Authenticator<VerifiedClaims>> => {
  const counts = { accepted: 0, refused: 0 }
  return createAuthenticator({
    verifier: createVerifier(await verifierOptions(key, undefined, cache)),
    ...(listens && { onDecision: ({ accepted }) => counts[accepted ? 'accepted' : 'refused']++ }),
  })
}

/** The ways it is measured. */
export const setups: readonly (readonly [name: string, setup: GuardSetup])[] = [
  ['sealbearer', { cache: 'default', listens: false }],
  ['sealbearer, onDecision', { cache: 'default', listens: true }],
  ['sealbearer, cache: false', { cache: false, listens: false }],
]
