import { awsJwtVerifyReader } from '../contenders/aws-jwt-verify.js'
import { fastJwtIssuer, fastJwtReader } from '../contenders/fast-jwt.js'
import { honoIssuer, honoReader } from '../contenders/hono.js'
import { joseVersions } from '../contenders/jose.js'
import { jsonwebtokenIssuer, jsonwebtokenReader } from '../contenders/jsonwebtoken.js'
import { oauth4webapiReader } from '../contenders/oauth4webapi.js'
import { ours } from '../contenders/ours.js'
import { rawIssuer, rawReaders } from '../contenders/raw/contenders.js'
import type { Subject } from '../material/claims.js'
import { type SignatureAlgorithm, signatureKey } from '../material/signature-key.js'
import type { Case } from '../measure/contender.js'
import { makeCase } from './make-case.js'
import { signedMint } from './mints.js'
import { distinctTokensCase, sameTokenCase } from './read-case.js'

/** Verifying signed tokens that nobody has seen before. */
export async function verifyCase(alg: SignatureAlgorithm, count: number): Promise<Case<string>> {
  const key = signatureKey(alg)
  const contenders = [
    ...rawReaders(key),
    ...(await ours((from) => from.sealbearerReader(key, undefined, false))),
    fastJwtReader(key, false),
    jsonwebtokenReader(key),
    await honoReader(key),
    ...(await Promise.all(joseVersions.map((jose) => jose.reader(key)))),
    awsJwtVerifyReader(key),
    oauth4webapiReader(key),
  ]
  return distinctTokensCase(
    { group: 'verify', name: `verify ${alg}`, contenders, mint: signedMint(key) },
    count,
  )
}

/** Verifying one token again and again. */
export async function rememberedCase(alg: SignatureAlgorithm): Promise<Case<string>> {
  const key = signatureKey(alg)
  const contenders = [
    ...rawReaders(key).slice(0, 1),
    ...(await ours((from) => from.sealbearerReader(key, undefined, 'default'))),
    fastJwtReader(key, true),
  ]
  return sameTokenCase({
    group: 'remembered',
    name: `same token again ${alg}`,
    contenders,
    mint: signedMint(key),
  })
}

/** Issuing signed tokens. */
export async function issueCase(alg: SignatureAlgorithm, count: number): Promise<Case<Subject>> {
  const signature = signatureKey(alg)
  const contenders = [
    rawIssuer(signature),
    ...(await ours((from) => from.sealbearerIssuer(signature, undefined))),
    fastJwtIssuer(signature),
    jsonwebtokenIssuer(signature),
    await honoIssuer(signature),
    ...(await Promise.all(joseVersions.map((jose) => jose.issuer(signature)))),
  ]
  return makeCase(
    { group: 'issue', name: `issue ${alg}`, contenders, signature, encryption: undefined },
    count,
  )
}
