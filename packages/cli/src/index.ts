export type { CommandContext } from './command-context.js'
export { type ExitReason, exitCodes } from './exit-codes.js'
export { main } from './main.js'
