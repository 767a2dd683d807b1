import { generateKeyPairSync } from 'node:crypto'
import { base64url, FlattenedEncrypt, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import type { JweParts } from '../engine.js'
import { importKeyPair } from '../node.js'

const plaintext = Buffer.from('a letter')
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A token encrypted by jose, with named parties. */
async function encrypted(alg: string, parties: { apu?: Uint8Array; apv?: Uint8Array }): Promise<JweParts> {
  const key = await importJWK({ ...publicKey.export({ format: 'jwk' }), kty: 'EC' }, alg)
  const jwe = await new FlattenedEncrypt(plaintext)
    .setProtectedHeader({ alg, enc: 'A256GCM' })
    .setKeyManagementParameters(parties)
    .encrypt(key)
  const bytes = (text = ''): Uint8Array => base64url.decode(text)
  return {
    protectedSegment: jwe.protected ?? '',
    protectedHeader: JSON.parse(Buffer.from(bytes(jwe.protected)).toString()),
    contentEncryption: 'A256GCM',
    encryptedKey: bytes(jwe.encrypted_key),
    iv: bytes(jwe.iv),
    ciphertext: bytes(jwe.ciphertext),
    tag: bytes(jwe.tag),
  }
}

describe.each(['ECDH-ES', 'ECDH-ES+A256KW'] as const)('%s', (alg) => {
  test('derives the key for the parties in the header, in any order of tokens', async () => {
    const pair = { publicKey: undefined, privateKey: privateKey.export({ format: 'jwk' }) }
    const { decrypt } = await importKeyPair(pair, alg)
    const [apu, apv] = [Buffer.from('Alice'), Buffer.from('Bob')]
    // Cached values of tokens without named parties must not be used for the others.
    for (const parties of [{}, { apu }, { apv }, { apv: apu }, { apu, apv }, { apu: apv, apv: apu }, {}]) {
      const parts = await encrypted(alg, parties)
      expect(Buffer.from((await decrypt?.(parts)) ?? [])).toEqual(plaintext)
      const { protectedHeader } = parts
      const others = { ...parts, protectedHeader: { ...protectedHeader, apu: 'RXZl' } }
      await expect(async () => decrypt?.(others)).rejects.toThrow()
    }
  })
})
