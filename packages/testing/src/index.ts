export { type CheckedStore, checkStore } from './check-store.js'
export { type NextStore, runHonestSchedule, runThiefSchedule } from './store/schedules.js'
