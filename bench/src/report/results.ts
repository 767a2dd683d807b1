import type { MeasuredFlood } from '../flood/flood.js'
import type { GrowthTable } from '../growth/growth-tables.js'
import type { MemoryUse } from '../growth/memory.js'
import type { MeasuredServers } from '../http/requests-per-second.js'
import type { MeasuredCase } from '../measure/rounds.js'
import type { MeasuredRuntime } from '../runtimes/measure.js'
import type { Runtime } from '../workers/runtimes.js'
import type { Machine } from './machine.js'

/** What was measured under one Node; a part that was not asked for is empty. */
export interface RuntimeResults {
  readonly runtime: Omit<Runtime, 'path'>
  readonly primitives: readonly MeasuredCase[]
  readonly servers: readonly MeasuredServers[]
  readonly growth: readonly GrowthTable[]
  readonly memory: readonly MemoryUse[]
  readonly flood: readonly MeasuredFlood[]
}

/** Everything that a report is made of. */
export interface Results {
  readonly machine: Machine
  readonly quick: boolean
  /** Minutes that the run took. */
  readonly minutes: number
  readonly runs: readonly RuntimeResults[]
  /** Bun, Deno and workerd. */
  readonly runtimes: readonly MeasuredRuntime[]
}
