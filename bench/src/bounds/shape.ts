import type { Door, Knock } from './door.js'

/** A kind of hostile input. */
export interface Shape {
  readonly title: string
  /** What it must be refused with. */
  readonly code: string
  readonly door: Door
  /** About so many characters of it. */
  readonly make: (characters: number) => Knock | Promise<Knock>
  /** Characters to measure it at. */
  readonly sizes: readonly number[]
  /** A good one that is made of the same, where there can be one. */
  readonly good?: ((characters: number) => Knock | Promise<Knock>) | undefined
  /** Characters of the good one beside it, where the policy allows none that is as large. */
  readonly welcomeSize?: number
  /** How often one text is shown: what nobody looks at need not be new each time. */
  readonly again?: number
}

/** Shapes that belong together. */
export interface ShapeGroup {
  readonly title: string
  /** What one should know to read it. */
  readonly note: string
  readonly shapes: readonly Shape[]
}

/** Characters of most tokens. */
export const usualSize = 600
/** The longest token that is looked at by default, and one far beyond. */
export const usualLimit = 16_384
export const megabyte = 1_000_000
/** Of policies that allow more than they should. */
export const raisedLimit: number = 2 * megabyte
