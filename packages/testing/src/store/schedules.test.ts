import { createMemoryStore, type SessionStore } from '@sealbearer/core/stores'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runHonestSchedule, runThiefSchedule } from './schedules.js'

const numbers = fc.array(fc.nat(), { minLength: 1, maxLength: 60, size: 'max' })
/** As in core: `SEALBEARER_EFFORT=20` runs twenty times as many. */
const effort = Number(process.env['SEALBEARER_EFFORT'] ?? 1)
const numRuns = 1000 * effort

test('no schedule logs an honest client out', { timeout: 60_000 * effort }, async () => {
  const store = createMemoryStore()
  await fc.assert(
    fc.asyncProperty(numbers, (schedule) => runHonestSchedule(() => store, schedule)),
    { numRuns },
  )
})

test('no schedule lets a thief keep access beside the victim', { timeout: 60_000 * effort }, async () => {
  const store = createMemoryStore()
  await fc.assert(
    fc.asyncProperty(numbers, (schedule) => runThiefSchedule(() => store, schedule)),
    { numRuns },
  )
})

/** Stores with another rule, and the schedules that find it. */
const otherRules: readonly {
  title: string
  run: typeof runHonestSchedule
  rotate(store: SessionStore): SessionStore['rotate']
}[] = [
  {
    title: 'that takes every second use for theft logs honest clients out',
    run: runHonestSchedule,
    rotate: (store) => (presented) => store.rotate({ ...presented, window: -1 }),
  },
  {
    title: 'that repeats the unseen successor lets a thief keep access',
    run: runThiefSchedule,
    rotate: (store) => async (presented) => {
      const record = await store.read(presented)
      const isResent = record && presented.generation === record.previous && !record.seen
      return isResent ? { outcome: 'renewed', record } : store.rotate(presented)
    },
  },
  {
    title: 'that never ends a session lets a thief live on',
    run: runThiefSchedule,
    rotate: (store) => async (presented) => {
      const record = await store.read(presented)
      return store.rotate({ ...presented, generation: record?.current ?? 1 })
    },
  },
]

test.each(otherRules)('a rule $title', { timeout: 60_000 }, async ({ run, rotate }) => {
  const store = createMemoryStore()
  const other = { ...store, rotate: rotate(store) }
  const { failed } = await fc.check(
    fc.asyncProperty(numbers, (schedule) => run(() => other, schedule)),
    // One such schedule in some 2,000; the seed has one early, so that the test is short and always ends alike.
    { numRuns: 20_000, seed: 2, endOnFailure: true },
  )
  expect(failed).toBe(true)
})
