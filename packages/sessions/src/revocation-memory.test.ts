import { expect, test } from 'vitest'
import { createRevocationMemory } from './revocation-memory.js'

const start = 1_800_000_000

function memoryOf(maxEntries: number) {
  let seconds = start
  let overflows = 0
  const memory = createRevocationMemory({
    maxEntries,
    lifetime: 10,
    now: () => seconds,
    elapsed: () => seconds,
    overflowed: () => overflows++,
  })
  return {
    memory,
    overflows: () => overflows,
    pass(more: number) {
      seconds += more
    },
    /** Revokes a token for ten seconds. */
    add: (jti: string) =>
      memory.add({ kind: 'jti', value: jti, issuedUntil: null, expiresAt: (seconds + 10) * 1000 }, true),
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

test.each([0, 600, 3600])(
  'over its limit after its clock was set back by %i, refuses the same',
  (setBack) => {
    const { memory, add, pass, overflows } = memoryOf(4)
    for (const jti of ['a', 'b', 'c', 'd']) add(jti)
    const claims = { jti: 'a', iat: start }
    expect(memory.refuses(claims)).toBe(true)
    pass(-setBack)
    add('e')
    expect(overflows()).toBe(1)
    expect(memory.refuses(claims)).toBe(true)
    expect(memory.refuses({ jti: 'f', iat: start + 1 })).toBe(false)
  },
)

test.each([1, 2, 3, 4])(
  'over its limit still refuses what %i entries say about times in the future',
  (count) => {
    const { memory, add, overflows } = memoryOf(4)
    const subs = Array.from({ length: count }, (_, i) => `user_${i}`)
    const entry = { kind: 'sub', issuedUntil: start + 600, expiresAt: (start + 700) * 1000 } as const
    for (const value of subs) memory.add({ ...entry, value }, true)
    for (const jti of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) add(jti)
    expect(overflows()).toBeGreaterThan(0)
    for (const sub of subs) expect(memory.refuses({ sub, iat: start + 600 })).toBe(true)
    expect(memory.refuses({ sub: 'user_0', iat: start + 601 })).toBe(false)
    // Many such entries count for everybody.
    expect(memory.refuses({ sub: 'other', iat: start + 600 })).toBe(count > 2)
    expect(memory.size).toBeLessThanOrEqual(4)
  },
)
