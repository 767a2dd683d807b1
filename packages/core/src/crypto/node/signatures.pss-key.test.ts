import { constants, generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { pssKey } from './signatures.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const bytes = Buffer.from('what is signed')

const signature = (hash: string, saltLength: number): Buffer =>
  sign(hash, bytes, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

const saltLengths = { sha256: 32, sha384: 48, sha512: 64 } as const

test.each(Object.entries(saltLengths))('verifies PSS with %s and a salt of %i bytes', (hash, saltLength) => {
  const key = pssKey(publicKey, hash, saltLength)
  expect(verify(hash, bytes, key, signature(hash, saltLength))).toBe(true)
  expect(verify(hash, Buffer.from('something else'), key, signature(hash, saltLength))).toBe(false)
})

test.each(
  Object.entries(saltLengths).flatMap(([hash, own]) =>
    [0, own - 1, own + 1, constants.RSA_PSS_SALTLEN_MAX_SIGN].map((salt) => ({ hash, own, salt })),
  ),
)('refuses PSS with $hash and a salt of $salt bytes', ({ hash, own, salt }) => {
  const withOptions = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }
  expect(verify(hash, bytes, withOptions, signature(hash, salt))).toBe(true)
  expect(verify(hash, bytes, pssKey(publicKey, hash, own), signature(hash, salt))).toBe(false)
})

test('refuses a PKCS #1 v1.5 signature under the same key', () => {
  const other = sign('sha256', bytes, privateKey)
  expect(verify('sha256', bytes, publicKey, other)).toBe(true)
  expect(verify('sha256', bytes, pssKey(publicKey, 'sha256', 32), other)).toBe(false)
})
