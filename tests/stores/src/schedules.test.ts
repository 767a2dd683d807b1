import { describeSchedules } from './schedules.js'

describeSchedules(({ runs }) => runs)
