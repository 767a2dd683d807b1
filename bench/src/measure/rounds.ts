import { batchTime, cpuTime, wallTime } from './clock.js'
import type { Case, Contender, Role, Step } from './contender.js'

/** How long to measure. */
export interface Pace {
  readonly rounds: number
  /** Milliseconds that each contender gets in each round. */
  readonly slice: number
  /** Milliseconds that it gets before the first round, for the compiler to do its work. */
  readonly warmUp: number
}

/** Microseconds for one operation, a value for each round. */
export interface Timing {
  readonly wall: readonly number[]
  readonly cpu: readonly number[]
}

/** What a contender took in a case. */
export interface Measured {
  readonly name: string
  readonly role: Role
  readonly sequential: Timing
  readonly together: Timing
}

export interface MeasuredCase {
  readonly name: string
  readonly group: string
  readonly contenders: readonly Measured[]
}

/** Operations in flight where many are asked for at once. */
const atOnce = 64

type Run = (step: Step, from: number, count: number, items: number) => Promise<void>

const runs: Readonly<Record<'sequential' | 'together', Run>> = {
  async sequential(step, from, count, items) {
    for (let i = from; i < from + count; i++) {
      const result = step(i % items)
      if (result instanceof Promise) await result
    }
  },
  async together(step, from, count, items) {
    for (let start = from; start < from + count; start += atOnce) {
      const pending: Promise<unknown>[] = []
      for (let i = start; i < start + atOnce; i++) {
        const result = step(i % items)
        if (result instanceof Promise) pending.push(result)
      }
      if (pending.length > 0) await Promise.all(pending)
    }
  },
}

/** A contender on its way through the rounds of a case. */
class Runner<Item> {
  readonly contender: Contender<Item>
  readonly #case: Case<Item>
  #items: readonly Item[]
  #step: Step
  #next = 0
  #batch = 16
  readonly timings: Record<'sequential' | 'together', { wall: number[]; cpu: number[] }> = {
    sequential: { wall: [], cpu: [] },
    together: { wall: [], cpu: [] },
  }

  constructor(contender: Contender<Item>, from: Case<Item>) {
    this.contender = contender
    this.#case = from
    this.#items = from.items()
    this.#step = contender.bind(this.#items)
  }

  /** Runs until the compiler has done its work, and finds out how much a batch is. */
  async warmUp(milliseconds: number): Promise<void> {
    const { operations, wall } = await this.#slice('sequential', milliseconds)
    this.#batch = Math.max(1, Math.round((batchTime * operations) / wall))
    await this.#slice('together', milliseconds / 2)
  }

  async measure(mode: 'sequential' | 'together', milliseconds: number): Promise<void> {
    const { operations, wall, cpu } = await this.#slice(mode, milliseconds)
    this.timings[mode].wall.push((wall * 1000) / operations)
    this.timings[mode].cpu.push(cpu / operations)
  }

  async #slice(
    mode: 'sequential' | 'together',
    milliseconds: number,
  ): Promise<{ operations: number; wall: number; cpu: number }> {
    // What the contender before has left behind must not be cleared away on this one's time. A full collection would leave
    // the caches of compiled code cold, for longer than a slice.
    globalThis.gc?.({ type: 'minor', execution: 'sync' })
    const batch = this.#case.fresh ? this.#items.length : this.#batch
    const count = mode === 'together' ? Math.ceil(batch / atOnce) * atOnce : batch
    let [operations, wall, cpu] = [0, 0, 0]
    do {
      if (this.#case.fresh) {
        this.#items = this.#case.items()
        this.#step = this.contender.bind(this.#items)
        this.#next = 0
      }
      const before = cpuTime()
      const start = await wallTime()
      await runs[mode](this.#step, this.#next, count, this.#items.length)
      wall += (await wallTime()) - start
      cpu += cpuTime() - before
      operations += count
      this.#next = (this.#next + count) % this.#items.length
    } while (wall < milliseconds)
    return { operations, wall, cpu }
  }
}

/** In random order: a contender that always followed the same one would always pay for what that one leaves behind. */
export function shuffled<Item>(list: readonly Item[]): readonly Item[] {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

/** Has the contenders of a case take turns, so that a machine that slows down slows all of them. */
export async function measure<Item>(from: Case<Item>, pace: Pace): Promise<MeasuredCase> {
  // What the case before has left behind, likewise: keys and ciphers weigh outside the heap, and hurry the collector on.
  globalThis.gc?.()
  const runners = from.contenders.map((contender) => new Runner(contender, from))
  for (const runner of runners) await runner.warmUp(pace.warmUp)
  for (let round = 0; round < pace.rounds; round++) {
    for (const runner of shuffled(runners)) {
      await runner.measure('sequential', pace.slice)
      await runner.measure('together', pace.slice)
    }
  }
  return {
    name: from.name,
    group: from.group,
    contenders: runners.map(({ contender: { name, role }, timings }) => ({ name, role, ...timings })),
  }
}
