import { expect, test } from 'vitest'
import { randomBytes } from './bytes.js'

test('returns the requested number of bytes, never the same ones twice', () => {
  const seen = new Set<string>()
  const lengths = [1, 4096, 4095, 2, 16, 4096, 4080, 16, ...Array<number>(600).fill(16)]
  for (const length of lengths) {
    const bytes = randomBytes(length)
    expect(bytes).toHaveLength(length)
    if (length < 16) continue
    expect(bytes.every((byte) => byte === 0)).toBe(false)
    seen.add(bytes.toString('hex'))
  }
  expect(seen.size).toBe(lengths.filter((length) => length >= 16).length)
})
