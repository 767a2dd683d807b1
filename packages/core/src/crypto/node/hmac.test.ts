import { createHmac, createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signatureAlgorithms } from '../algorithms.js'
import { hmacOperations } from './hmac.js'

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

const secretOf = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 7 + 1) % 256))

describe.each(['HS256', 'HS384', 'HS512'] as const)('%s', (alg) => {
  const size = signatureAlgorithms[alg].signatureBytes ?? 0

  // A block is 64 bytes for SHA-256 and 128 for the others; longer secrets are hashed first (RFC 2104 §3).
  test.each([32, 63, 64, 65, 127, 128, 129, 300])('under a secret of %i bytes is HMAC', (length) => {
    const secret = secretOf(length)
    const { sign, verify } = hmacOperations(createSecretKey(secret), signatureAlgorithms[alg])
    for (const input of ['a.b', `${'a'.repeat(4095)}.`, `${'a'.repeat(4096)}.`, 'a'.repeat(10_000)]) {
      const expected = createHmac(hashes[alg], secret).update(input).digest('base64url')
      expect(sign?.(input)).toBe(expected)
      expect(verify?.(input, expected)).toBe(true)
      expect(verify?.(`${input}c`, expected)).toBe(false)
    }
  })

  test('accepts only a complete signature', () => {
    const { sign, verify } = hmacOperations(createSecretKey(secretOf(64)), signatureAlgorithms[alg])
    const bytes = Buffer.from(String(sign?.('a.b')), 'base64url')
    expect(bytes).toHaveLength(size)
    for (const other of [
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.of(0)]),
      Buffer.concat([bytes, bytes]),
      Buffer.alloc(size),
      Buffer.alloc(0),
    ]) {
      expect(verify?.('a.b', other.toString('base64url'))).toBe(false)
    }
    expect(verify?.('a.b', bytes.toString('base64'))).toBe(false)
    expect(verify?.('a.b', bytes.toString('base64url'))).toBe(true)
  })
})
