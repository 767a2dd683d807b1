import { CompactSign, calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import type { SignatureAlgorithm } from '#core/crypto/algorithms.js'
import { signJws } from '#core/jws/sign.js'
import { verifyJws } from '#core/jws/verify.js'
import { createIssuer } from '#core/jwt/issuer.js'
import { createVerifier } from '#core/jwt/verifier.js'
import { createKeyRing } from '#core/key-ring/key-ring.js'
import { generateKey } from '#core/keys/generate.js'
import { importKey } from '#core/keys/import.js'
import { publicMembersOf } from '#core/keys/jwk.js'
import { exportJwk, publicJwks } from '#core/keys/jwk-set.js'
import { createKeySet } from '#core/keys/key-set.js'
import { createMemoryStore } from '#core/stores/memory-store.js'
import { segment, withSegment } from '#core-test-kit/hand-made.js'
import { audience, issuer, now } from '#core-test-kit/parties.js'
import { runtimeSignatureAlgorithms } from '#core-test-kit/runtime-algorithms.js'
import { pem } from '#core-test-kit/test-keys.js'
import { rfcVectors } from '../testing/rfc-vectors.js'

const { signed } = rfcVectors('rfc9964')
const examples = signed.map((example) => [example.alg, example] as const)
const supported = examples.filter(([alg]) => runtimeSignatureAlgorithms.includes(alg))
const unsupported = examples.filter(([alg]) => !runtimeSignatureAlgorithms.includes(alg))

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (length: number): string => segment(new Uint8Array(length))
const another = (letters: string): string => (letters.startsWith('A') ? 'B' : 'A') + letters.slice(1)
const nextAlg: Readonly<Record<string, SignatureAlgorithm>> = {
  'ML-DSA-44': 'ML-DSA-65',
  'ML-DSA-65': 'ML-DSA-87',
  'ML-DSA-87': 'ML-DSA-44',
}

test('a runtime has all of them or none', () => {
  expect([0, examples.length]).toContain(supported.length)
})

describe.each(supported)('RFC 9964 A.1, %s', (alg, { key: jwk, token, payload }) => {
  const policy = async () => ({ algorithms: [alg], keys: await importKey(publicMembersOf(jwk), { alg }) })

  test('verifies with the public key', async () => {
    const verified = await verifyJws(token, await policy())
    expect(text(verified.payload)).toBe(payload)
    expect(verified.protectedHeader).toEqual({ alg, kid: jwk.kid })
  })

  test.each<[string, (token: string) => string]>([
    ['another payload', (token) => withSegment(token, 1, another)],
    ['another signature', (token) => withSegment(token, 2, another)],
    [
      'a signature that lacks a byte',
      (token) => withSegment(token, 2, (s) => segment(Buffer.from(s, 'base64url').subarray(1))),
    ],
    [
      'a signature that has one more',
      (token) =>
        withSegment(token, 2, (s) => segment(Buffer.concat([Buffer.from(s, 'base64url'), Buffer.of(0)]))),
    ],
    [
      'a signature of zeros',
      (token) => withSegment(token, 2, (s) => bytes(Buffer.from(s, 'base64url').length)),
    ],
    ['no signature', (token) => withSegment(token, 2, () => '')],
  ])('is refused with %s', async (_, change) => {
    await expect(verifyJws(change(token), await policy())).rejects.toMatchObject({
      code: 'SB_INTEGRITY_FAILED',
    })
    await verifyJws(token, await policy())
  })

  test('is refused under the name of another parameter set', async () => {
    const other = nextAlg[alg] ?? alg
    const renamed = withSegment(token, 0, () => segment({ alg: other, kid: jwk.kid }))
    await expect(verifyJws(renamed, await policy())).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
    const both = { algorithms: [alg, other], keys: await importKey(jwk, { alg }) }
    await expect(verifyJws(renamed, both)).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
    await verifyJws(token, both)
  })

  test('is named by its thumbprint, which is that of jose too', async () => {
    const [published = {}] = publicJwks(await importKey(jwk, { alg })).keys
    expect(published).toEqual({ ...publicMembersOf(jwk), alg, use: 'sig', kid: jwk.kid })
    expect(await calculateJwkThumbprint(published)).toBe(jwk.kid)
  })

  test('crosses to jose and back', async () => {
    const ours = await signJws(new TextEncoder().encode(payload), {
      algorithm: alg,
      key: await importKey(jwk, { alg }),
    })
    expect(text((await compactVerify(ours, await importJWK(publicMembersOf(jwk), alg))).payload)).toBe(
      payload,
    )
    const theirs = await new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg })
      .sign(await importJWK(jwk, alg))
    expect(text((await verifyJws(theirs, await policy())).payload)).toBe(payload)
  })

  test('is refused with halves of two pairs', async () => {
    const { pub } = exportJwk(await generateKey(alg, { extractable: true }))
    await expect(importKey({ ...jwk, pub: `${pub}` }, { alg })).rejects.toThrow(
      `key: not a valid key for ${alg}`,
    )
  })

  test('signs and verifies tokens, with a new key that is kept and published', async () => {
    const made = await generateKey(alg, { extractable: true })
    const kept = exportJwk(made)
    expect(kept).toEqual({ kty: 'AKP', alg, use: 'sig', kid: made.kid, pub: kept.pub, priv: kept.priv })
    const keys = await createKeySet(publicJwks(made))
    const parties = { issuer, audience, typ: 'at+jwt', now }
    const tokens = createIssuer({
      ...parties,
      lifetime: '5m',
      signature: { algorithm: alg, keys: await importKey(kept, { alg }) },
    })
    const verifier = createVerifier({ ...parties, signature: { algorithms: [alg, 'ES256'], keys } })
    const { token } = await tokens.issue({ sub: 'user_1' })
    expect((await verifier.verify(token)).claims.sub).toBe('user_1')
  })

  test('is made, kept and published by a key ring', async () => {
    const ring = await createKeyRing({ keys: [alg], store: createMemoryStore() })
    const parties = { issuer, audience, typ: 'at+jwt' }
    const tokens = createIssuer({ ...parties, lifetime: '5m', signature: { algorithm: alg, keys: ring } })
    const [published = {}] = publicJwks(ring).keys
    expect(published).toMatchObject({ kty: 'AKP', alg, use: 'sig' })
    expect(published.priv).toBeUndefined()
    const keys = await createKeySet({ keys: [published] })
    const verifier = createVerifier({ ...parties, signature: { algorithms: [alg], keys } })
    expect((await verifier.verify((await tokens.issue({ sub: 'user_1' })).token)).claims.sub).toBe('user_1')
    ring.stop()
  })

  test('is read from PEM, for its own algorithm alone', async () => {
    const name = alg.toLowerCase()
    const key = await importKey(pem(`${name}.pkcs8`), { alg })
    const published = await importKey(pem(`${name}.spki`), { alg })
    expect(publicJwks(published)).toEqual(publicJwks(key))
    const signed = await signJws(Uint8Array.of(1), { algorithm: alg, key })
    await verifyJws(signed, { algorithms: [alg], keys: published })
    for (const half of ['pkcs8', 'spki']) {
      await expect(importKey(pem(`${name}.${half}`), { alg: nextAlg[alg] ?? alg })).rejects.toThrow(
        `key: contains a key for ${alg}, not for ${nextAlg[alg]}`,
      )
      await expect(importKey(pem(`${name}.${half}`), { alg: 'ES256' })).rejects.toThrow(/a key of type AKP/)
    }
  })
})

describe.each(unsupported)('RFC 9964 A.1, %s, where the runtime lacks it', (alg, { key: jwk }) => {
  const message = `alg: ${alg} needs a runtime that has it, such as Node.js 24.7 or later`

  test('is refused with the version that has it', async () => {
    for (const material of [jwk, pem(`${alg.toLowerCase()}.pkcs8`), pem(`${alg.toLowerCase()}.spki`)]) {
      await expect(importKey(material, { alg })).rejects.toThrow(message)
    }
    await expect(generateKey(alg)).rejects.toThrow(message)
  })

  test('is skipped in a set, of which the others work', async () => {
    const [good = {}] = publicJwks(await generateKey('ES256')).keys
    const { skipped, publicJwks: usable } = await createKeySet({ keys: [publicMembersOf(jwk), good] })
    expect(skipped).toMatchObject([{ index: 0, reason: 'unsupported' }])
    expect(skipped[0]?.detail).toContain(message)
    expect(usable().keys).toEqual([good])
  })
})
