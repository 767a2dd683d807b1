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

/** Who holds what. All of it is made anew at each start and kept nowhere. */
export interface ExampleKeys {
  /** Only the token service has the private halves: whoever signs, says who is who. They follow one another. */
  readonly signing: KeyRing
  /** Only the servers have the private half: whoever decrypts, reads. */
  readonly envelopes: Key
  /** Both sides have it, so an envelope made with it can only come from one of them. */
  readonly shared: Key
  /** The public half of `envelopes`, which anyone may have. */
  readonly recipients: KeySet
}

/** Makes every key of the example. */
export async function generateKeys(): Promise<ExampleKeys> {
  const [signing, envelopes, shared] = await Promise.all([
    createKeyRing({
      keys: ['ES256', 'Ed25519'], // for postcards, and for letters in envelopes
      rotateEvery: '1d', // The tour rotates by hand, and does not wait for it.
      maxTokenLifetime: lifetime,
      // One second, and one clock, so that the tour can see keys come and go; leave both out in production.
      maxAge: 1,
      clockTolerance: 0,
    }),
    generateKey('RSA-OAEP-256'),
    generateKey('dir', { enc: 'A256GCM', kid: 'shared-1' }),
  ])
  return { signing, envelopes, shared, recipients: await createKeySet(publicJwks(envelopes)) }
}
