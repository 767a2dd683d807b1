import { expect, test } from 'vitest'
import { decryptJwe } from '#core/jwe/decrypt.js'
import { importKey } from '#core/keys/import.js'
import { handSeal } from '#core-test-kit/hand-made.js'
import { bytes, testKey } from '#core-test-kit/test-keys.js'
import { handDerive, handWrap } from '../testing/hand-wrapped.js'
import { rfcVectors } from '../testing/rfc-vectors.js'

const { keyAgreement, refusedKeys } = rfcVectors('rfc8037')

test(`RFC 8037 ${keyAgreement.section}, ${keyAgreement.title}`, async () => {
  const { alg, enc, ephemeralKey: epk, key: jwk, sharedSecret } = keyAgreement
  const wrappingKey = handDerive(Buffer.from(sharedSecret, 'hex'), alg, 16)
  const cek = bytes(16)
  const token = handSeal({ alg, enc, epk, kid: 'Bob' }, 'a letter', cek, {
    encryptedKey: handWrap(cek, wrappingKey),
  })
  const keys = await importKey(jwk, { alg })
  const { plaintext } = await decryptJwe(token, { keyManagement: [alg], contentEncryption: [enc], keys })
  expect(new TextDecoder().decode(plaintext)).toBe('a letter')
  const other = await testKey(alg, { crv: 'X25519', kid: 'Bob' })
  await expect(
    decryptJwe(token, { keyManagement: [alg], contentEncryption: [enc], keys: other }),
  ).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
})

test.each(refusedKeys.map((example) => [`${example.section}, ${example.title}`, example] as const))(
  'RFC 8037 %s: is refused',
  async (_, { alg, enc, key: epk }) => {
    await expect(importKey(epk, { alg })).rejects.toThrow(TypeError)
    const token = handSeal({ alg, enc, epk }, 'a letter', bytes(32), { encryptedKey: bytes(40) })
    const policy = { keyManagement: [alg], contentEncryption: [enc] }
    for (const crv of ['X25519', 'P-521']) {
      await expect(decryptJwe(token, { ...policy, keys: await testKey(alg, { crv }) })).rejects.toMatchObject(
        { code: 'SB_HEADER_INVALID', parameter: 'epk' },
      )
    }
  },
)
