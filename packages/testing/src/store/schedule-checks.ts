import type { SessionStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './check.js'
import { randomNumbers } from './random.js'
import { runHonestSchedule, runThiefSchedule } from './schedules.js'

const schedules = 40
const steps = 40

function numbersOf(seed: number): readonly number[] {
  const next = randomNumbers(seed)
  return Array.from({ length: steps }, () => next(2 ** 31))
}

export const scheduleChecks: readonly StoreCheck<SessionStore>[] = [
  {
    title: 'no honest client is logged out by parallel requests, lost or late responses, or clock changes',
    async run(store) {
      for (let seed = 1; seed <= schedules; seed++) await runHonestSchedule(store, numbersOf(seed))
    },
  },
  {
    title: 'no thief keeps access beside the victim',
    async run(store) {
      for (let seed = 1; seed <= schedules; seed++) await runThiefSchedule(store, numbersOf(seed))
    },
  },
]
