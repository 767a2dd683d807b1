import {
  createIssuer,
  createVerifier,
  type IssuerOptions,
  importKey,
  type Key,
  type VerifierOptions,
} from '@sealbearer/core'
import { decryptJwe, encryptJwe } from '@sealbearer/core/jose'
import { claimsOf, lifetime, type Subject } from '../material/claims.js'
import { type EncryptionKey, isSymmetric } from '../material/encryption-key.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'
import { checkedClaims } from './claims-by-hand.js'

const enc = 'A256GCM'

const signatureKeyOf = ({ alg, kid }: SignatureKey, key: SignatureKey['signing']): Promise<Key> =>
  importKey(key, { alg, kid })

const encryptionKeyOf = ({ alg, kid }: EncryptionKey, key: EncryptionKey['sealing']): Promise<Key> =>
  importKey(key, { alg, kid, enc })

type Remembering = Pick<VerifierOptions, 'cache'>

/** Whether verified tokens are cached; `'default'` leaves it to the library. */
export type Cache = 'default' | false

const cacheOption = (cache: Cache): Remembering => (cache === false ? { cache } : {})

/** The verifier under test for any of the three forms. */
export async function verifierOptions(
  signature: SignatureKey | undefined,
  encryption: EncryptionKey | undefined,
  cache: Cache,
): Promise<VerifierOptions> {
  const options = {
    ...parties,
    ...cacheOption(cache),
    ...(signature && {
      signature: { algorithms: [signature.alg], keys: await signatureKeyOf(signature, signature.verifying) },
    }),
    ...(encryption && {
      encryption: {
        keyManagement: [encryption.alg],
        contentEncryption: [enc],
        keys: await encryptionKeyOf(encryption, encryption.opening),
      },
    }),
  }
  // Which of the three forms it is, the callers' cases decide; createVerifier checks it.
  return options as VerifierOptions
}

/** Reads signed, encrypted or nested tokens, whichever keys it is given. */
export async function sealbearerReader(
  signature: SignatureKey | undefined,
  encryption: EncryptionKey | undefined,
  cache: Cache,
): Promise<Contender<string>> {
  const verifier = createVerifier(await verifierOptions(signature, encryption, cache))
  const name = cache === false ? 'sealbearer' : 'sealbearer, remembered'
  return perItem(name, 'ours', (token) => verifier.verify(token))
}

/** Decrypts a token that does not authenticate its sender, and checks the claims as its caller would. */
export async function sealbearerOpener(key: EncryptionKey): Promise<Contender<string>> {
  const keys = await encryptionKeyOf(key, key.opening)
  const options = { keyManagement: [key.alg], contentEncryption: [enc], keys } as const
  const name = isSymmetric(key.encryption) ? 'sealbearer decryptJwe' : 'sealbearer'
  return perItem(name, 'ours', async (token) => checkedClaims((await decryptJwe(token, options)).plaintext))
}

/** Encrypts tokens that do not authenticate their sender. */
export async function sealbearerSealer(key: EncryptionKey): Promise<Contender<Subject>> {
  const options = {
    keyManagement: key.alg,
    contentEncryption: enc,
    key: await encryptionKeyOf(key, key.sealing),
    protectedHeader: { typ: parties.typ },
  } as const
  const name = isSymmetric(key.encryption) ? 'sealbearer encryptJwe' : 'sealbearer'
  return perItem(name, 'ours', (subject) =>
    encryptJwe(new TextEncoder().encode(JSON.stringify(claimsOf(subject))), options),
  )
}

/** Issues signed, encrypted or nested tokens, whichever keys it is given. */
export async function sealbearerIssuer(
  signature: SignatureKey | undefined,
  encryption: EncryptionKey | undefined,
): Promise<Contender<Subject>> {
  const options = {
    ...parties,
    lifetime,
    maxLifetime: lifetime,
    ...(signature && {
      signature: { algorithm: signature.alg, keys: await signatureKeyOf(signature, signature.signing) },
    }),
    ...(encryption && {
      encryption: {
        keyManagement: encryption.alg,
        contentEncryption: enc,
        keys: await encryptionKeyOf(encryption, encryption.sealing),
      },
    }),
  }
  // As above.
  const issuer = createIssuer(options as IssuerOptions)
  return perItem('sealbearer', 'ours', (subject) => issuer.issue(subject))
}
