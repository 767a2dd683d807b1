import { describeSchedules } from './schedules.js'
import { engines } from './stores.js'

/** `SEALBEARER_EFFORT=20` runs twenty times as many. */
const effort = Number(process.env['SEALBEARER_EFFORT'] ?? 1)

describeSchedules(engines, ({ runs }) => Math.ceil(runs * effort))
