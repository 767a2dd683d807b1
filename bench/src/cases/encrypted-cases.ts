import { joseVersions } from '../contenders/jose.js'
import { ours } from '../contenders/ours.js'
import { rawOpener, rawSealers } from '../contenders/raw/contenders.js'
import type { Subject } from '../material/claims.js'
import { type EncryptionName, encryptionKey, isSymmetric } from '../material/encryption-key.js'
import type { Case } from '../measure/contender.js'
import { makeCase } from './make-case.js'
import { encryptedMint } from './mints.js'
import { distinctTokensCase } from './read-case.js'

/** Decrypting claims, by a verifier where the key authenticates the sender. */
export async function decryptCase(encryption: EncryptionName, count: number): Promise<Case<string>> {
  const key = encryptionKey(encryption)
  const contenders = [
    rawOpener(key),
    ...(isSymmetric(encryption) ? await ours((from) => from.sealbearerReader(undefined, key, false)) : []),
    ...(await ours((from) => from.sealbearerOpener(key))),
    ...(await Promise.all(joseVersions.map((jose) => jose.opener(key)))),
  ]
  return distinctTokensCase(
    { group: 'decrypt', name: `decrypt ${encryption}`, contenders, mint: encryptedMint(key) },
    count,
  )
}

/** Encrypting claims, by an issuer where the key authenticates the sender. */
export async function encryptCase(name: EncryptionName, count: number): Promise<Case<Subject>> {
  const encryption = encryptionKey(name)
  const contenders = [
    ...rawSealers(encryption),
    ...(isSymmetric(name) ? await ours((from) => from.sealbearerIssuer(undefined, encryption)) : []),
    ...(await ours((from) => from.sealbearerSealer(encryption))),
    ...(await Promise.all(joseVersions.map((jose) => jose.sealer(encryption)))),
  ]
  return makeCase(
    { group: 'encrypt', name: `encrypt ${name}`, contenders, signature: undefined, encryption },
    count,
  )
}
