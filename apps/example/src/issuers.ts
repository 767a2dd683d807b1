import { createIssuer, type Issuer, type TokenForm } from '@sealbearer/core'
import type { ExampleKeys } from './keys.js'
import { lifetime, parties } from './parties.js'

/** One issuer a form. */
export type Issuers = Readonly<Record<TokenForm, Issuer>>

/** What the tour changes to get tokens that a server must refuse. */
interface IssuerChanges {
  readonly issuer?: string
  readonly audience?: string
  readonly now?: () => Date
}

/** The token service's side of the policy. An e-mail address leaves only inside an encrypted token. */
export function createIssuers(keys: ExampleKeys, changes: IssuerChanges = {}): Issuers {
  const common = { ...parties, lifetime, confidentialClaims: ['email'], ...changes }
  return {
    signed: createIssuer({
      ...common,
      signature: { algorithm: 'ES256', keys: keys.signing },
    }),
    encrypted: createIssuer({
      ...common,
      encryption: { keyManagement: 'dir', contentEncryption: 'A256GCM', keys: keys.shared },
    }),
    nested: createIssuer({
      ...common,
      signature: { algorithm: 'Ed25519', keys: keys.signing },
      encryption: {
        keyManagement: 'RSA-OAEP-256',
        contentEncryption: 'A256GCM',
        keys: keys.recipients, // One encrypts to the recipient's public key.
      },
    }),
  }
}
