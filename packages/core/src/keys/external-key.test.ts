import { constants, createPrivateKey, sign as nodeSign, privateDecrypt } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { testKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { SealbearerError } from '../errors.js'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { signJws } from '../jws/sign.js'
import { verifyJws } from '../jws/verify.js'
import { createVerifier } from '../jwt/verifier.js'
import { createKeyRing } from '../key-ring/key-ring.js'
import { createExternalKey } from './external-key.js'
import { generateKey } from './generate.js'
import { exportJwk, publicJwks } from './jwk-set.js'
import { keyMaterial } from './key.js'

/** A KMS: keys go in, functions come out. */
async function kms(alg: Parameters<typeof generateKey>[0], options: Parameters<typeof generateKey>[1] = {}) {
  // A new RSA key takes longer than all tests that use it.
  const make = /^(RS|PS)/.test(alg) ? testKey : generateKey
  const key = await make(alg, { ...options, extractable: true })
  const jwk = exportJwk(key)
  const [publicJwk = {}] = publicJwks(key).keys
  return { key, publicJwk, privateKey: createPrivateKey({ format: 'jwk', key: { ...jwk } }) }
}

const payload = new TextEncoder().encode('payload')

describe.each([
  { alg: 'ES256', hash: 'sha256', padding: {} },
  { alg: 'ES512', hash: 'sha512', padding: {} },
  { alg: 'RS256', hash: 'sha256', padding: {} },
  { alg: 'PS256', hash: 'sha256', padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  { alg: 'EdDSA', hash: undefined, padding: {} },
] as const)('an external key that signs $alg', ({ alg, hash, padding }) => {
  // DER is node's default for ECDSA, as it is for most KMS.
  test.each(['der', 'ieee-p1363'] as const)(
    'signs what its public half verifies (%s)',
    async (dsaEncoding) => {
      const { publicJwk, privateKey } = await kms(alg)
      const key = await createExternalKey({
        alg,
        publicJwk,
        sign: (input) => nodeSign(hash, input, { key: privateKey, ...padding, dsaEncoding }),
      })
      expect(key.kid).toBe(publicJwk.kid)
      for (let round = 0; round < 8; round++) {
        const token = await signJws(payload, { algorithm: alg, key })
        await expect(verifyJws(token, { algorithms: [alg], keys: key })).resolves.toMatchObject({ payload })
      }
      expect(publicJwks(key).keys).toEqual([publicJwk])
      expect(() => exportJwk(key)).toThrow(TypeError)
    },
  )
})

test('a function that signs with another key is detected at the first token', async () => {
  const { publicJwk, privateKey } = await kms('ES256')
  const { privateKey: other } = await kms('ES256')
  const wrong = await createExternalKey({
    alg: 'ES256',
    publicJwk,
    sign: (input) => nodeSign('sha256', input, other),
  })
  await expect(signJws(payload, { algorithm: 'ES256', key: wrong })).rejects.toThrow(/does not verify/)
  const right = await createExternalKey({
    alg: 'ES256',
    publicJwk,
    sign: (input) => nodeSign('sha256', input, privateKey),
  })
  await expect(signJws(payload, { algorithm: 'ES256', key: right })).resolves.toBeDefined()
})

test('a key for RSA-OAEP opens by either function, and no other does', async () => {
  const { publicJwk } = await kms('RSA-OAEP-256')
  const act = () => new Uint8Array()
  const base = { alg: 'RSA-OAEP-256', publicJwk } as const
  await expect(createExternalKey({ ...base, decrypt: act })).resolves.toBeDefined()
  await expect(createExternalKey({ ...base, unwrapKey: act })).resolves.toBeDefined()
  await expect(createExternalKey({ ...base, sign: act })).rejects.toThrow(
    /\(RSA\) requires one function, unwrapKey or decrypt$/,
  )
  const { publicJwk: agreed } = await kms('ECDH-ES', { crv: 'P-256' })
  await expect(createExternalKey({ alg: 'ECDH-ES', publicJwk: agreed, unwrapKey: act })).rejects.toThrow(
    /\(EC or OKP\) requires one function, decrypt$/,
  )
})

test('a key has the kid of the option', async () => {
  const { publicJwk, privateKey } = await kms('ES256', { kid: 'of the JWK' })
  const sign = (input: Uint8Array): Uint8Array => nodeSign('sha256', input, privateKey)
  expect(await createExternalKey({ alg: 'ES256', publicJwk, sign })).toMatchObject({ kid: 'of the JWK' })
  const key = await createExternalKey({ alg: 'ES256', publicJwk, sign, kid: 'given' })
  expect(key).toMatchObject({ kid: 'given', type: 'private' })
  expect(publicJwks(key).keys).toMatchObject([{ kid: 'given' }])
})

test('a function that returns no bytes is detected at the first token', async () => {
  const { publicJwk } = await kms('ES256')
  // What a caller without types could hand in.
  const sign = (() => 'no bytes') as unknown as () => Uint8Array
  const key = await createExternalKey({ alg: 'ES256', publicJwk, sign })
  await expect(signJws(payload, { algorithm: 'ES256', key })).rejects.toThrow(
    /^createExternalKey: sign\(\) must return/,
  )
})

test('an outage of the KMS is a 503', async () => {
  const { publicJwk } = await kms('ES256')
  const key = await createExternalKey({
    alg: 'ES256',
    publicJwk,
    sign: () => Promise.reject(new Error('down')),
  })
  await expect(signJws(payload, { algorithm: 'ES256', key })).rejects.toMatchObject({
    code: 'SB_KEYS_UNAVAILABLE',
  })
})

describe.each(['A128GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const)(
  'an external key that unwraps, with %s',
  (contentEncryption) => {
    const encryption = { keyManagement: 'RSA-OAEP-256', contentEncryption } as const

    test('decrypts tokens for it, and none that was altered', async () => {
      const { publicJwk, privateKey } = await kms('RSA-OAEP-256')
      const key = await createExternalKey({
        alg: 'RSA-OAEP-256',
        publicJwk,
        unwrapKey: (encrypted) => privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, encrypted),
      })
      const token = await encryptJwe(payload, { ...encryption, key })
      const open = (text: string) =>
        decryptJwe(text, {
          keyManagement: [encryption.keyManagement],
          contentEncryption: [contentEncryption],
          keys: key,
        })
      const { plaintext } = await open(token)
      expect(new Uint8Array(plaintext)).toEqual(payload)
      const parts = token.split('.')
      for (const index of [1, 2, 3, 4]) {
        const changed = parts.with(
          index,
          String(parts[index]).replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
        )
        await expect(open(changed.join('.'))).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
      }
    })
  },
)

describe('an external key that unwraps', () => {
  const outage = () => {
    throw new SealbearerError('SB_KEYS_UNAVAILABLE')
  }
  const denial = () => {
    throw new Error('AccessDenied')
  }
  const otherError = () => {
    throw new SealbearerError('SB_KEY_NOT_FOUND')
  }
  const lookalike = () => {
    throw Object.assign(new Error('down'), { code: 'SB_KEYS_UNAVAILABLE' })
  }

  test.each<[string, (cek: Uint8Array) => unknown, string, decryptions: number]>([
    ['fails', denial, 'SB_INTEGRITY_FAILED', 1],
    ['fails later', () => Promise.reject(new Error('AccessDenied')), 'SB_INTEGRITY_FAILED', 1],
    ['fails with another error of ours', otherError, 'SB_INTEGRITY_FAILED', 1],
    ['fails with what only looks like an outage', lookalike, 'SB_INTEGRITY_FAILED', 1],
    ['gives a shorter CEK', (cek) => cek.slice(1), 'SB_INTEGRITY_FAILED', 1],
    ['gives another CEK', (cek) => cek.map((byte) => byte ^ 1), 'SB_INTEGRITY_FAILED', 1],
    ['gives no bytes', () => 'no bytes', 'SB_INTEGRITY_FAILED', 1],
    ['is out of reach', outage, 'SB_KEYS_UNAVAILABLE', 0],
  ])('and %s: decrypts under a random CEK unless there is an outage', async (_, spoil, code, decryptions) => {
    const { publicJwk, privateKey } = await kms('RSA-OAEP-256')
    const unwrap = (encrypted: Uint8Array) =>
      privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, encrypted)
    const encryption = { keyManagement: 'RSA-OAEP-256', contentEncryption: 'A256GCM' } as const
    const opened = async (unwrapKey: (encrypted: Uint8Array) => Uint8Array | Promise<Uint8Array>) => {
      const key = await createExternalKey({ alg: 'RSA-OAEP-256', publicJwk, unwrapKey })
      const token = await encryptJwe(payload, { ...encryption, key })
      return decryptJwe(token, { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys: key })
    }
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt')
    try {
      expect((await opened(unwrap)).plaintext).toEqual(payload)
      expect(decrypt).toHaveBeenCalledTimes(1)
      // What a function of the application gives can be anything.
      const spoilt = (encrypted: Uint8Array) => spoil(unwrap(encrypted)) as Uint8Array
      await expect(opened(spoilt)).rejects.toMatchObject({ code })
      expect(decrypt).toHaveBeenCalledTimes(1 + decryptions)
    } finally {
      decrypt.mockRestore()
    }
  })
})

test('a function can decrypt whole tokens, and report an outage', async () => {
  const { key: inner, publicJwk } = await kms('ECDH-ES', { crv: 'P-256' })
  let isDown = false
  const key = await createExternalKey({
    alg: 'ECDH-ES',
    publicJwk,
    async decrypt(parts) {
      if (isDown) throw new SealbearerError('SB_KEYS_UNAVAILABLE')
      return (await keyMaterial(inner).operations.decrypt?.(parts)) ?? new Uint8Array()
    },
  })
  const token = await encryptJwe(payload, { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', key })
  const open = () =>
    decryptJwe(token, { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: key })
  expect(new Uint8Array((await open()).plaintext)).toEqual(payload)
  isDown = true
  await expect(open()).rejects.toMatchObject({ code: 'SB_KEYS_UNAVAILABLE', status: 503 })
})

test.each([undefined, null, 5, 'text', [1, 2], new ArrayBuffer(4)])(
  'a function that decrypts tokens and returns %s decrypts none',
  async (given) => {
    const { publicJwk } = await kms('ECDH-ES', { crv: 'P-256' })
    const keyFor = (plaintext: unknown) =>
      createExternalKey({ alg: 'ECDH-ES', publicJwk, decrypt: () => untyped(plaintext) })
    const encryption = { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM' } as const
    const key = await keyFor(given)
    const token = await encryptJwe(payload, { ...encryption, key })
    const policy = { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'] } as const
    await expect(decryptJwe(token, { ...policy, keys: key })).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    const verifier = createVerifier({
      issuer: 'https://auth.example.com',
      audience: 'any',
      typ: 'any',
      signature: { algorithms: ['EdDSA'], keys: await generateKey('EdDSA') },
      encryption: { ...policy, keys: key, cty: 'any' },
    })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    const opened = await decryptJwe(token, { ...policy, keys: await keyFor(payload) })
    expect(opened.plaintext).toEqual(payload)
  },
)

test('a ring of such keys stores only their names', async () => {
  const kept = new Map<unknown, Awaited<ReturnType<typeof kms>>>()
  const ring = await createKeyRing({
    keys: [
      {
        alg: 'ES256',
        source: {
          async create() {
            const made = await kms('ES256')
            kept.set(made.publicJwk.kid, made)
            return { ...made.publicJwk, kmsKey: 'projects/p/keys/k' }
          },
          open(publicJwk) {
            const made = kept.get(publicJwk.kid)
            if (made === undefined) throw new Error('no such key')
            const sign = (input: Uint8Array): Uint8Array => nodeSign('sha256', input, made.privateKey)
            return createExternalKey({ alg: 'ES256', publicJwk, sign })
          },
        },
      },
    ],
  })
  const token = await signJws(payload, { algorithm: 'ES256', key: ring })
  await expect(verifyJws(token, { algorithms: ['ES256'], keys: ring })).resolves.toMatchObject({ payload })
  expect(Object.keys(ring.publicJwks().keys[0] ?? {})).not.toContain('kmsKey')
})

test.each([
  { title: 'a private JWK', change: { publicJwk: { kty: 'EC', d: 'x' } }, message: /public members only/ },
  {
    title: 'a secret',
    change: { publicJwk: { kty: 'oct', k: 'AAAA' } },
    message: /^publicJwk: must contain public members only/,
  },
  { title: 'text for a JWK', change: { publicJwk: '{}' }, message: /^publicJwk: must be a JWK$/ },
  { title: 'no JWK', change: { publicJwk: null }, message: /^publicJwk: must be a JWK$/ },
  { title: 'no function', change: { sign: undefined }, message: /requires one function, sign/ },
  {
    title: 'a function of another kind',
    change: { sign: undefined, decrypt: () => new Uint8Array() },
    message: /requires one/,
  },
  {
    title: 'text for a function',
    change: { sign: 'sign' },
    message: /^createExternalKey: ES256 \(EC\) requires one function, sign$/,
  },
  {
    title: 'two functions',
    change: { decrypt: () => new Uint8Array() },
    message: /^createExternalKey: ES256 \(EC\) requires one function, sign$/,
  },
  {
    title: 'an unknown option',
    change: { signer: 1 },
    message: /^createExternalKey: has no option "signer"/,
  },
])('refuses $title', async ({ change, message }) => {
  const { publicJwk } = await kms('ES256')
  const good = { alg: 'ES256', publicJwk, sign: () => new Uint8Array() } as const
  // Wrong on purpose.
  await expect(createExternalKey({ ...good, ...change } as never)).rejects.toThrow(message)
  await expect(createExternalKey(good)).resolves.toBeDefined()
})

/** @see issue 10, A.10: a KMS that hangs holds requests no longer than `timeout`. */
describe('a function that does not respond', () => {
  const never = () => new Promise<never>(() => undefined)

  test('in time, when it signs', async () => {
    const { publicJwk, privateKey } = await kms('ES256')
    const options = { alg: 'ES256', publicJwk } as const
    const stuck = await createExternalKey({ ...options, timeout: 0.02, sign: never })
    const refusal = { code: 'SB_KEYS_UNAVAILABLE', parameter: 'external key: timeout' }
    await expect(signJws(payload, { algorithm: 'ES256', key: stuck })).rejects.toMatchObject(refusal)
    const sign = async (input: Uint8Array) => nodeSign('sha256', input, privateKey)
    const prompt = await createExternalKey({ ...options, timeout: '5s', sign })
    await expect(signJws(payload, { algorithm: 'ES256', key: prompt })).resolves.toBeTypeOf('string')
  })

  test.each([
    { alg: 'RSA-OAEP-256', options: {}, name: 'unwrapKey' },
    { alg: 'ECDH-ES', options: { crv: 'P-256' }, name: 'decrypt' },
  ] as const)('in time, when it is $name', async ({ alg, options, name }) => {
    const { key: recipient, publicJwk } = await kms(alg, options)
    const stuck = await createExternalKey({ alg, publicJwk, timeout: 0.02, [name]: never })
    const jwe = await encryptJwe(payload, {
      keyManagement: alg,
      contentEncryption: 'A256GCM',
      key: recipient,
    })
    const policy = { keyManagement: [alg], contentEncryption: ['A256GCM'] } as const
    await expect(decryptJwe(jwe, { ...policy, keys: stuck })).rejects.toMatchObject({
      code: 'SB_KEYS_UNAVAILABLE',
      parameter: 'external key: timeout',
    })
    await expect(decryptJwe(jwe, { ...policy, keys: recipient })).resolves.toBeDefined()
  })

  test.each([0, -1, '0s', 3_000_000])('timeout: %j is a TypeError', async (timeout) => {
    const { publicJwk } = await kms('ES256')
    const make = (more: object) => createExternalKey({ alg: 'ES256', publicJwk, sign: never, ...more })
    await expect(make({ timeout })).rejects.toThrow(/^timeout: /)
    await expect(make({ timeout: 1 })).resolves.toBeDefined()
  })
})
