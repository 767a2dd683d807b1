import { generateKeyPairSync, webcrypto } from 'node:crypto'
import { expect, test } from 'vitest'
import { importKeyPair, importSecret } from './node.js'

const { subtle } = webcrypto
const input = 'header.payload'

test('a secret as bytes and as a CryptoKey is the same key', async () => {
  const bytes = webcrypto.getRandomValues(new Uint8Array(32))
  const hmac = await subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await importSecret(hmac, 'HS256').sign?.(input)
  expect(signature).toMatch(/^[\w-]{43}$/)
  expect(await importSecret(bytes, 'HS256').verify?.(input, String(signature))).toBe(true)
})

test('a pair as JWKs and as CryptoKeys is the same key', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = {
    publicKey: publicKey.export({ format: 'jwk' }),
    privateKey: privateKey.export({ format: 'jwk' }),
  }
  const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
  const cryptoKeys = {
    publicKey: await subtle.importKey('jwk', jwks.publicKey, parameters, false, ['verify']),
    privateKey: await subtle.importKey('jwk', jwks.privateKey, parameters, false, ['sign']),
  }
  const [fromJwks, fromCryptoKeys] = [
    await importKeyPair(jwks, 'ES256'),
    await importKeyPair(cryptoKeys, 'ES256'),
  ]
  for (const [signer, verifier] of [
    [fromJwks, fromCryptoKeys],
    [fromCryptoKeys, fromJwks],
  ] as const) {
    const signature = await signer.sign?.(input)
    expect(await verifier.verify?.(input, String(signature))).toBe(true)
    expect(await verifier.verify?.(`${input}s`, String(signature))).toBe(false)
  }
})
