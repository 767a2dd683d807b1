import { baselineModule, baselineName } from '../baseline.js'
import type { Contender } from '../measure/contender.js'
import * as current from './sealbearer.js'

/** Ours, and beside it that of the other checkout where there is a baseline. */
export async function ours<Item>(
  make: (from: typeof current) => Promise<Contender<Item>>,
): Promise<readonly Contender<Item>[]> {
  const made = await make(current)
  const other = await baselineModule<typeof current>('contenders/sealbearer.js')
  if (other === undefined) return [made]
  return [made, { ...(await make(other)), name: baselineName(made.name), role: 'baseline' }]
}
