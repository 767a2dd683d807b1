import { createIssuer, type Issuer, type TokenForm } from '@sealbearer/core'
import type { ExampleKeys } from './keys.js'
import { lifetime, parties } from './parties.js'

/** One issuer for each form. */
export type Issuers = Readonly<Record<TokenForm, Issuer>>

/** Changes with which the tour creates tokens that a server must reject. */
interface IssuerChanges {
  readonly issuer?: string
  readonly audience?: string
  readonly now?: () => Date
}

/** The token service's side of the policy. An e-mail address is issued only in an encrypted token. */
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
        keys: keys.recipients, // The recipient's public key.
      },
    }),
  }
}
