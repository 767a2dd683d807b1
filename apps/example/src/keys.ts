import {
  createKeyRing,
  createKeySet,
  generateKey,
  type Key,
  type KeyRing,
  type KeySet,
  publicJwks,
} from '@sealbearer/core'
import { lifetime } from './parties.js'

/** Who holds which keys. They are generated at each start, and not stored. */
export interface ExampleKeys {
  /** Only the token service has the private halves: whoever signs determines who a user is. They rotate. */
  readonly signing: KeyRing
  /** Only the servers have the private half: whoever decrypts can read. */
  readonly recipient: Key
  /** Both sides have it, so a token encrypted with it can only come from one of them. */
  readonly shared: Key
  /** The public half of `recipient`, which is published. */
  readonly recipients: KeySet
}

/** Generates all keys of the example. */
export async function generateKeys(): Promise<ExampleKeys> {
  const [signing, recipient, shared] = await Promise.all([
    createKeyRing({
      keys: ['ES256', 'Ed25519'], // for signed tokens, and inside nested ones
      rotateEvery: '1d', // The tour rotates manually.
      maxTokenLifetime: lifetime,
      // One second, and one clock, so that the tour can watch a rotation; omit both in production.
      maxAge: 1,
      clockTolerance: 0,
    }),
    generateKey('RSA-OAEP-256'),
    generateKey('dir', { enc: 'A256GCM', kid: 'shared-1' }),
  ])
  return { signing, recipient, shared, recipients: await createKeySet(publicJwks(recipient)) }
}
