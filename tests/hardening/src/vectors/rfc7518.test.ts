import { expect, test } from 'vitest'
import { contentEncryptionAlgorithms } from '#core/crypto/algorithms.js'
import type { JweParts } from '#core/crypto/engine.js'
import { engine as node } from '#core/crypto/node.js'
import { decryptContent } from '#core/crypto/web/content-decryption.js'
import { decryptJwe } from '#core/jwe/decrypt.js'
import { importKey } from '#core/keys/import.js'
import { handSeal, withSegment } from '#core-test-kit/hand-made.js'
import { engine } from '#crypto'
import { rfcVectors } from '../testing/rfc-vectors.js'

const { contentEncryption, keyAgreement } = rfcVectors('rfc7518')
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

/** Additional data that is no JWE header, as here, reaches only what lies below jose. */
test.each(contentEncryption.map((example) => [`${example.section}, ${example.title}`, example] as const))(
  'RFC 7518 %s',
  async (_, { enc, key, iv, additionalData, plaintext, ciphertext, tag }) => {
    const parts: JweParts = {
      protectedHeader: { alg: 'dir', enc },
      protectedSegment: additionalData,
      contentEncryption: enc,
      encryptedKey: new Uint8Array(),
      iv: bytes(iv),
      ciphertext: bytes(ciphertext),
      tag: bytes(tag),
    }
    expect(bytes(key)).toHaveLength(contentEncryptionAlgorithms[enc].keyBytes)
    const wrong = { ...parts, tag: parts.tag.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }
    const webOpens = (given: JweParts) => decryptContent(bytes(key), given)
    const nodeOpens = node.importSecret(bytes(key), 'dir').decrypt
    // Where the other implementation runs, node:crypto need not have every cipher.
    for (const open of engine === node ? [nodeOpens, webOpens] : [webOpens]) {
      expect(new TextDecoder().decode(await open?.(parts))).toBe(plaintext)
      await expect(async () => open?.(wrong)).rejects.toThrow()
    }
  },
)

test(`RFC 7518 ${keyAgreement.section}, ${keyAgreement.title}`, async () => {
  const { alg, enc, apu, apv, ephemeralKey, key: jwk, agreedKey } = keyAgreement
  const { d: _, ...epk } = ephemeralKey
  const cek = Buffer.from(agreedKey, 'base64url')
  const seal = (header: object) => handSeal({ alg, enc, apu, apv, epk, ...header }, 'a letter', cek)
  const policy = { keyManagement: [alg], contentEncryption: [enc], keys: await importKey(jwk, { alg }) }
  const { plaintext } = await decryptJwe(seal({}), policy)
  expect(new TextDecoder().decode(plaintext)).toBe('a letter')
  // Who takes part goes into the key (§4.6.2).
  for (const other of [{ apu: apv }, { apv: apu }, { apu: undefined }, { apv: undefined }]) {
    await expect(decryptJwe(seal(other), policy)).rejects.toMatchObject({ code: 'SB_INTEGRITY_FAILED' })
  }
  await expect(
    decryptJwe(
      withSegment(seal({}), 1, () => 'AAAA'),
      policy,
    ),
  ).rejects.toMatchObject({
    code: 'SB_INTEGRITY_FAILED',
  })
})
