import { describe, expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.js'
import { recordVersion } from './rotation.js'
import type { NewSession } from './session-store.js'

// What every store has to do is tested by `checkStore` of @sealbearer/testing; here is what only this one does.

const start = 1_800_000_000_000

const session = (sid: string, subject = 'subject'): NewSession => ({
  ...{ version: recordVersion, subject, sid, sub: 'user', secretHash: 'hash', confirmation: null },
  ...{ content: '{}', lifetime: 60_000, idle: 10_000, limit: 10 },
})

test('reads its own clock', async () => {
  let now = start
  const store = createMemoryStore({ now: () => new Date(now) })
  await store.create(session('a'))
  expect(await store.read({ subject: 'subject', sid: 'a' })).toMatchObject({ startedAt: start })
  now += 10_000
  expect(await store.read({ subject: 'subject', sid: 'a' })).toBeUndefined()
})

test('a claim ends after its seconds', async () => {
  let now = start
  const store = createMemoryStore({ now: () => new Date(now) })
  expect(await store.claim('a', 2)).toBe(true)
  now += 1999
  expect(await store.claim('a', 2)).toBe(false)
  now += 1
  expect(await store.claim('a', 2)).toBe(true)
})

test('calls a subscriber immediately, until it unsubscribes', async () => {
  const store = createMemoryStore()
  let calls = 0
  const stop = store.subscribe(() => calls++)
  const entry = { kind: 'sid', value: 'a', issuedUntil: null, expiresAt: Date.now() + 60_000 } as const
  await store.append(entry)
  stop()
  await store.append(entry)
  expect(calls).toBe(1)
})

describe('when it is full', () => {
  const refused = expect.objectContaining({ code: 'SB_STORE_UNAVAILABLE', parameter: 'maxEntries' })

  test('refuses new entries and keeps existing ones', async () => {
    const store = createMemoryStore({ maxEntries: 1, now: () => new Date(start) })
    const entry = { kind: 'sid', value: 'a', issuedUntil: null, expiresAt: start + 60_000 } as const
    await store.create(session('a'))
    await store.claim('a', 60)
    await store.append(entry)
    await expect(store.create(session('b', 'other'))).rejects.toEqual(refused)
    await expect(store.claim('b', 60)).rejects.toEqual(refused)
    await expect(store.append(entry)).rejects.toEqual(refused)
    expect(await store.list({ subject: 'subject' })).toHaveLength(1)
    expect(await store.claim('a', 60)).toBe(false)
    expect((await store.snapshot()).entries).toEqual([entry])
  })

  test('accepts new ones when old ones have expired', async () => {
    let now = start
    const store = createMemoryStore({ maxEntries: 1, now: () => new Date(now) })
    const entry = { kind: 'sid', value: 'a', issuedUntil: null, expiresAt: start + 60_000 } as const
    await store.create(session('a'))
    await store.claim('a', 60)
    await store.append(entry)
    now += 60_000
    await store.create(session('b', 'other'))
    expect(await store.claim('b', 60)).toBe(true)
    await store.append({ ...entry, expiresAt: now + 1 })
  })
})

test.each([
  { options: { maxEntries: 0 }, message: /^maxEntries/ },
  { options: { maxEntry: 1 }, message: /"maxEntry"/ },
  { options: { now: 1 }, message: /^now/ },
])('refuses $options', ({ options, message }) => {
  // @ts-expect-error: on purpose
  expect(() => createMemoryStore(options)).toThrow(message)
})

test('keeps a ring and key sets apart', async () => {
  const store = createMemoryStore({ now: () => new Date(start) })
  const set = { url: 'https://issuer.example.com/', loadedAt: start / 1000 - 2, freshFor: 300, keys: [] }
  const version = await store.save('a ring', undefined)
  await store.save(set)
  expect(await store.load()).toEqual({ text: 'a ring', version })
  expect(await store.load(set.url)).toEqual(set)
})

test.each([
  { title: 'one that was loaded earlier is not saved', kept: start / 1000 - 1, isReplaced: false },
  { title: 'one from the future is replaced', kept: start / 1000 + 1, isReplaced: true },
])('of two key sets, $title', async ({ kept, isReplaced }) => {
  const store = createMemoryStore({ now: () => new Date(start) })
  const set = { url: 'https://issuer.example.com/', loadedAt: start / 1000 - 2, freshFor: 300, keys: [] }
  await store.save({ ...set, loadedAt: kept })
  await store.save(set)
  expect((await store.load(set.url))?.loadedAt).toBe(isReplaced ? set.loadedAt : kept)
})
