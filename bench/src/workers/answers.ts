import type { FloodsInput } from '../bounds/floods.js'
import type { MeasuredFlooding, MeasuredGroup, MeasuredHold } from '../bounds/measured-bounds.js'
import type { RefusalsInput } from '../bounds/refusals.js'
import type { PrimitivesInput } from '../cases/primitives.js'
import type { Delay, FloodedInput } from '../flood/flooded-server.js'
import type { GrowthInput, GrowthTable } from '../growth/growth-tables.js'
import type { MemoryInput, MemoryUse } from '../growth/memory.js'
import type { Load, LoadInput } from '../http/load.js'
import type { ServeInput, Serving } from '../http/serve.js'
import type { MeasuredCase } from '../measure/rounds.js'

/** Which implementation of the cryptography core must be on. */
interface OnEngine {
  readonly engine: string
}

/** Everything that a worker answers; all of it passes as JSON. */
export interface Answers {
  primitives(input: PrimitivesInput): Promise<readonly MeasuredCase[]>
  growth(input: GrowthInput): Promise<readonly GrowthTable[]>
  memory(input: MemoryInput): Promise<MemoryUse>
  serve(input: ServeInput): Promise<Serving>
  flooded(input: FloodedInput): Promise<{ readonly port: number }>
  delay(input: undefined): Promise<Delay>
  load(input: LoadInput): Promise<Load>
  floods(input: OnEngine & FloodsInput): Promise<readonly MeasuredFlooding[]>
  holds(input: OnEngine): Promise<readonly MeasuredHold[]>
  refusals(input: OnEngine & RefusalsInput): Promise<readonly MeasuredGroup[]>
  collect(input: undefined): Promise<void>
  cpu(input: undefined): Promise<{ readonly user: number; readonly system: number }>
}

export type Question = keyof Answers
export type InputOf<Q extends Question> = Parameters<Answers[Q]>[0]
export type AnswerOf<Q extends Question> = Awaited<ReturnType<Answers[Q]>>
