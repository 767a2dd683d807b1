import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createGuard } from '#core/http/guard.js'
import { createAuthenticator, createIssuer, createVerifier, generateKey, type KeySet } from '#core/index.js'
import { decryptJwe, encryptJwe, verifyJws } from '#core/jose.js'
import { audience, issuer, now } from '#core-test-kit/parties.js'

const RuntimePromise = Promise

/** What zone.js, Bluebird and some monitors do: then no asynchronous function returns a `Promise` any more. */
beforeEach(() => {
  globalThis.Promise = class ReplacedPromise<T> extends RuntimePromise<T> {}
  onTestFinished(() => {
    globalThis.Promise = RuntimePromise
  })
})

const parties = { issuer, audience, typ: 'at+jwt', now } as const
const [own, strange] = [await generateKey('HS256'), await generateKey('HS256')]
const sealing = await generateKey('A256KW')
const pair = await generateKey('RSA-OAEP-256')

const later: KeySet = { generation: 0, select: async () => [own] }
const wrapped = { keyManagement: 'A256KW', contentEncryption: 'A128CBC-HS256', keys: sealing } as const
const openable = { keyManagement: ['A256KW'], contentEncryption: ['A128CBC-HS256'], keys: sealing } as const

const issue = async (keys: typeof own, encryption?: typeof wrapped): Promise<string> => {
  const signature = { algorithm: 'HS256', keys } as const
  const options = { ...parties, lifetime: '5m', signature } as const
  const made = encryption === undefined ? createIssuer(options) : createIssuer({ ...options, encryption })
  return (await made.issue({ sub: 'user_123', role: 'admin' })).token
}

const requestWith = (token: string) => ({
  method: 'GET',
  target: '/',
  secure: true,
  header: (name: string) => (name === 'authorization' ? [`Bearer ${token}`] : []),
})

describe('a promise never passes for what it promises', () => {
  test.each([
    { title: 'keys at hand', keys: own },
    { title: 'keys that come later', keys: later },
  ])('signed tokens, with $title', async ({ keys }) => {
    const verifier = createVerifier({ ...parties, signature: { algorithms: ['HS256'], keys } })
    const [good, forged] = [await issue(own), await issue(strange)]
    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
    await expect(verifyJws(forged, { algorithms: ['HS256'], keys })).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    const authenticator = createAuthenticator({ verifier })
    const guard = createGuard(authenticator, { role: 'admin' })
    expect(await guard(requestWith(forged), {})).toMatchObject({ ok: false, status: 401 })
    expect(await guard(requestWith(good), {})).toMatchObject({ ok: true })
    expect(await authenticator.authenticate(requestWith(forged))).toMatchObject({ ok: false, status: 401 })
    // Twice, and so once out of the memory.
    for (let i = 0; i < 2; i++) await expect(verifier.verify(good)).resolves.toMatchObject({ form: 'signed' })
  })

  test('nested tokens', async () => {
    const signature = { algorithms: ['HS256'], keys: own } as const
    const verifier = createVerifier({ ...parties, signature, encryption: openable })
    await expect(verifier.verify(await issue(strange, wrapped))).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    const good = await issue(own, wrapped)
    await expect(verifier.verify(`${good.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    await expect(verifier.verify(good)).resolves.toMatchObject({ form: 'nested' })
  })

  test('encrypted tokens that are opened on several threads', async () => {
    const sealed = { keyManagement: 'RSA-OAEP-256', contentEncryption: 'A256GCM', key: pair } as const
    const token = await encryptJwe(new Uint8Array(3), sealed)
    const policy = { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys: pair } as const
    const open = (text: string) => decryptJwe(text, policy)
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(token)))
    expect(opened.map(({ plaintext }) => plaintext.length)).toEqual(Array(8).fill(3))
    await expect(open(`${token.slice(0, -8)}AAAAAAAA`)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  })

  test('a claims schema that answers later', async () => {
    let isAllowed = true
    const validate = async (value: unknown) => (isAllowed ? { value } : { issues: [{ message: 'no' }] })
    const verifier = createVerifier({
      ...parties,
      signature: { algorithms: ['HS256'], keys: own },
      claimsSchema: { '~standard': { version: 1, vendor: 'test', validate } },
    })
    const token = await issue(own)
    await expect(verifier.verify(token)).resolves.toBeDefined()
    isAllowed = false
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_CLAIMS_REJECTED' })
  })
})
