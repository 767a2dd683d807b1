/** Numbers in the order of size; what goes in stays as it is. */
const ordered = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b)

/** The value below which the given share lies, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ordered(values)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) throw new RangeError('quantile of nothing')
  return below + (above - below) * (position - Math.floor(position))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/**
 * How many times the other, as the median of the quotients of each round: what slowed the machine down for
 * a while slowed both.
 */
export function ratioOfRounds(rounds: readonly number[], others: readonly number[]): number {
  if (rounds.length !== others.length) throw new RangeError('rounds that do not belong together')
  return median(rounds.map((value, round) => value / (others[round] ?? Number.NaN)))
}

/** Half the distance between the quartiles, as a share of the median. */
export const spread = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values)
