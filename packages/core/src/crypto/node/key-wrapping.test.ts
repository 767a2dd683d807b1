import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { aesKeyWrapping, keyWrappingDecoys, unwrapKey, wrapKey } from './key-wrapping.js'

describe.each([128, 192, 256])('AES Key Wrap under %i bits', (bits) => {
  const wrappingKey = randomBytes(bits / 8)

  test('unwraps what it wrapped, and rejects a modified key', () => {
    const cek = randomBytes(32)
    const wrapped = wrapKey(wrappingKey, bits, cek)
    expect(wrapped).toHaveLength(40)
    expect(unwrapKey(wrappingKey, bits, wrapped)).toEqual(cek)
    for (let i = 0; i < wrapped.length; i++) {
      const changed = Uint8Array.from(wrapped).with(i, (wrapped[i] ?? 0) ^ 1)
      expect(() => unwrapKey(wrappingKey, bits, changed)).toThrow()
    }
  })

  test('has decoys: one that unwraps, and one that fails', () => {
    const { good, bad } = keyWrappingDecoys(wrappingKey, bits)
    for (let round = 0; round < 3; round++) {
      expect(good()).toHaveLength(32)
      expect(() => bad()).toThrow()
    }
  })
})

/** RFC 3394 §4.1 */
test('wraps the example of the RFC', () => {
  const key = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex')
  const data = Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex')
  expect(wrapKey(key, 128, data).toString('hex')).toBe('1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5')
})

test('wraps a CEK of the length that enc requires', () => {
  const { encrypt } = aesKeyWrapping(createSecretKey(randomBytes(32)))
  for (const [enc, bytes] of [
    ['A128GCM', 16],
    ['A192GCM', 24],
    ['A256CBC-HS512', 64],
  ] as const) {
    const [, encryptedKey = ''] = String(encrypt?.(Buffer.of(1), { alg: 'A256KW', enc })).split('.')
    expect(Buffer.from(encryptedKey, 'base64url')).toHaveLength(bytes + 8)
  }
})
