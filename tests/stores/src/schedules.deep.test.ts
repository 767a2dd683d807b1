import { describeSchedules } from './schedules.js'

describeSchedules(({ runs }) => 20 * runs)
