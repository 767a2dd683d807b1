import { expect, test } from 'vitest'
import { createExpiringMap } from './expiring-map.js'

const end = (value: number): number => value

test('an entry exists until its end', () => {
  const map = createExpiringMap<string, number>(10, end)
  map.set('a', 100, 0)
  expect(map.get('a', 99)).toBe(100)
  expect(map.get('a', 100)).toBeUndefined()
})

test('expired entries make room', () => {
  const map = createExpiringMap<number, number>(2, end)
  map.set(1, 100, 0)
  map.set(2, 200, 0)
  expect(() => map.set(3, 300, 99)).toThrow(expect.objectContaining({ code: 'SB_STORE_UNAVAILABLE' }))
  map.set(3, 300, 100)
  expect([1, 2, 3].map((key) => map.get(key, 100))).toEqual([undefined, 200, 300])
})

test('an existing key needs no room', () => {
  const map = createExpiringMap<number, number>(1, end)
  map.set(1, 100, 0)
  map.set(1, 200, 50)
  expect(map.get(1, 150)).toBe(200)
})

test('a million expired entries leave few in memory', () => {
  const map = createExpiringMap<number, number>(1_000_000, end)
  let most = 0
  for (let now = 0; now < 1_000_000; now++) {
    map.set(now, now + 100, now)
    most = Math.max(most, map.size)
  }
  expect(most).toBeLessThanOrEqual(1024)
})

test.each([
  { title: 'all at once', endsAfter: () => 100_000 },
  { title: 'one after the other', endsAfter: (key: number) => 50_000 + key },
])('a full map whose entries end $title does not look at all of them for each new one', ({ endsAfter }) => {
  let looks = 0
  const map = createExpiringMap<number, number>(10_000, (value) => {
    looks++
    return value
  })
  let refused = 0
  for (let key = 0; key < 100_000; key++) {
    try {
      map.set(key, key + endsAfter(key), key)
    } catch {
      refused++
    }
  }
  expect(refused).toBeGreaterThan(50_000)
  // In 100 seconds, and while it grows.
  const sweeps = 110
  expect(looks).toBeLessThan(sweeps * 10_000)
})
