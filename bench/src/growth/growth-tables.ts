import { type Growth, growthOf } from '../measure/growth.js'
import { type MeasuredCase, measure, type Pace } from '../measure/rounds.js'
import { median } from '../measure/statistics.js'
import { hitSeries, missSeries } from './cache-occupancy.js'
import { issuerSeries } from './issuers.js'
import { everyKeySeries, oneKeySeries } from './key-set-size.js'
import type { Series } from './series.js'
import { sizeSeries } from './token-size.js'

export interface GrowthInput {
  readonly pace: Pace
}

/** One row a contender: microseconds at each size. */
export interface GrowthTable {
  readonly title: string
  readonly unit: string
  readonly note: string
  readonly sizes: readonly number[]
  readonly rows: readonly {
    readonly name: string
    readonly costs: readonly number[]
    readonly growth: Growth
  }[]
}

/** Made one after the other, so that one's tokens are gone when the next is measured. */
const allSeries: readonly (() => Promise<Series>)[] = [
  sizeSeries,
  oneKeySeries,
  everyKeySeries,
  issuerSeries,
  hitSeries,
  missSeries,
]

export async function measureGrowth({ pace }: GrowthInput): Promise<readonly GrowthTable[]> {
  const tables: GrowthTable[] = []
  for (const makeSeries of allSeries) {
    const series = await makeSeries()
    tables.push(await measureSeries(series, pace))
    console.error(`  ${series.title}`)
  }
  return tables
}

async function measureSeries({ title, unit, note, points }: Series, pace: Pace): Promise<GrowthTable> {
  const measured: MeasuredCase[] = []
  for (const point of points) {
    for (const contender of point.case.contenders) await point.case.prove(contender)
    measured.push(await measure(point.case, pace))
  }
  const sizes = points.map(({ size }) => size)
  const names = measured[0]?.contenders.map(({ name }) => name) ?? []
  const rows = names.map((name) => {
    const costs = measured.map(({ contenders }) =>
      median(contenders.find((contender) => contender.name === name)?.sequential.wall ?? []),
    )
    return { name, costs, growth: growthOf(sizes, costs) }
  })
  return { title, unit, note, sizes, rows }
}
