/** What a t-test says about two classes of times. */
export interface Comparison {
  /** Welch's t; positive where the first class took longer. */
  readonly t: number
  /** Mean of the first less mean of the second, in the unit of the times. */
  readonly difference: number
  /** The share of the times that was looked at, the shortest ones. */
  readonly share: number
}

/** Times of two classes that were measured in turns, in random order. */
export interface Times {
  readonly ones: readonly number[]
  readonly others: readonly number[]
}

/**
 * Below which share of all times to look, as dudect does: long times are those of interruptions, and where
 * all are taken, they hide what differs.
 */
const shares: readonly number[] = [1, 0.99, 0.95, 0.9, 0.8, 0.65, 0.5, 0.35]

interface Moments {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

function momentsOf(times: readonly number[]): Moments {
  const count = times.length
  const mean = times.reduce((sum, time) => sum + time, 0) / count
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (count - 1)
  return { count, mean, variance }
}

/** Welch's t-test for classes of unequal variance. */
function welch(one: Moments, other: Moments): number {
  const error = Math.sqrt(one.variance / one.count + other.variance / other.count)
  const difference = one.mean - other.mean
  return difference === 0 ? 0 : difference / error
}

/**
 * Compares two classes by all shares, and gives the comparison that tells most.
 *
 * @throws {RangeError} for too few times to tell anything.
 */
export function compareTimes({ ones, others }: Times): Comparison {
  if (Math.min(ones.length, others.length) < 100) throw new RangeError('too few times')
  const sorted = [...ones, ...others].sort((a, b) => a - b)
  const comparisons = shares.map((share): Comparison => {
    const limit = sorted[Math.ceil(sorted.length * share) - 1] ?? Number.POSITIVE_INFINITY
    const one = momentsOf(ones.filter((time) => time <= limit))
    const other = momentsOf(others.filter((time) => time <= limit))
    // A share that holds hardly anything of one class is the plainest difference there is.
    if (Math.min(one.count, other.count) < 100) {
      const t = one.count < other.count ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
      return { t, difference: momentsOf(ones).mean - momentsOf(others).mean, share }
    }
    return { t: welch(one, other), difference: one.mean - other.mean, share }
  })
  return comparisons.reduce((most, next) => (Math.abs(next.t) > Math.abs(most.t) ? next : most))
}
