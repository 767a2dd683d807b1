import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { emptyRing } from './ring-state.js'
import { SharedRing, type SharedRingOptions } from './shared-ring.js'
import { createMemoryRings, type KeyRingStore } from './store.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** A store whose answers come so many seconds late. */
function slowStore(seconds: { load: number; save: number }): KeyRingStore {
  const store = createMemoryRings()
  const after = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time * 1000))
  return {
    load: () => after(seconds.load).then(() => store.load()),
    save: (text, replaces) => after(seconds.save).then(() => store.save(text, replaces)),
  }
}

const sharedRing = (options: Partial<SharedRingOptions> = {}) =>
  new SharedRing({
    store: createMemoryRings(),
    name: undefined,
    create: true,
    clockTolerance: 0,
    onError: () => {},
    now: () => 1_800_000_000,
    ...options,
  })

test.each([
  { title: 'reads for nearly as long as it may', load: 9, save: 0, outcome: 'saved' },
  { title: 'saves for nearly as long as it may', load: 0, save: 59, outcome: 'saved' },
  { title: 'reads for too long', load: 11, save: 0, outcome: 'SB_RING_BUSY' },
  { title: 'saves for too long', load: 0, save: 61, outcome: 'SB_RING_BUSY' },
])('a store that $title: $outcome', async ({ load, save, outcome }) => {
  const shared = sharedRing({ store: slowStore({ load, save }) })
  let found = 'waiting'
  const changed = shared
    .update(async () => ({ ...emptyRing, lead: 5 }))
    .then(
      () => 'saved',
      (error: { code: string }) => error.code,
    )
  void changed.then((end) => {
    found = end
  })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(found).toBe('waiting')
  // Between two timers comes a digest, which takes time of its own.
  while (found === 'waiting') await vi.advanceTimersByTimeAsync(1_000)
  expect(await changed).toBe(outcome)
})
