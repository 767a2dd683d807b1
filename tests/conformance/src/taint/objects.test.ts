import {
  bearer,
  cookie,
  createAuthenticator,
  createExternalKey,
  createIssuer,
  createJwksEndpoint,
  createKeyRing,
  createKeySet,
  createMemoryStore,
  createRemoteKeySet,
  createTenantVerifier,
  createVerifier,
  deriveKey,
  exportJwk,
  generateKey,
  importKey,
  importSecret,
  type JWK,
  publicJwks,
} from '@sealbearer/core'
import { createSealedStore } from '@sealbearer/core/key-ring'
import { exportPKCS8, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { describeValue } from './describe-value.js'
import { jwkSecrets } from './key-secrets.js'
import { type Secret, Taint } from './taint.js'

const algorithms = [
  'HS256',
  'RS256',
  'ES256',
  'EdDSA',
  'RSA-OAEP-256',
  'ECDH-ES',
  'A256KW',
  'A256GCMKW',
] as const

/** A key of each kind, as a user may make it, and what must not be seen of it. */
async function everyKey() {
  const made = await Promise.all(
    algorithms.map((alg) =>
      generateKey(alg, { extractable: true, ...(alg === 'ECDH-ES' && { crv: 'P-256' }) }),
    ),
  )
  const direct = await generateKey('dir', { enc: 'A256GCM', extractable: true })
  const keys = [...made, direct]
  return { keys, secrets: keys.flatMap((key) => jwkSecrets(exportJwk(key), key.alg)) }
}

const secretText = 'correct-horse-battery-staple-0123456789'
const party = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }

/** Objects that hold keys, by what makes them. */
async function holders() {
  const { keys, secrets } = await everyKey()
  const keyOf = (alg: string) => {
    const key = keys.find((one) => one.alg === alg)
    if (key === undefined) throw new Error(`no key for ${alg}`)
    return key
  }
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const pem = await exportPKCS8(privateKey)
  const pemBody = pem.split('\n').slice(1, -2).join('').slice(36)
  const signature = { algorithm: 'ES256', keys: keyOf('ES256') } as const
  const encryption = {
    keyManagement: 'ECDH-ES',
    contentEncryption: 'A256GCM',
    keys: keyOf('ECDH-ES'),
  } as const
  const verifier = createVerifier({
    ...party,
    signature: { algorithms: ['ES256'], keys: signature.keys },
    encryption: { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: encryption.keys },
  })
  const issuer = createIssuer({ ...party, lifetime: '15m', signature, encryption })
  const store = createSealedStore(createMemoryStore(), keyOf('A256KW'))
  const ring = await createKeyRing({ keys: ['ES256'], rotateEvery: '30d', store })
  const { token } = await issuer.issue({ sub: 'user_48151623', email: 'ada.lovelace@mail.test' })
  const authenticator = createAuthenticator({
    verifier,
    credentials: [bearer(), cookie('__Host-access')],
    csrf: { origins: ['https://app.example.com'] },
  })
  await verifier.verify(token)
  const [publicJwk = {}] = publicJwks(keyOf('ES256')).keys
  const held: Readonly<Record<string, unknown>> = {
    'every Key': keys,
    'a public Key': await importKey(publicJwk, { alg: 'ES256' }),
    'a Key from PEM': await importKey(pem, { alg: 'ES256' }),
    'a Key from text': importSecret(secretText, { alg: 'HS256', encoding: 'utf8' }),
    'a derived Key': await deriveKey(secretText, { alg: 'A256KW', info: 'test' }),
    'an external Key': await createExternalKey({
      alg: 'ES256',
      publicJwk,
      sign: () => Buffer.from(secretText),
    }),
    'a KeySet': await createKeySet(keys),
    'a remote KeySet': createRemoteKeySet('https://auth.example.com/jwks'),
    'publicJwks()': publicJwks(keys),
    'an Issuer': issuer,
    'a Verifier that has verified': verifier,
    'a tenant Verifier': createTenantVerifier({ issuer: () => true, resolve: () => verifier }),
    'an Authenticator': authenticator,
    'the credentials': [bearer(), cookie('__Host-access')],
    'a KeyRing': ring,
    'the status of a KeyRing': ring.status(),
    'its published keys': ring.publicJwks(),
    'its store': store,
    'a JWKS endpoint': createJwksEndpoint(ring),
    'a memory store': createMemoryStore(),
  }
  const all: readonly Secret[] = [
    ...secrets,
    { label: 'the PEM', value: pemBody },
    { label: 'the text', value: secretText },
    { label: 'a claim', value: 'user_48151623' },
    { label: 'a claim', value: 'ada.lovelace@mail.test' },
    { label: 'the token', value: token },
  ]
  return { held, secrets: all, keys }
}

const made = holders()
const names = Object.keys((await made).held)

test.each(names)('%s shows nothing, however it is inspected', async (name) => {
  const { held, secrets } = await made
  expect(new Taint(secrets).find(describeValue(held[name]))).toEqual([])
})

test('a KeyRing shows nothing of the keys in its store, where they can be found', async () => {
  const store = createMemoryStore()
  const ring = await createKeyRing({ keys: ['ES256'], rotateEvery: '30d', store })
  const stored = await store.load()
  const { keys }: { readonly keys: readonly JWK[] } = JSON.parse(stored?.text ?? '{"keys":[]}')
  const taint = new Taint(keys.flatMap((jwk) => jwkSecrets(jwk, 'the ring')))
  expect(taint.find(describeValue(stored))).toEqual(['"d" of the ring'])
  expect(taint.find(describeValue([ring, store, ring.status(), ring.publicJwks()]))).toEqual([])
})

test.each(algorithms)('what exportJwk gives of a key for %s is found', async (alg) => {
  const { keys, secrets } = await made
  const key = keys.find((one) => one.alg === alg)
  const jwk = key && exportJwk(key)
  expect(new Taint(secrets).find(describeValue(jwk)).every((label) => label.endsWith(`of ${alg}`))).toBe(true)
  expect(new Taint(secrets).find(describeValue(jwk)).length).toBeGreaterThan(0)
})
