import { createPrivateKey, createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pem } from '../../test-kit/test-keys.js'
import { keyEncodingOf } from './secret.js'

const base64 = (bytes: Uint8Array): Buffer => Buffer.from(Buffer.from(bytes).toString('base64'))

test('random bytes are not detected, in base64 or hexadecimal neither', () => {
  const secrets = fc.uint8Array({ minLength: 16, maxLength: 512 })
  fc.assert(
    fc.property(secrets, (bytes) => {
      expect(keyEncodingOf(bytes)).toBeUndefined()
      expect(keyEncodingOf(base64(bytes))).toBeUndefined()
      expect(keyEncodingOf(Buffer.from(Buffer.from(bytes).toString('hex')))).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test.each([
  'correct horse battery staple, and then some more of it',
  '-----begin with five dashes and go on for a while-----',
  'kty and crv, x and y, n and e, all of them without their quotes',
  'an ssh-rsa-like word, and <Modulus without its end',
  'a line that has ---BEGIN with three dashes, and a - BEGIN with one',
])('a text secret is not one: %s', (text) => {
  expect(keyEncodingOf(Buffer.from(text))).toBeUndefined()
})

test.each([
  ['rsa.spki', 'PEM'],
  ['rsa.public-pkcs1', 'PEM'],
  ['rsa.x509', 'PEM'],
  ['rsa.encrypted', 'PEM'],
  ['ec-P-256.sec1', 'PEM'],
])('%s is %s, with anything around it, twice in base64 it is not found', (name, encoding) => {
  const bytes = Buffer.from(pem(name))
  const around = fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }))
  fc.assert(
    fc.property(around, ([before, behind]) => {
      expect(keyEncodingOf(Buffer.concat([before, bytes, behind]))).toBe(encoding)
    }),
    { numRuns: 50 },
  )
  expect(keyEncodingOf(base64(bytes))).toBe(encoding)
  expect(keyEncodingOf(base64(base64(bytes)))).toBeUndefined()
})

test('a key in UTF-16 is one, in either order', () => {
  const littleEndian = Buffer.from(pem('ec-P-256.spki'), 'utf16le')
  expect(keyEncodingOf(littleEndian)).toBe('PEM')
  expect(keyEncodingOf(Buffer.from(littleEndian).swap16())).toBe('PEM')
  expect(
    keyEncodingOf(Buffer.from('a long secret that is not one, and has no key in it', 'utf16le')),
  ).toBeUndefined()
})

test.each([
  ['public', createPublicKey(pem('rsa.spki'))],
  ['private', createPrivateKey(pem('rsa.pkcs8'))],
])('a %s RSA key in PKCS#1, which names no algorithm, is DER', (_, key) => {
  const pkcs1 = key.export({ type: 'pkcs1', format: 'der' })
  expect(keyEncodingOf(pkcs1)).toBe('DER')
  expect(keyEncodingOf(base64(pkcs1))).toBe('DER')
})

test.each(['rsa', 'ec-P-256', 'ec-P-384', 'ec-P-521', 'ed25519', 'x25519'])('%s is DER', (name) => {
  for (const kind of ['spki', 'pkcs8']) {
    const der = Buffer.from(pem(`${name}.${kind}`).replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
    expect(keyEncodingOf(der)).toBe('DER')
    expect(keyEncodingOf(base64(der))).toBe('DER')
    expect(keyEncodingOf(Buffer.from(`${der.toString('base64url')}\n`))).toBe('DER')
  }
})
