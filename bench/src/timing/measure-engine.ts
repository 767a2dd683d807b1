import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../measure/statistics.js'
import { allPairs } from './all-pairs.js'
import type { Engine, TimingPair } from './timing-pair.js'
import { type Comparison, compareTimes, type Times } from './welch.js'

/** A row of the report. */
export interface Finding {
  readonly pair: TimingPair
  readonly rounds: number
  /** Microseconds that a failure of the first class takes. */
  readonly median: number
  readonly comparison: Comparison
}

/** Processes that measure all pairs, one after the other. */
const processes = 4

/** Core's `imports` choose the implementation by these. */
const conditions: Readonly<Record<Engine, readonly string[]>> = { node: [], web: ['--conditions=workerd'] }

const worker = fileURLToPath(new URL('worker.js', import.meta.url))

function measureOnce(engine: Engine, first: number, share: number): readonly Times[] {
  const args = [...conditions[engine], worker, engine, String(first), String(share)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`the measurement failed: ${stderr}`)
  return JSON.parse(stdout)
}

/** Measures all pairs under one engine. @param share Of the rounds that a pair asks for. */
export function measureEngine(engine: Engine, share: number): readonly Finding[] {
  const runs = Array.from({ length: processes }, (_, i) =>
    measureOnce(engine, Math.floor((i * allPairs.length) / processes), share / processes),
  )
  return allPairs.map((pair, index) => {
    const ones = runs.flatMap((times) => times[index]?.ones ?? [])
    const others = runs.flatMap((times) => times[index]?.others ?? [])
    return {
      pair,
      rounds: ones.length + others.length,
      median: median(ones),
      comparison: compareTimes({ ones, others }),
    }
  })
}
