import { generateKey, type Key, type KeySet, keySet, publicJwks } from '@sealbearer/core'
import type { JSONWebKeySet } from 'jose'

/** Who holds what. All of it is made anew at each start and kept nowhere. */
export interface ExampleKeys {
  /** Only the token service has the private half: whoever signs, says who is who. */
  readonly signing: { readonly postcards: Key; readonly letters: Key }
  /** Only the servers have the private half: whoever decrypts, reads. */
  readonly envelopes: Key
  /** Both sides have it, so an envelope made with it can only come from one of them. */
  readonly shared: Key
  /** What anyone may have. */
  readonly published: {
    readonly issuer: KeySet
    readonly servers: KeySet
    readonly jwks: JSONWebKeySet
  }
}

/** Makes every key of the example. */
export async function generateKeys(): Promise<ExampleKeys> {
  const [postcards, letters, envelopes, shared] = await Promise.all([
    generateKey('ES256'),
    generateKey('Ed25519'),
    generateKey('RSA-OAEP-256'),
    generateKey('dir', { enc: 'A256GCM', kid: 'shared-1' }),
  ])
  const issuer = publicJwks([postcards, letters])
  const servers = publicJwks(envelopes)
  return {
    signing: { postcards, letters },
    envelopes,
    shared,
    published: {
      issuer: await keySet(issuer),
      servers: await keySet(servers),
      jwks: { keys: [...issuer.keys, ...servers.keys] },
    },
  }
}
