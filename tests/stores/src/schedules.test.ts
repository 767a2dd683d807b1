import { describeSchedules } from './schedules.js'
import { engines } from './stores.js'

describeSchedules(
  engines.filter(({ title }) => title === 'memory'),
  () => 30,
)
