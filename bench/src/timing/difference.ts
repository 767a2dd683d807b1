import type { Finding } from './measure-engine.js'
import type { Engine } from './timing-pair.js'

/** The usual limit of such tests: beyond, what differs is not chance. */
export const limit = 4.5

/** The share of the time below which a difference is what processors and compilers make of equal steps. */
export const negligible = 0.01

/** What a row comes to. */
export type Difference = 'none' | 'negligible' | 'found'

export function differenceOf({ comparison, median }: Finding): Difference {
  if (Math.abs(comparison.t) < limit) return 'none'
  return Math.abs(comparison.difference) < median * negligible ? 'negligible' : 'found'
}

/** Tells a row that is not as it has to be. Of the steps of jose it is only said how they differ. */
export const isUnexpected = (engine: Engine, finding: Finding): boolean =>
  (engine === 'node' || !finding.pair.isEncrypted) &&
  (finding.pair.expected === 'different') !== (differenceOf(finding) === 'found')
