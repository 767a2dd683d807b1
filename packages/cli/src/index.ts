export { type ExitReason, exitCodes } from './exit-codes.js'
export { main } from './main.js'
export type { Surroundings } from './surroundings.js'
