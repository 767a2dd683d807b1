import { createPrivateKey, createPublicKey, type webcrypto } from 'node:crypto'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { bytes, pem, testKey, testPublicKey } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import type { Algorithm, ContentEncryptionAlgorithm } from '../crypto/algorithms.js'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { signJws } from '../jws/sign.js'
import { verifyJws } from '../jws/verify.js'
import { importKey } from './import.js'
import { exportJwk, publicJwks } from './jwk-set.js'
import type { Key } from './key.js'

type CryptoKey = webcrypto.CryptoKey
type Usage = webcrypto.KeyUsage
type ImportParameters = Parameters<typeof crypto.subtle.importKey>[2]

// KeyObject.export declares less than it gives.
const privateJwk = (name: string): JWK =>
  createPrivateKey(pem(`${name}.pkcs8`)).export({ format: 'jwk' }) as JWK
const publicJwk = (name: string): JWK => createPublicKey(pem(`${name}.spki`)).export({ format: 'jwk' }) as JWK

const fromJwk = (jwk: JWK, parameters: ImportParameters, usages: readonly Usage[], extractable: boolean) =>
  crypto.subtle.importKey('jwk', untyped(jwk), parameters, extractable, [...usages])
const secret = (
  length: number,
  parameters: ImportParameters,
  usages: readonly Usage[],
  extractable: boolean,
) => crypto.subtle.importKey('raw', bytes(length), parameters, extractable, [...usages])

const payload = Uint8Array.of(1, 2, 3)

async function signsAndVerifies(
  algorithm: 'HS256' | 'RS256' | 'PS256' | 'ES256' | 'EdDSA',
  signs: Key,
  verifies: Key,
) {
  const token = await signJws(payload, { algorithm, key: signs })
  const { payload: read } = await verifyJws(token, { algorithms: [algorithm], keys: verifies })
  expect([...read]).toEqual([...payload])
}

type Wrapping = 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A256KW' | 'A256KW' | 'A256GCMKW' | 'dir'

async function sealsAndOpens(
  keyManagement: Wrapping,
  seals: Key,
  opens: Key,
  enc: ContentEncryptionAlgorithm,
) {
  const token = await encryptJwe(payload, { keyManagement, contentEncryption: enc, key: seals })
  const { plaintext } = await decryptJwe(token, {
    keyManagement: [keyManagement],
    contentEncryption: [enc],
    keys: opens,
  })
  expect([...plaintext]).toEqual([...payload])
}

describe.each([true, false])('with extractable: %s', (extractable) => {
  test.each<[alg: 'RS256' | 'PS256' | 'ES256' | 'EdDSA', name: string, parameters: ImportParameters]>([
    ['RS256', 'rsa', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
    ['PS256', 'rsa', { name: 'RSA-PSS', hash: 'SHA-256' }],
    ['ES256', 'ec-P-256', { name: 'ECDSA', namedCurve: 'P-256' }],
    ['EdDSA', 'ed25519', { name: 'Ed25519' }],
  ])('%s signs and verifies', async (alg, name, parameters) => {
    const signs = await importKey(await fromJwk(privateJwk(name), parameters, ['sign'], extractable), { alg })
    const verifies = await importKey(await fromJwk(publicJwk(name), parameters, ['verify'], extractable), {
      alg,
    })
    expect(signs).toMatchObject({ alg, type: 'private' })
    expect(verifies).toMatchObject({ alg, type: 'public' })
    await signsAndVerifies(alg, signs, verifies)
    await signsAndVerifies(alg, await testKey(alg), verifies)
    await signsAndVerifies(alg, signs, await testPublicKey(alg))
  })

  test.each<
    [alg: Wrapping, name: string, parameters: ImportParameters, seals: Usage[], opens: Usage[], crv?: string]
  >([
    ['RSA-OAEP-256', 'rsa', { name: 'RSA-OAEP', hash: 'SHA-256' }, ['encrypt'], ['decrypt']],
    ['ECDH-ES', 'ec-P-256', { name: 'ECDH', namedCurve: 'P-256' }, [], ['deriveBits'], 'P-256'],
    ['ECDH-ES', 'x25519', { name: 'X25519' }, [], ['deriveBits'], 'X25519'],
    ['ECDH-ES+A256KW', 'ec-P-384', { name: 'ECDH', namedCurve: 'P-384' }, [], ['deriveBits'], 'P-384'],
  ])('%s seals and opens with %s', async (alg, name, parameters, seals, opens, crv) => {
    const recipient = await importKey(await fromJwk(publicJwk(name), parameters, seals, extractable), { alg })
    const owner = await importKey(await fromJwk(privateJwk(name), parameters, opens, extractable), { alg })
    expect(recipient).toMatchObject({ alg, type: 'public' })
    expect(owner).toMatchObject({ alg, type: 'private' })
    await sealsAndOpens(alg, recipient, owner, 'A256GCM')
    const options = crv === undefined ? {} : { crv }
    await sealsAndOpens(alg, recipient, await testKey(alg, options), 'A128CBC-HS256')
    await sealsAndOpens(alg, await testPublicKey(alg, options), owner, 'A128GCM')
  })

  test('HS256 signs and verifies', async () => {
    const hmac = await secret(32, { name: 'HMAC', hash: 'SHA-256' }, ['sign', 'verify'], extractable)
    const key = await importKey(hmac, { alg: 'HS256', kid: '1', extractable: true })
    expect(key).toMatchObject({ alg: 'HS256', type: 'secret', kid: '1' })
    await signsAndVerifies('HS256', key, await testKey('HS256'))
    await signsAndVerifies('HS256', await testKey('HS256'), key)
    expect(publicJwks(key)).toEqual({ keys: [] })
    if (extractable) expect(exportJwk(key)).toMatchObject({ kty: 'oct', kid: '1' })
    else expect(() => exportJwk(key)).toThrow(/extractable: true/)
  })

  test.each<[alg: Wrapping, name: string, usages: Usage[]]>([
    ['A256KW', 'AES-KW', ['wrapKey', 'unwrapKey']],
    ['A256GCMKW', 'AES-GCM', ['encrypt', 'decrypt']],
    ['dir', 'AES-GCM', ['encrypt', 'decrypt']],
  ])('%s seals and opens', async (alg, name, usages) => {
    const enc = alg === 'dir' ? ({ enc: 'A256GCM' } as const) : {}
    const key = await importKey(await secret(32, { name }, usages, extractable), { alg, ...enc })
    expect(key).toMatchObject({ alg, type: 'secret' })
    await sealsAndOpens(alg, key, await testKey(alg), 'A256GCM')
    await sealsAndOpens(alg, await testKey(alg), key, 'A256GCM')
  })
})

describe('usages', () => {
  test('limit a secret', async () => {
    const parameters = { name: 'HMAC', hash: 'SHA-256' }
    for (const extractable of [true, false]) {
      const signs = await importKey(await secret(32, parameters, ['sign'], extractable), { alg: 'HS256' })
      const verifies = await importKey(await secret(32, parameters, ['verify'], extractable), {
        alg: 'HS256',
      })
      await signsAndVerifies('HS256', signs, verifies)
      await expect(signJws(payload, { algorithm: 'HS256', key: verifies })).rejects.toThrow(
        /^key: no key given can sign/,
      )
      await expect(verifyJws('a.b.c', { algorithms: ['HS256'], keys: signs })).rejects.toThrow(
        /^keys: no key given can verify/,
      )
    }
  })

  test('limit a secret that wraps keys', async () => {
    const imported = async (usages: Usage[]) =>
      importKey(await secret(32, { name: 'AES-KW' }, usages, false), { alg: 'A256KW' })
    const [wraps, unwraps] = [await imported(['wrapKey']), await imported(['unwrapKey'])]
    await sealsAndOpens('A256KW', wraps, unwraps, 'A256GCM')
    const encryption = { keyManagement: 'A256KW', contentEncryption: 'A256GCM' } as const
    await expect(encryptJwe(payload, { ...encryption, key: unwraps })).rejects.toThrow(
      /^key: no key given can encrypt/,
    )
    const policy = { keyManagement: ['A256KW'], contentEncryption: ['A256GCM'], keys: wraps } as const
    await expect(decryptJwe('a.b.c.d.e', policy)).rejects.toThrow(/^keys: no key given can decrypt/)
  })

  test.each<[string, Algorithm, () => Promise<CryptoKey>, RegExp]>([
    [
      'deriveKey alone for agreement',
      'ECDH-ES',
      () => fromJwk(privateJwk('x25519'), { name: 'X25519' }, ['deriveKey'], false),
      /usages must have "deriveBits"$/,
    ],
    [
      'unwrapKey alone for RSA-OAEP',
      'RSA-OAEP-256',
      () => fromJwk(privateJwk('rsa'), { name: 'RSA-OAEP', hash: 'SHA-256' }, ['unwrapKey'], false),
      /usages must have "decrypt"$/,
    ],
    [
      'wrapKey alone for a public RSA-OAEP key',
      'RSA-OAEP-256',
      () => fromJwk(publicJwk('rsa'), { name: 'RSA-OAEP', hash: 'SHA-256' }, ['wrapKey'], false),
      /usages must have "encrypt"$/,
    ],
    [
      'wrapKey alone for AES-GCM',
      'A256GCMKW',
      () => secret(32, { name: 'AES-GCM' }, ['wrapKey'], false),
      /usages must have "encrypt" or "decrypt"$/,
    ],
    [
      'none for a public key',
      'ES256',
      () => fromJwk(publicJwk('ec-P-256'), { name: 'ECDSA', namedCurve: 'P-256' }, [], false),
      /usages must have "verify"$/,
    ],
    [
      'none for a public key that can be exported',
      'ES256',
      () => fromJwk(publicJwk('ec-P-256'), { name: 'ECDSA', namedCurve: 'P-256' }, [], true),
      /"key_ops" of the JWK allows no operation/,
    ],
  ])('of %s are refused', async (_, alg, make, message) => {
    const refusal = importKey(await make(), { alg })
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })
})

describe('a CryptoKey that does not fit', () => {
  test.each<[string, Algorithm, () => Promise<CryptoKey>, RegExp]>([
    [
      'another hash',
      'HS256',
      () => secret(64, { name: 'HMAC', hash: 'SHA-512' }, ['sign'], false),
      /^key: HS256 needs a CryptoKey for HMAC with SHA-256$/,
    ],
    [
      'another hash for RSA',
      'RS256',
      () => fromJwk(publicJwk('rsa'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }, ['verify'], true),
      /needs a CryptoKey for RSASSA-PKCS1-v1_5 with SHA-256$/,
    ],
    [
      'another padding',
      'RS256',
      () => fromJwk(publicJwk('rsa'), { name: 'RSA-PSS', hash: 'SHA-256' }, ['verify'], true),
      /needs a CryptoKey for RSASSA-PKCS1-v1_5 with SHA-256$/,
    ],
    [
      'signatures for encryption',
      'RSA-OAEP-256',
      () => fromJwk(publicJwk('rsa'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, ['verify'], true),
      /needs a CryptoKey for RSA-OAEP with SHA-256$/,
    ],
    [
      'another curve',
      'ES256',
      () => fromJwk(publicJwk('ec-P-384'), { name: 'ECDSA', namedCurve: 'P-384' }, ['verify'], false),
      /^key: ES256 needs a key on P-256$/,
    ],
    [
      'ECDH for ECDSA',
      'ES256',
      () => fromJwk(publicJwk('ec-P-256'), { name: 'ECDH', namedCurve: 'P-256' }, [], true),
      /needs a CryptoKey for ECDSA$/,
    ],
    [
      'Ed25519 for agreement',
      'ECDH-ES',
      () => fromJwk(publicJwk('ed25519'), { name: 'Ed25519' }, ['verify'], true),
      /needs a CryptoKey for X25519$/,
    ],
    [
      'a public key for HMAC',
      'HS256',
      () => fromJwk(publicJwk('rsa'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, ['verify'], true),
      /needs a CryptoKey for HMAC with SHA-256$/,
    ],
    [
      'an RSA key of 1024 bits',
      'RS256',
      () => fromJwk(publicJwk('weak-rsa'), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, ['verify'], false),
      /2048 to 16384 bits, not 1024/,
    ],
    [
      'a short HMAC secret',
      'HS256',
      () => secret(31, { name: 'HMAC', hash: 'SHA-256' }, ['sign'], false),
      /^secret: HS256 needs at least 32 bytes, not 31/,
    ],
    [
      'a short AES secret',
      'A256KW',
      () => secret(16, { name: 'AES-KW' }, ['wrapKey'], false),
      /^secret: A256KW needs exactly 32 bytes, not 16/,
    ],
    [
      'another mode of AES',
      'A256KW',
      () => secret(32, { name: 'AES-GCM' }, ['wrapKey'], false),
      /needs a CryptoKey for AES-KW$/,
    ],
  ])('has %s', async (_, alg, make, message) => {
    const refusal = importKey(await make(), { alg })
    await expect(refusal).rejects.toThrow(TypeError)
    await expect(refusal).rejects.toThrow(message)
  })

  test('is refused for an enc with two keys, into which it cannot be split', async () => {
    const usages: Usage[] = ['encrypt', 'decrypt']
    const options = { alg: 'dir', enc: 'A128CBC-HS256' } as const
    await expect(importKey(await secret(32, { name: 'AES-GCM' }, usages, false), options)).rejects.toThrow(
      /^key: A128CBC-HS256 needs an extractable CryptoKey, or the bytes of its secret$/,
    )
    const key = await importKey(await secret(32, { name: 'AES-GCM' }, usages, true), options)
    await sealsAndOpens('dir', key, await testKey('dir', { enc: 'A128CBC-HS256' }), 'A128CBC-HS256')
  })
})

describe('publicJwk beside a private key that cannot be exported', () => {
  const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
  const hidden = () => fromJwk(privateJwk('ec-P-256'), parameters, ['sign'], false)

  test('is published, and verifies', async () => {
    const key = await importKey(await hidden(), { alg: 'ES256', kid: '1', publicJwk: privateJwk('ec-P-256') })
    expect(publicJwks(key)).toEqual({
      keys: [{ ...publicJwk('ec-P-256'), alg: 'ES256', use: 'sig', kid: '1' }],
    })
    expect(key.crv).toBe('P-256')
    await signsAndVerifies('ES256', key, key)
  })

  test('is required for publishing', async () => {
    const key = await importKey(await hidden(), { alg: 'ES256' })
    expect(() => publicJwks(key)).toThrow(/^publicJwks: .*publicJwk at its import$/)
    await expect(verifyJws('a.b.c', { algorithms: ['ES256'], keys: key })).rejects.toThrow(
      /^keys: no key given can verify with ES256/,
    )
    await signsAndVerifies('ES256', key, await testPublicKey('ES256'))
  })

  test('is checked', async () => {
    const refusal = importKey(await hidden(), { alg: 'ES256', publicJwk: publicJwk('ec-P-384') })
    await expect(refusal).rejects.toThrow(/^key: ES256 needs a key on P-256$/)
  })
})
