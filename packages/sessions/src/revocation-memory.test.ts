import { expect, test } from 'vitest'
import { createRevocationMemory } from './revocation-memory.js'

const start = 1_800_000_000

function memoryOf(maxEntries: number) {
  let seconds = start
  let overflows = 0
  const memory = createRevocationMemory(
    maxEntries,
    () => seconds * 1000,
    () => overflows++,
  )
  return {
    memory,
    overflows: () => overflows,
    pass(more: number) {
      seconds += more
    },
    /** Revokes a token for ten seconds. */
    add: (jti: string) =>
      memory.add({ kind: 'jti', value: jti, issuedUntil: null, expiresAt: (seconds + 10) * 1000 }),
    refuses: (jti: string) => memory.refuses({ jti, iat: seconds + 1 }),
  }
}

test.each([1, 2, 3, 1024, 1500])('counts its entries, with at most %i', (maxEntries) => {
  const { memory, add, pass, refuses, overflows } = memoryOf(maxEntries)
  for (let i = 0; i < maxEntries; i++) add(`expired_${i}`)
  expect(memory.size).toBe(maxEntries)
  pass(10)
  const added = Array.from({ length: maxEntries }, (_, i) => `token_${i}`)
  for (const jti of added) add(jti)
  expect(memory.size).toBe(maxEntries)
  expect(overflows()).toBe(0)
  expect(added.every(refuses)).toBe(true)

  add('one_more')
  expect(overflows()).toBe(1)
  expect(added.filter(refuses)).toEqual([])
  expect(memory.size).toBe(1)
})
