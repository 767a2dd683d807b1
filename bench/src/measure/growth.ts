/** How a cost follows what it depends on. */
export type Growth = 'flat' | 'linear' | 'less than linear' | 'more than linear'

/** Up to this factor between the lowest and the highest, the difference is caches and noise. */
const flatFactor = 1.5

/** Names the growth of a cost from its values at rising sizes. */
export function growthOf(sizes: readonly number[], costs: readonly number[]): Growth {
  if (sizes.length !== costs.length || sizes.length < 3) throw new RangeError('three points or more')
  if (Math.max(...costs) <= flatFactor * Math.min(...costs)) return 'flat'
  // A cost with a fixed part rises by less than its size does; one that outruns its size is what to fear.
  if (steepness(sizes, costs) > 1.15) return 'more than linear'
  return determination(sizes, costs) >= 0.95 ? 'linear' : 'less than linear'
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The share of the variance that a straight line explains (R²). */
function determination(xs: readonly number[], ys: readonly number[]): number {
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const products = xs.map((x, i) => (x - meanX) * ((ys[i] ?? Number.NaN) - meanY))
  const squares = (values: readonly number[], center: number): number =>
    values.reduce((sum, value) => sum + (value - center) ** 2, 0)
  const covariance = products.reduce((sum, product) => sum + product, 0)
  return covariance ** 2 / (squares(xs, meanX) * squares(ys, meanY))
}

/** The exponent between the two upper sizes, where a fixed part weighs least. */
function steepness(sizes: readonly number[], costs: readonly number[]): number {
  const [x1 = Number.NaN, x2 = Number.NaN] = sizes.slice(-2)
  const [y1 = Number.NaN, y2 = Number.NaN] = costs.slice(-2)
  return Math.log(y2 / y1) / Math.log(x2 / x1)
}
