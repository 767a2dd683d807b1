import { expect, test } from 'vitest'
import { decryptJwe } from '#core/jwe/decrypt.js'
import { encryptJwe } from '#core/jwe/encrypt.js'
import { createVerifier } from '#core/jwt/verifier.js'
import { importKey } from '#core/keys/import.js'
import { untyped } from '#core-test-kit/untyped.js'
import { rfcVectors } from '../testing/rfc-vectors.js'

const rfc7519 = rfcVectors('rfc7519')
const { nested: cookbook } = rfcVectors('rfc7520')

/** All tokens of both RFCs expired in 2011, and none says for whom it is. */
const policy = { issuer: 'joe', audience: 'any', typ: [null, 'JWT'] }
const inTime = { now: () => new Date(1_300_819_379_000) }
const tooLate = { now: () => new Date(1_300_819_380_000) }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each(rfc7519.signed)('RFC 7519 $section', async ({ key: jwk, token, claims }) => {
  const signature = { algorithms: ['HS256'] as const, keys: await importKey(jwk, { alg: 'HS256' }) }
  const verified = await createVerifier({ ...policy, ...inTime, signature }).verify(token)
  expect(verified.claims).toEqual(claims)
  const late = createVerifier({ ...policy, ...tooLate, signature })
  await expect(late.verify(token)).rejects.toMatchObject({ code: 'SB_TOKEN_EXPIRED' })
})

test.each(rfc7519.refused)('RFC 7519 $section is refused', async ({ key: jwk, token, code }) => {
  const signature = { algorithms: ['HS256'] as const, keys: await importKey(jwk, { alg: 'HS256' }) }
  await expect(createVerifier({ ...policy, ...inTime, signature }).verify(token)).rejects.toMatchObject({
    code,
  })
})

test('RFC 7519 A.1: RSA1_5 is refused, the same under RSA-OAEP opens', async () => {
  const { enc, key: jwk, token, claims } = rfc7519.encrypted
  const keys = await importKey(jwk, { alg: 'RSA-OAEP' })
  const pinned = { keyManagement: ['RSA-OAEP' as const], contentEncryption: [enc], keys }
  await expect(decryptJwe(token, pinned)).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
  await expect(decryptJwe(token, { ...pinned, keyManagement: untyped(['RSA1_5']) })).rejects.toThrow(
    TypeError,
  )
  await expect(importKey(jwk, { alg: untyped('RSA1_5') })).rejects.toThrow(TypeError)
  const switched = await encryptJwe(bytes(JSON.stringify(claims)), {
    keyManagement: 'RSA-OAEP',
    contentEncryption: enc,
    key: keys,
  })
  const { plaintext } = await decryptJwe(switched, pinned)
  expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(claims)
})

test('RFC 7519 A.2: RSA1_5 is refused, the same under RSA-OAEP verifies', async () => {
  const { alg, enc, key: jwk, signingKey, inner, token, claims } = rfc7519.nested
  const key = await importKey(jwk, { alg: 'RSA-OAEP' })
  const verifier = createVerifier({
    ...policy,
    ...inTime,
    signature: { algorithms: [alg], keys: await importKey(signingKey, { alg }) },
    encryption: { keyManagement: ['RSA-OAEP'], contentEncryption: [enc], keys: key },
  })
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'SB_ALG_NOT_ALLOWED' })
  const seal = (protectedHeader: object) =>
    encryptJwe(bytes(inner), {
      keyManagement: 'RSA-OAEP',
      contentEncryption: enc,
      key,
      protectedHeader: { ...protectedHeader },
    })
  await expect(verifier.verify(await seal({ cty: 'JWT' }))).resolves.toMatchObject({ form: 'nested', claims })
  await expect(verifier.verify(await seal({}))).rejects.toMatchObject({ code: 'SB_NESTED_CTY' })
})

test(`RFC 7520 ${cookbook.section}, ${cookbook.title}`, async () => {
  const { alg, enc, signingAlg, signingKey, key: jwk, token, claims } = cookbook
  const options = {
    ...policy,
    issuer: 'hobbiton.example',
    signature: { algorithms: [signingAlg], keys: await importKey(signingKey, { alg: signingAlg }) },
    encryption: { keyManagement: [alg], contentEncryption: [enc], keys: await importKey(jwk, { alg }) },
  }
  const verified = await createVerifier({ ...options, ...inTime }).verify(token)
  expect(verified).toMatchObject({ form: 'nested', claims, protectedHeader: { alg: 'PS256', typ: 'JWT' } })
  await expect(createVerifier({ ...options, ...tooLate }).verify(token)).rejects.toMatchObject({
    code: 'SB_TOKEN_EXPIRED',
  })
})
