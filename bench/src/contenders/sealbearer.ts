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
import { type EnvelopeKey, isSymmetric } from '../material/envelope-key.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { perItem } from '../measure/per-item.js'
import { checkedClaims } from './claims-by-hand.js'

const enc = 'A256GCM'

const signatureKeyOf = ({ alg, kid }: SignatureKey, key: SignatureKey['signing']): Promise<Key> =>
  importKey(key, { alg, kid })

const envelopeKeyOf = ({ alg, kid }: EnvelopeKey, key: EnvelopeKey['sealing']): Promise<Key> =>
  importKey(key, { alg, kid, enc })

type Remembering = Pick<VerifierOptions, 'cache'>

/** Whether verdicts are remembered; `'default'` leaves it to the library. */
export type Cache = 'default' | false

const cacheOption = (cache: Cache): Remembering => (cache === false ? { cache } : {})

/** The verifier under test for any of the three forms. */
export async function verifierOptions(
  signature: SignatureKey | undefined,
  envelope: EnvelopeKey | undefined,
  cache: Cache,
): Promise<VerifierOptions> {
  const options = {
    ...parties,
    ...cacheOption(cache),
    ...(signature && {
      signature: { algorithms: [signature.alg], keys: await signatureKeyOf(signature, signature.verifying) },
    }),
    ...(envelope && {
      encryption: {
        keyManagement: [envelope.alg],
        contentEncryption: [enc],
        keys: await envelopeKeyOf(envelope, envelope.opening),
      },
    }),
  }
  // Which of the three forms it is, the callers' cases decide; createVerifier checks it.
  return options as VerifierOptions
}

/** Reads signed, encrypted or nested tokens, whichever keys it is given. */
export async function sealbearerReader(
  signature: SignatureKey | undefined,
  envelope: EnvelopeKey | undefined,
  cache: Cache,
): Promise<Contender<string>> {
  const verifier = createVerifier(await verifierOptions(signature, envelope, cache))
  const name = cache === false ? 'sealbearer' : 'sealbearer, remembered'
  return perItem(name, 'ours', (token) => verifier.verify(token))
}

/** Opens an envelope that proves no sender, and checks the claims as its caller would. */
export async function sealbearerOpener(key: EnvelopeKey): Promise<Contender<string>> {
  const keys = await envelopeKeyOf(key, key.opening)
  const options = { keyManagement: [key.alg], contentEncryption: [enc], keys } as const
  const name = isSymmetric(key.envelope) ? 'sealbearer decryptJwe' : 'sealbearer'
  return perItem(name, 'ours', async (token) => checkedClaims((await decryptJwe(token, options)).plaintext))
}

/** Makes envelopes that prove no sender. */
export async function sealbearerSealer(key: EnvelopeKey): Promise<Contender<Subject>> {
  const options = {
    keyManagement: key.alg,
    contentEncryption: enc,
    key: await envelopeKeyOf(key, key.sealing),
    protectedHeader: { typ: parties.typ },
  } as const
  const name = isSymmetric(key.envelope) ? 'sealbearer encryptJwe' : 'sealbearer'
  return perItem(name, 'ours', (subject) =>
    encryptJwe(new TextEncoder().encode(JSON.stringify(claimsOf(subject))), options),
  )
}

/** Issues signed, encrypted or nested tokens, whichever keys it is given. */
export async function sealbearerIssuer(
  signature: SignatureKey | undefined,
  envelope: EnvelopeKey | undefined,
): Promise<Contender<Subject>> {
  const options = {
    ...parties,
    lifetime,
    maxLifetime: lifetime,
    ...(signature && {
      signature: { algorithm: signature.alg, keys: await signatureKeyOf(signature, signature.signing) },
    }),
    ...(envelope && {
      encryption: {
        keyManagement: envelope.alg,
        contentEncryption: enc,
        keys: await envelopeKeyOf(envelope, envelope.sealing),
      },
    }),
  }
  // As above.
  const issuer = createIssuer(options as IssuerOptions)
  return perItem('sealbearer', 'ours', (subject) => issuer.issue(subject))
}
