import type { MeasuredCase, Pace } from '../measure/rounds.js'
import { casesOf } from './all-cases.js'

export interface PrimitivesInput {
  readonly pace: Pace
  /** Different items in each case. */
  readonly count: number
}

/** Proves and measures all cases in this process, one after the other. */
export async function measurePrimitives({ pace, count }: PrimitivesInput): Promise<readonly MeasuredCase[]> {
  const measured: MeasuredCase[] = []
  for (const make of casesOf(count)) {
    const { name, prove, measure } = await make()
    await prove()
    measured.push(await measure(pace))
    console.error(`  ${name}`)
  }
  return measured
}
