import { checkEngine } from '../bounds/engine-in-use.js'
import type { Answers } from './answers.js'

/** What a worker can be asked for; each is loaded when it is. */
export const handlers: Answers = {
  primitives: async (input) => (await import('../cases/primitives.js')).measurePrimitives(input),
  growth: async (input) => (await import('../growth/growth-tables.js')).measureGrowth(input),
  memory: async (input) => (await import('../growth/memory.js')).measureMemory(input),
  serve: async (input) => (await import('../http/serve.js')).serve(input),
  flooded: async (input) => (await import('../flood/flooded-server.js')).serveFlooded(input),
  delay: async () => (await import('../flood/flooded-server.js')).delaySinceAsked(),
  load: async (input) => (await import('../http/load.js')).load(input),
  floods: async ({ engine, ...input }) => {
    checkEngine(engine)
    return (await import('../bounds/floods.js')).measureFloods(input, console.error)
  },
  holds: async ({ engine }) => {
    checkEngine(engine)
    return (await import('../bounds/holds.js')).measureHolds(console.error)
  },
  refusals: async ({ engine, ...input }) => {
    checkEngine(engine)
    return (await import('../bounds/refusals.js')).measureRefusals(input)
  },
  collect: async () => (await import('../http/serve.js')).collectGarbage(),
  cpu: async () => process.cpuUsage(),
}
