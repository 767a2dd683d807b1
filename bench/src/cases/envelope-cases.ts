import { joseVersions } from '../contenders/jose.js'
import { ours } from '../contenders/ours.js'
import { rawOpener, rawSealers } from '../contenders/raw/contenders.js'
import type { Subject } from '../material/claims.js'
import { type Envelope, envelopeKey, isSymmetric } from '../material/envelope-key.js'
import type { Case } from '../measure/contender.js'
import { makeCase } from './make-case.js'
import { encryptedMint } from './mints.js'
import { distinctTokensCase } from './read-case.js'

/** Opening envelopes with claims in them, by a verifier where the envelope can prove its sender. */
export async function decryptCase(envelope: Envelope, count: number): Promise<Case<string>> {
  const key = envelopeKey(envelope)
  const contenders = [
    rawOpener(key),
    ...(isSymmetric(envelope) ? await ours((from) => from.sealbearerReader(undefined, key, false)) : []),
    ...(await ours((from) => from.sealbearerOpener(key))),
    ...(await Promise.all(joseVersions.map((jose) => jose.opener(key)))),
  ]
  return distinctTokensCase(
    { group: 'decrypt', name: `decrypt ${envelope}`, contenders, mint: encryptedMint(key) },
    count,
  )
}

/** Putting claims into envelopes, by an issuer where the envelope can prove its sender. */
export async function encryptCase(name: Envelope, count: number): Promise<Case<Subject>> {
  const envelope = envelopeKey(name)
  const contenders = [
    ...rawSealers(envelope),
    ...(isSymmetric(name) ? await ours((from) => from.sealbearerIssuer(undefined, envelope)) : []),
    ...(await ours((from) => from.sealbearerSealer(envelope))),
    ...(await Promise.all(joseVersions.map((jose) => jose.sealer(envelope)))),
  ]
  return makeCase(
    { group: 'encrypt', name: `encrypt ${name}`, contenders, signature: undefined, envelope },
    count,
  )
}
