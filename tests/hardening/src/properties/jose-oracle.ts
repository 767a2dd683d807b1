import {
  type CryptoKey,
  compactDecrypt,
  importPKCS8,
  importSPKI,
  type JWTVerifyOptions,
  jwtDecrypt,
  jwtVerify,
} from 'jose'
import type { Algorithm } from '#core/crypto/algorithms.js'
import { pem, pemNameFor } from '#core-test-kit/test-keys.js'
import type { PolicyModel, Setup } from './models.js'
import { secretFor } from './parties.js'

type JoseKey = CryptoKey | Uint8Array

const keys = new Map<string, Promise<JoseKey>>()

function keyFor(
  alg: Algorithm,
  enc: string | undefined,
  crv: string | undefined,
  half: 'spki' | 'pkcs8',
): Promise<JoseKey> {
  const name = `${alg} ${enc} ${crv}`
  let key = keys.get(name)
  if (key === undefined) {
    const pemName = pemNameFor(alg, crv)
    const read = half === 'spki' ? importSPKI : importPKCS8
    key = pemName === undefined ? Promise.resolve(secretFor(alg, enc)) : read(pem(`${pemName}.${half}`), alg)
    keys.set(name, key)
  }
  return key
}

/** What can be said to jose of a policy. The rest makes no token good that is bad otherwise. */
function options(policy: PolicyModel, now: Date): JWTVerifyOptions {
  const { issuer, audience, typ, clockTolerance, maxTokenAge, requiredClaims = [] } = policy
  return {
    issuer: [issuer].flat(),
    ...(audience !== 'any' && { audience: [audience].flat() }),
    ...(typeof typ === 'string' && typ !== 'any' && { typ }),
    ...(clockTolerance !== undefined && { clockTolerance }),
    ...(maxTokenAge !== undefined && { maxTokenAge }),
    requiredClaims: ['exp', ...requiredClaims],
    currentDate: now,
  }
}

/** Has jose verify, or open, or open and verify a token. Rejects where jose refuses. */
export async function askJose(
  { form, alg, keyManagement, enc, crv }: Setup,
  policy: PolicyModel,
  token: string,
  now: Date,
): Promise<void> {
  const claimOptions = options(policy, now)
  const verify = async (jws: string | Uint8Array) =>
    jwtVerify(jws, await keyFor(alg, undefined, undefined, 'spki'), { ...claimOptions, algorithms: [alg] })
  if (form === 'signed') {
    await verify(token)
    return
  }
  const key = await keyFor(keyManagement, keyManagement === 'dir' ? enc : undefined, crv, 'pkcs8')
  const encryption = { keyManagementAlgorithms: [keyManagement], contentEncryptionAlgorithms: [enc] }
  if (form === 'encrypted') {
    await jwtDecrypt(token, key, { ...claimOptions, ...encryption })
    return
  }
  const { plaintext } = await compactDecrypt(token, key, encryption)
  if (form === 'nested') {
    await verify(plaintext)
    return
  }
  const { token: inner }: { token: string } = JSON.parse(new TextDecoder().decode(plaintext))
  await verify(inner)
}
