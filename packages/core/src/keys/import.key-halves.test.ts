import { exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import type { Algorithm } from '../crypto/algorithms.js'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { generateKey } from './generate.js'
import { importKey } from './import.js'
import { publicMembersOf } from './jwk.js'
import { exportJwk, publicJwks } from './jwk-set.js'

const keys: readonly (readonly [Algorithm, Parameters<typeof generateKey>[1]])[] = [
  ['ES256', {}],
  ['EdDSA', {}],
  ['RS256', {}],
  ['ECDH-ES', { crv: 'P-256' }],
  ['ECDH-ES', { crv: 'P-521' }],
  ['ECDH-ES', { crv: 'X25519' }],
  ['ECDH-ES+A256KW', { crv: 'P-384' }],
  ['RSA-OAEP-256', {}],
]

const made = async ([alg, options]: (typeof keys)[number]) =>
  exportJwk(await generateKey(alg, { ...options, extractable: true }))

test.each(keys)('a JWK for %s %j has both halves of one pair', async (alg, options) => {
  const [one, other] = [await made([alg, options]), await made([alg, options])]
  const swapped = { ...other, ...publicMembersOf(one) }
  await expect(importKey(swapped, { alg })).rejects.toThrow(/^key: not a valid key for /)
  await expect(importKey(swapped, { alg })).rejects.toThrow(TypeError)
  expect(await importKey(one, { alg })).toMatchObject({ type: 'private', kid: one.kid })
})

test('a CryptoKey for agreement comes with the public half of its own pair', async () => {
  const alg = 'ECDH-ES'
  const [own, another] = await Promise.all([generateKeyPair(alg), generateKeyPair(alg)])
  const { privateKey } = own
  await expect(importKey(privateKey, { alg, publicJwk: await exportJWK(another.publicKey) })).rejects.toThrow(
    /^key: not a valid key for ECDH-ES; its public and private half differ$/,
  )
  const key = await importKey(privateKey, { alg, publicJwk: await exportJWK(own.publicKey) })
  expect(publicJwks(key).keys).toHaveLength(1)
})

test.each(['A128GCM', 'A256GCM', 'A192CBC-HS384'] as const)('a key may be for %s alone', async (enc) => {
  const jwk = await made(['ECDH-ES', { crv: 'P-256' }])
  const key = await importKey(jwk, { alg: 'ECDH-ES', enc })
  const encryption = { keyManagement: 'ECDH-ES', contentEncryption: enc, key } as const
  const token = await encryptJwe(new Uint8Array(3), encryption)
  const policy = { keyManagement: ['ECDH-ES'], contentEncryption: [enc], keys: key } as const
  expect((await decryptJwe(token, policy)).plaintext).toHaveLength(3)
})
