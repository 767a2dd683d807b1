import { constants, privateDecrypt, sign } from 'node:crypto'
import {
  createExternalKey,
  createTenantVerifier,
  createVerifier,
  importKey,
  type JWK,
  type KeySet,
  type Verifier,
} from '@sealbearer/core'
import { signJws } from '@sealbearer/core/jose'
import { secondsNow } from '../material/claims.js'
import { encryptionKey } from '../material/encryption-key.js'
import { parties } from '../material/parties.js'
import { nestedToken } from '../material/seal.js'
import { signatureKey, verifyingJwk } from '../material/signature-key.js'
import { answerOf } from './door.js'
import type { Hold } from './hold.js'

/** What a function of the application does: it answers after a moment, or never. */
type Answer = <T>(value: () => T) => Promise<T>
const late: Answer = async (value) => {
  await new Promise((resolve) => setTimeout(resolve, 30))
  return value()
}
const never: Answer = () => new Promise(() => undefined)

/** Seconds, where it is an option. */
const timeout = 0.1
const options = { code: 'SB_KEYS_UNAVAILABLE', milliseconds: 300 } as const
/** Where it is not. */
const fixed = { code: 'SB_STORE_UNAVAILABLE', milliseconds: 5_200 } as const

interface Asked {
  readonly title: string
  readonly limit: { readonly code: string; readonly milliseconds: number }
  readonly ask: (answer: Answer) => Promise<unknown>
}

async function functionsOfApplications(): Promise<readonly Asked[]> {
  const [pair, wrapping] = [signatureKey('ES256'), encryptionKey('RSA-OAEP-256')]
  const publicJwk = verifyingJwk(pair)
  const key = await importKey(publicJwk, { alg: 'ES256' })
  const bytes = new TextEncoder().encode(
    JSON.stringify({ iss: parties.issuer, aud: parties.audience, exp: secondsNow() + 86_400 }),
  )
  const signed = (input: Uint8Array): Uint8Array =>
    sign('sha256', input, { key: pair.signing, dsaEncoding: 'ieee-p1363' })
  const signing = await importKey(pair.signing, { alg: 'ES256', kid: pair.kid })
  const protectedHeader = { typ: parties.typ }
  const token = await signJws(bytes, { algorithm: 'ES256', key: signing, protectedHeader })
  const nested = await nestedToken(token, wrapping)
  const signature = { algorithms: ['ES256'], keys: key } as const
  const policy = { ...parties, cache: false, signature } as const

  return [
    {
      ...{ title: 'the sign of an external key', limit: options },
      async ask(answer) {
        const external = { alg: 'ES256', publicJwk, timeout } as const
        const key = await createExternalKey({ ...external, sign: (input) => answer(() => signed(input)) })
        return signJws(bytes, { algorithm: 'ES256', key, protectedHeader })
      },
    },
    {
      ...{ title: 'the unwrapKey of an external key', limit: options },
      async ask(answer) {
        const { kid } = wrapping
        // Node's type of a JWK says less than jose's.
        const publicJwk = wrapping.sealing.export({ format: 'jwk' }) as JWK
        const unwrapped = (encrypted: Uint8Array): Uint8Array =>
          privateDecrypt(
            { key: wrapping.opening, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
            encrypted,
          )
        const keys = await createExternalKey({
          ...{ alg: 'RSA-OAEP-256', kid, publicJwk, timeout },
          unwrapKey: (encrypted) => answer(() => unwrapped(encrypted)),
        })
        const encryption = { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys } as const
        return createVerifier({ ...policy, encryption }).verify(nested)
      },
    },
    {
      ...{ title: 'the select of a key set', limit: options },
      ask(answer) {
        const keys: KeySet = { generation: 0, timeout, select: () => answer(() => [key]) }
        return createVerifier({ ...policy, signature: { ...signature, keys } }).verify(token)
      },
    },
    {
      ...{ title: 'the resolve of a tenant verifier', limit: options },
      ask(answer) {
        const resolve = (): Promise<Verifier> => answer(() => createVerifier(policy))
        return createTenantVerifier({ issuer: () => true, timeout, resolve, onError: () => {} }).verify(token)
      },
    },
    {
      ...{ title: 'an asynchronous claims schema', limit: fixed },
      ask(answer) {
        const validate = (value: unknown) => answer(() => ({ value }))
        const claimsSchema = { '~standard': { version: 1, vendor: 'bench', validate } } as const
        return createVerifier({ ...policy, claimsSchema }).verify(token)
      },
    },
    {
      ...{ title: 'the revoked of a verifier', limit: fixed },
      ask: (answer) => createVerifier({ ...policy, revoked: () => answer(() => false) }).verify(token),
    },
  ]
}

/** Each function that never answers, beside the same one that answers late. */
export async function silences(): Promise<readonly Hold[]> {
  const asked = await functionsOfApplications()
  return asked.flatMap(({ title, limit, ask }): readonly Hold[] => [
    {
      title: `${title}, after 30 ms`,
      answer: 'let in',
      measures: 'the answer',
      boundMilliseconds: 150,
      run: () => answerOf(() => ask(late)),
    },
    {
      title: `${title}, never`,
      answer: limit.code,
      measures: 'the answer',
      boundMilliseconds: limit.milliseconds,
      ...(limit === fixed && { rounds: 1 }),
      run: () => answerOf(() => ask(never)),
    },
  ])
}
