import { createDecipheriv, createPublicKey, diffieHellman, type JsonWebKey } from 'node:crypto'
import { CompactSign, compactDecrypt, compactVerify } from 'jose'
import { expect, test } from 'vitest'
import { type EncryptionKey, encryptionKey, encryptionNames } from '../../material/encryption-key.js'
import { sealedText } from '../../material/seal.js'
import { signatureAlgorithms, signatureKey } from '../../material/signature-key.js'
import { agreedKey } from './content-key.js'
import { rawOpen } from './decrypt.js'
import { derSignature } from './der.js'
import { lowestSeal, rawSeal, type Seal } from './encrypt.js'
import { rawSign } from './sign.js'
import { lowestVerify, rawVerify } from './verify.js'

const text = 'what the token says'
const bytes = new TextEncoder().encode(text)
const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test.each(signatureAlgorithms)('%s is checked as jose signs it', async (alg) => {
  const key = signatureKey(alg)
  const token = await new CompactSign(bytes).setProtectedHeader({ alg }).sign(key.signing)
  const altered = token.replace(/.{8}$/, 'AAAAAAAA')
  for (const prepare of [rawVerify(key), lowestVerify(key)]) {
    if (prepare === undefined) continue
    expect(prepare(token)).not.toThrow()
    expect(prepare(altered)).toThrow('the signature is wrong')
  }
})

test.each(signatureAlgorithms.filter((alg) => alg !== 'ES256'))(
  '%s is signed as jose checks it',
  async (alg) => {
    const key = signatureKey(alg)
    const input = `${segment({ alg })}.${segment({})}`
    const signature = rawSign(key)(Buffer.from(input)).toString('base64url')
    await expect(compactVerify(`${input}.${signature}`, key.verifying)).resolves.toBeDefined()
  },
)

test.each([
  { title: 'plain halves', p1363: '0102' + '0304', expected: '3008020201020202' + '0304' },
  { title: 'a leading zero', p1363: '0001' + '0304', expected: '3007020101020203' + '04' },
  {
    title: 'a first bit that looks like a sign',
    p1363: '8001' + '0304',
    expected: '300902030080010202' + '0304',
  },
])('DER with $title', ({ p1363, expected }) => {
  expect(derSignature(Buffer.from(p1363, 'hex')).toString('hex')).toBe(expected)
})

test.each(encryptionNames)('%s is opened as jose seals it', async (encryption) => {
  const key = encryptionKey(encryption)
  const token = await sealedText(text, key, {})
  expect(rawOpen(key)(token)().toString()).toBe(text)
  expect(rawOpen(key)(token.replace(/.{8}$/, 'AAAAAAAA'))).toThrow()
})

/** Puts together what a library would around the primitives. */
async function openedByJose({ alg, opening }: EncryptionKey, seal: Seal): Promise<string> {
  const header = segment({ alg, enc: 'A256GCM' })
  const { iv, ciphertext, tag, key } = seal(Buffer.from(text), Buffer.from(header))
  const parts = [Buffer.isBuffer(key) ? key : Buffer.alloc(0), iv, ciphertext, tag]
  const token = [header, ...parts.map((part) => part.toString('base64url'))].join('.')
  return new TextDecoder().decode((await compactDecrypt(token, opening)).plaintext)
}

const agreements = encryptionNames.filter((name) => name.startsWith('ECDH'))

test.each(encryptionNames.filter((name) => !agreements.includes(name)))(
  '%s is sealed as jose opens it',
  async (name) => {
    const key = encryptionKey(name)
    for (const seal of [rawSeal(key), lowestSeal(key)]) {
      if (seal !== undefined) await expect(openedByJose(key, seal)).resolves.toBe(text)
    }
  },
)

/** The ephemeral key goes into the header, so the test does by hand what jose would do with a whole token. */
test.each(agreements)('%s is sealed for its recipient', (name) => {
  const key = encryptionKey(name)
  const aad = Buffer.from('header')
  for (const seal of [rawSeal(key), lowestSeal(key)]) {
    if (seal === undefined) continue
    const { iv, ciphertext, tag, key: ephemeral } = seal(Buffer.from(text), aad)
    const publicKey = createPublicKey({ key: ephemeralJwk(ephemeral), format: 'jwk' })
    const cek = agreedKey(diffieHellman({ privateKey: key.opening, publicKey }))
    const decipher = createDecipheriv('aes-256-gcm', cek, iv).setAAD(aad).setAuthTag(tag)
    expect(decipher.update(ciphertext).toString()).toBe(text)
    expect(() => decipher.final()).not.toThrow()
  }
})

function ephemeralJwk(key: unknown): JsonWebKey {
  if (!Buffer.isBuffer(key)) return key as JsonWebKey // Node's own export.
  const [x, y] = [key.subarray(1, 33), key.subarray(33)].map((half) => half.toString('base64url'))
  return { kty: 'EC', crv: 'P-256', ...(x && { x }), ...(y && { y }) }
}
