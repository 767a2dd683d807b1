import { createMemoryStore, type MemoryStore } from '@sealbearer/core/stores'
import { expect, test as inTurn } from 'vitest'
import { type CheckedStore, checkStore } from './check-store.js'

/** At the same time: a check waits until a claim has ended. */
const test = inTurn.concurrent

test('the store in memory passes', { timeout: 60_000 }, async () => {
  const store = createMemoryStore()
  expect((await checkStore(store, store)).length).toBeGreaterThan(30)
})

test('what has no contract is refused', async () => {
  await expect(checkStore({})).rejects.toThrow(TypeError)
})

test('an existing ring is not replaced', async () => {
  const store = createMemoryStore()
  await store.save('a ring', undefined)
  await checkStore({ load: store.load, save: store.save })
  expect(await store.load()).toMatchObject({ text: 'a ring' })
})

test('a store of rings alone is checked for rings', async () => {
  const { load, save } = createMemoryStore()
  expect(
    await checkStore({ load: () => load(), save: (text: string, replaces?: string) => save(text, replaces) }),
  ).toHaveLength(4)
})

test('a store is checked for the contracts that it has', async () => {
  const { claim } = createMemoryStore()
  const titles = await checkStore({ claim })
  expect(titles.length).toBeGreaterThan(3)
  expect(titles.every((title) => title.includes('claim'))).toBe(true)
})

/** Stores with one fault each, and the check that finds it. */
const faults: readonly { title: string; fault(store: MemoryStore): CheckedStore; finds: RegExp }[] = [
  {
    title: 'rotates in two steps',
    fault: (store) => ({
      async rotate(presented) {
        const record = await store.read(presented)
        await Promise.resolve()
        if (record?.current !== presented.generation) return store.rotate(presented)
        const result = await store.rotate(presented)
        return result.outcome === 'repeated' ? { outcome: 'renewed', record: result.record } : result
      },
    }),
    finds: /parallel renewals/,
  },
  {
    title: 'never ends a session for theft',
    fault: (store) => ({
      async rotate(presented) {
        const record = await store.read(presented)
        if (record && presented.generation < record.previous) return { outcome: 'repeated', record }
        return store.rotate(presented)
      },
    }),
    finds: /follow the rule/,
  },
  {
    title: 'never notes that a token was used',
    fault: (store) => ({
      async markSeen(used) {
        const record = await store.read(used)
        return record ? { outcome: 'seen', record } : { outcome: 'refused', kind: 'unknown' }
      },
    }),
    finds: /follow the rule/,
  },
  {
    title: 'replaces sessions',
    fault: (store) => ({
      create: async (session) => {
        await store.end(session)
        return store.create(session)
      },
    }),
    finds: /never replaces/,
  },
  {
    title: 'grants each claim',
    fault: () => ({ claim: async () => true }),
    finds: /a key can be claimed once/,
  },
  {
    title: 'drops revocations',
    fault: (store) => ({ snapshot: async (after) => ({ ...(await store.snapshot(after)), entries: [] }) }),
    finds: /snapshot returns every entry/,
  },
  {
    title: 'saves a ring over any other',
    fault: (store) => ({
      save: async (text: string) => store.save(text, (await store.load())?.version),
    }),
    finds: /a ring replaces the current version/,
  },
]

test.each(faults)('a store that $title fails', { timeout: 60_000 }, async ({ fault, finds }) => {
  const store = createMemoryStore()
  await expect(checkStore({ ...store, ...fault(store) })).rejects.toThrow(finds)
})
