import type { Case } from '../measure/contender.js'

/** A point of a series: its size, and the case measured there. */
export interface Point {
  readonly size: number
  readonly case: Case<string>
}

/** How a cost grows with something. */
export interface Series {
  readonly title: string
  /** What the size counts. */
  readonly unit: string
  /** What one should know to read it. */
  readonly note: string
  readonly points: readonly Point[]
}
