import { joseVersions } from '../contenders/jose.js'
import { ours } from '../contenders/ours.js'
import { rawNestedIssuer, rawNestedReader } from '../contenders/raw/contenders.js'
import type { Subject } from '../material/claims.js'
import { type EncryptionName, encryptionKey } from '../material/encryption-key.js'
import { type SignatureAlgorithm, signatureKey } from '../material/signature-key.js'
import type { Case } from '../measure/contender.js'
import { makeCase } from './make-case.js'
import { nestedMint } from './mints.js'
import { distinctTokensCase } from './read-case.js'

/** Which signatures are put into which encryption. */
export const nestings: readonly Nesting[] = [
  ['HS256', 'dir'],
  ['RS256', 'RSA-OAEP-256'],
  ['ES256', 'ECDH-ES (P-256)'],
]

export type Nesting = readonly [alg: SignatureAlgorithm, encryption: EncryptionName]

/** Verifying nested tokens. */
export async function openCase([alg, encryptionName]: Nesting, count: number): Promise<Case<string>> {
  const [signature, encryption] = [signatureKey(alg), encryptionKey(encryptionName)]
  const contenders = [
    rawNestedReader(signature, encryption),
    ...(await ours((from) => from.sealbearerReader(signature, encryption, false))),
    ...(await Promise.all(joseVersions.map((jose) => jose.nestedReader(signature, encryption)))),
  ]
  const mint = nestedMint(signature, encryption)
  return distinctTokensCase(
    { group: 'open', name: `open ${alg} in ${encryptionName}`, contenders, mint },
    count,
  )
}

/** Issuing nested tokens. */
export async function sealCase([alg, encryptionName]: Nesting, count: number): Promise<Case<Subject>> {
  const [signature, encryption] = [signatureKey(alg), encryptionKey(encryptionName)]
  const contenders = [
    rawNestedIssuer(signature, encryption),
    ...(await ours((from) => from.sealbearerIssuer(signature, encryption))),
    ...(await Promise.all(joseVersions.map((jose) => jose.nestedIssuer(signature, encryption)))),
  ]
  return makeCase(
    { group: 'seal', name: `seal ${alg} in ${encryptionName}`, contenders, signature, encryption },
    count,
  )
}
