import { createMemoryStore } from '@sealbearer/core'
import type { Revocation, RevocationStore } from '@sealbearer/core/stores'
import { expect, onTestFinished, test } from 'vitest'
import { createStoreFeed, type StoreFeed } from './store-feed.js'

const revocations = ['first', 'second', 'third'].map(
  (value): Revocation => ({ kind: 'sid', value, issuedUntil: null, expiresAt: Number.MAX_SAFE_INTEGER }),
)

/** How the store answers a call of `append`. */
type Answer = 'hangs' | 'fails' | 'answers'

/** Answers as told, and fails until `release` is called, when what hangs goes on too. */
function troubled(answers: Answer[]) {
  const memory = createMemoryStore()
  const held: (() => void)[] = []
  let isReleased = false
  const store: RevocationStore = {
    async append(revocation) {
      const answer = answers.shift() ?? (isReleased ? 'answers' : 'fails')
      if (answer === 'fails') throw new Error('out of order')
      if (answer === 'hangs') await new Promise<void>((resolve) => held.push(resolve))
      await memory.append(revocation)
    },
    snapshot: (after) => memory.snapshot(after),
    // A notification would start a read that hides what is lost.
    subscribe: () => () => undefined,
  }
  return {
    store,
    release: () => {
      isReleased = true
      for (const resolve of held.splice(0)) resolve()
    },
    untold: () => answers.length,
    stored: async () => (await memory.snapshot()).entries.map(({ value }) => value),
  }
}

function feedOf(
  store: RevocationStore,
  onEntries: (entries: readonly Revocation[]) => void = () => undefined,
  now = () => 0,
): StoreFeed {
  const feed = createStoreFeed({
    store,
    ...{ interval: 0.01, timeLimit: 0.02, maxWaiting: 10 },
    ...{ onEntries, onConnection: () => undefined, now },
  })
  onTestFinished(feed.close)
  return feed
}

const kinds: readonly Answer[] = ['hangs', 'fails', 'answers']
/** Each way in which four repetitions can be answered, behind a failure for each of the three. */
const schedules = Array.from({ length: kinds.length ** 4 }, (_, index): Answer[] => [
  ...revocations.map(() => 'fails' as const),
  ...Array.from({ length: 4 }, (_, call) => kinds[Math.floor(index / kinds.length ** call) % 3] ?? 'fails'),
])

// Late answers arrive while other entries wait: none may take the place of another.
test('no revocation is lost, however the store answers', async () => {
  await Promise.all(
    schedules.map(async (schedule) => {
      const { store, release, stored, untold } = troubled(schedule)
      const feed = feedOf(store)
      const results = await Promise.allSettled(revocations.map((revocation) => feed.append(revocation)))
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      await expect.poll(async () => untold() === 0 || (await stored()).length >= 3).toBe(true)
      release()
      await expect.poll(async () => new Set(await stored())).toEqual(new Set(['first', 'second', 'third']))
    }),
  )
})

test('a revocation that the store accepts immediately is appended once', async () => {
  const { store, stored } = troubled(revocations.map(() => 'answers'))
  const feed = feedOf(store)
  await Promise.all(revocations.map((revocation) => feed.append(revocation)))
  await feed.ready()
  expect(await stored()).toEqual(['first', 'second', 'third'])
})

test.each(['hangs', 'fails'] as const)(
  'an entry for which the store always %s holds up neither the others nor the reads',
  async (trouble) => {
    const { store, stored, release } = troubled(['fails', 'fails'])
    const seen: string[] = []
    const [refused] = revocations
    const feed = feedOf(
      {
        ...store,
        append: async (entry) =>
          entry !== refused
            ? store.append(entry)
            : trouble === 'fails'
              ? Promise.reject(new Error('an invalid byte'))
              : new Promise(() => undefined),
      },
      (entries) => seen.push(...entries.map(({ value }) => value)),
    )
    await Promise.allSettled(revocations.map((revocation) => feed.append(revocation)))
    release()
    await expect.poll(stored).toEqual(expect.arrayContaining(['second', 'third']))
    await expect.poll(() => seen).toEqual(expect.arrayContaining(['second', 'third']))
    expect(feed.connected).toBe(true)
    expect(await stored()).not.toContain('first')
  },
)

test.each([
  { expiresAt: 1, isStored: false },
  { expiresAt: 2_000_000, isStored: true },
])('an entry that waits is stored as long as it matters: $isStored', async ({ expiresAt, isStored }) => {
  const { store, stored, release } = troubled([])
  const feed = feedOf(store, undefined, () => 1000)
  const entry: Revocation = { kind: 'sid', value: 'late', issuedUntil: null, expiresAt }
  await expect(feed.append(entry)).rejects.toThrow()
  release()
  await feed.append({ ...entry, value: 'next', expiresAt: 2_000_000 })
  await expect.poll(async () => (await stored()).includes('late')).toBe(isStored)
  await feed.ready()
  expect(await stored()).toEqual(isStored ? ['next', 'late'] : ['next'])
})

test.each([
  { count: 1, isSlow: true },
  { count: 1000, isSlow: true },
  { count: 1000, isSlow: false },
])('$count entries that wait delay no read, and are all stored: slow $isSlow', async ({ count, isSlow }) => {
  const memory = createMemoryStore()
  let isLost = true
  let reads = 0
  const gates: (() => void)[] = []
  const store: RevocationStore = {
    async append(revocation) {
      if (isLost) throw new Error('connection refused')
      if (isSlow) await new Promise<void>((resolve) => gates.push(resolve))
      await memory.append(revocation)
    },
    async snapshot(after) {
      if (isLost) throw new Error('connection refused')
      reads++
      return memory.snapshot(after)
    },
    subscribe: () => () => undefined,
  }
  const feed = createStoreFeed({
    store,
    ...{ interval: 0.001, timeLimit: 10, maxWaiting: 1000, now: () => 0 },
    ...{ onEntries: () => undefined, onConnection: () => undefined },
  })
  onTestFinished(feed.close)
  const entries = Array.from({ length: count }, (_, i): Revocation => {
    return { kind: 'jti', value: String(i), issuedUntil: null, expiresAt: Number.MAX_SAFE_INTEGER }
  })
  await Promise.allSettled(entries.map((entry) => feed.append(entry)))
  isLost = false
  // They wait for the store, and reads go on.
  await expect.poll(() => reads).toBeGreaterThan(5)
  const stored = async () => new Set((await memory.snapshot()).entries.map(({ value }) => value)).size
  await expect
    .poll(
      async () => {
        for (const open of gates.splice(0)) open()
        return stored()
      },
      { interval: 1, timeout: 10_000 },
    )
    .toBe(count)
})

test.each([0, 3600, -3600])('an entry that waits is stored after the clock was set by %i', async (change) => {
  const { store, stored, release } = troubled([])
  let seconds = 1000
  const feed = feedOf(store, undefined, () => seconds)
  const entry: Revocation = { kind: 'sid', value: 'late', issuedUntil: null, expiresAt: 1_900_000 }
  await expect(feed.append(entry)).rejects.toThrow()
  seconds += change
  release()
  await expect.poll(stored).toEqual(['late'])
})

test.each([1, 3, 10])('entries of a store that has many are all read, %i at a time', async (size) => {
  const memory = createMemoryStore()
  const made = Array.from({ length: 10 }, (_, i): Revocation => {
    return { kind: 'jti', value: String(i), issuedUntil: null, expiresAt: Number.MAX_SAFE_INTEGER }
  })
  for (const entry of made) await memory.append(entry)
  const store: RevocationStore = {
    ...memory,
    async snapshot(after = '0') {
      const from = Number(after)
      const { entries } = await memory.snapshot()
      const some = entries.slice(from, from + size)
      const end = from + some.length
      return { entries: some, position: String(end), complete: from === 0, more: end < entries.length }
    },
  }
  const seen: [string, boolean][] = []
  const feed = createStoreFeed({
    store,
    ...{ interval: 10, timeLimit: 1, maxWaiting: 10, now: () => 0 },
    onEntries: (entries, areNew) =>
      seen.push(...entries.map(({ value }): [string, boolean] => [value, areNew])),
    onConnection: () => undefined,
  })
  onTestFinished(feed.close)
  await feed.ready()
  expect(seen).toEqual(made.map(({ value }) => [value, false]))
  await feed.append({ kind: 'jti', value: 'new', issuedUntil: null, expiresAt: Number.MAX_SAFE_INTEGER })
  await expect.poll(() => seen.at(-1)).toEqual(['new', true])
})

test('a store that always has more is not read forever', async () => {
  const feed = feedOf({
    ...createMemoryStore(),
    snapshot: async () => ({ entries: [], position: 'here', complete: false, more: true }),
  })
  await expect(feed.ready()).rejects.toMatchObject({ code: 'SB_STORE_UNAVAILABLE' })
  expect(feed.connected).toBe(false)
})
