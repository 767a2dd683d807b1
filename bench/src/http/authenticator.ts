import {
  type Authenticator,
  createAuthenticator,
  createVerifier,
  type VerifiedClaims,
} from '@sealbearer/core'
import { type Cache, verifierOptions } from '../contenders/sealbearer.js'
import type { SignatureKey } from '../material/signature-key.js'

/** The authenticator under test, with what it has by default. */
export const authenticatorFor = async (
  key: SignatureKey,
  cache: Cache,
): Promise<Authenticator<VerifiedClaims>> =>
  createAuthenticator({ verifier: createVerifier(await verifierOptions(key, undefined, cache)) })

/** The two ways it is measured. */
export const caches: readonly (readonly [name: string, cache: Cache])[] = [
  ['sealbearer', 'default'],
  ['sealbearer, cache: false', false],
]
