import { joseVersions } from '../contenders/jose.js'
import { ours } from '../contenders/ours.js'
import { rawNestedIssuer, rawNestedReader } from '../contenders/raw/contenders.js'
import type { Subject } from '../material/claims.js'
import { type Envelope, envelopeKey } from '../material/envelope-key.js'
import { type SignatureAlgorithm, signatureKey } from '../material/signature-key.js'
import type { Case } from '../measure/contender.js'
import { makeCase } from './make-case.js'
import { nestedMint } from './mints.js'
import { distinctTokensCase } from './read-case.js'

/** Which letters are put into which envelopes. */
export const nestings: readonly Nesting[] = [
  ['HS256', 'dir'],
  ['RS256', 'RSA-OAEP-256'],
  ['ES256', 'ECDH-ES (P-256)'],
]

export type Nesting = readonly [alg: SignatureAlgorithm, envelope: Envelope]

/** Opening signed tokens in envelopes. */
export async function openCase([alg, envelopeName]: Nesting, count: number): Promise<Case<string>> {
  const [signature, envelope] = [signatureKey(alg), envelopeKey(envelopeName)]
  const contenders = [
    rawNestedReader(signature, envelope),
    ...(await ours((from) => from.sealbearerReader(signature, envelope, false))),
    ...(await Promise.all(joseVersions.map((jose) => jose.nestedReader(signature, envelope)))),
  ]
  const mint = nestedMint(signature, envelope)
  return distinctTokensCase(
    { group: 'open', name: `open ${alg} in ${envelopeName}`, contenders, mint },
    count,
  )
}

/** Making signed tokens in envelopes. */
export async function sealCase([alg, envelopeName]: Nesting, count: number): Promise<Case<Subject>> {
  const [signature, envelope] = [signatureKey(alg), envelopeKey(envelopeName)]
  const contenders = [
    rawNestedIssuer(signature, envelope),
    ...(await ours((from) => from.sealbearerIssuer(signature, envelope))),
    ...(await Promise.all(joseVersions.map((jose) => jose.nestedIssuer(signature, envelope)))),
  ]
  return makeCase(
    { group: 'seal', name: `seal ${alg} in ${envelopeName}`, contenders, signature, envelope },
    count,
  )
}
